import { defineConfig } from 'vitest/config';

/**
 * `unit`: pure and in-process tests, beside the code. `servers`: tests that need a real Kafka, Redis, Prometheus or
 * Chromium (suffixes `.kafka.test.ts`, `.redis.test.ts`, `.prometheus.test.ts`, `.browser.test.ts`, and what is in
 * `test/integration`, `test/e2e`, `test/chaos` and `test/infra`).
 * Both read the TypeScript sources through the `@vigie/source` export condition; spawned processes run `dist`.
 */
const resolve = { conditions: ['@vigie/source', 'node', 'import', 'default'] };
const needsServers = [
  '**/*.{kafka,redis,prometheus,browser}.test.ts',
  'test/{integration,e2e,chaos,infra}/**/*.test.ts',
];
const ignored = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    // most of the unit tests compute: all cores, not all but one
    maxWorkers: '100%',
    projects: [
      {
        resolve,
        ssr: { resolve },
        test: {
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: [...ignored, ...needsServers],
          // seconds suffice; a machine that others use too takes its time
          testTimeout: 120_000,
        },
      },
      {
        resolve,
        ssr: { resolve },
        test: {
          name: 'servers',
          include: needsServers,
          exclude: ignored,
          globalSetup: './packages/testkit/src/servers/global-setup.ts',
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
