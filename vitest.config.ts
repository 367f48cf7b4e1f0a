import { defineConfig } from 'vitest/config';

/**
 * `unit`: pure and in-process tests, beside the code. `servers`: tests that need a real Kafka, Redis, Prometheus or
 * Chromium (suffixes `.kafka.test.ts`, `.redis.test.ts`, `.prometheus.test.ts`, `.browser.test.ts`, and what is in
 * `test/integration`, `test/e2e` and `test/infra`). `chaos`: a campaign of faults: short in `npm test`, as long as is
 * asked in `npm run chaos`.
 * All read the TypeScript sources through the `@vigie/source` export condition; spawned processes run `dist`.
 */
const resolve = { conditions: ['@vigie/source', 'node', 'import', 'default'] };
const needsServers = [
  '**/*.{kafka,redis,prometheus,browser}.test.ts',
  'test/{integration,e2e,infra}/**/*.test.ts',
];
const campaign = ['test/chaos/**/*.test.ts'];
const ignored = ['**/node_modules/**', '**/dist/**'];
const onServers = {
  exclude: ignored,
  globalSetup: './packages/testkit/src/servers/global-setup.ts',
  testTimeout: 180_000,
  hookTimeout: 180_000,
  fileParallelism: false,
};

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
          exclude: [...ignored, ...needsServers, ...campaign],
          // seconds suffice; a machine that others use too takes its time
          testTimeout: 120_000,
        },
      },
      { resolve, ssr: { resolve }, test: { name: 'servers', include: needsServers, ...onServers } },
      { resolve, ssr: { resolve }, test: { name: 'chaos', include: campaign, ...onServers } },
    ],
  },
});
