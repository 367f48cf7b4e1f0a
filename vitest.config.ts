import { defineConfig } from 'vitest/config';

/**
 * `unit`: pure and in-process tests, beside the code. `servers`: tests that need a real Kafka, Redis, Prometheus or
 * Chromium (suffixes `.kafka.test.ts`, `.redis.test.ts`, `.browser.test.ts`, and everything in `test/`).
 * Both read the TypeScript sources through the `@vigie/source` export condition; spawned processes run `dist`.
 */
const resolve = { conditions: ['@vigie/source', 'node', 'import', 'default'] };
const needsServers = ['**/*.kafka.test.ts', '**/*.redis.test.ts', '**/*.browser.test.ts', 'test/{integration,e2e,chaos}/**/*.test.ts'];
const ignored = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        ssr: { resolve },
        test: { name: 'unit', include: ['**/*.test.ts'], exclude: [...ignored, ...needsServers], testTimeout: 30_000 },
      },
      {
        resolve,
        ssr: { resolve },
        test: {
          name: 'servers',
          include: needsServers,
          exclude: ignored,
          testTimeout: 180_000,
          hookTimeout: 180_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
