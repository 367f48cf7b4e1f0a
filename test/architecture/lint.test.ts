import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { layerOverrides, type Override } from './lint.ts';
import { ROOT } from './source.ts';

const scratch = mkdtempSync(join(tmpdir(), 'vigie-lint-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The rules that the linter, with the repository's configuration, finds broken in a file of this path and code. */
function broken(path: string, code: string): string[] {
  const root = mkdtempSync(join(scratch, 'tree-'));
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, code);
  cpSync(join(ROOT, '.oxlintrc.json'), join(root, '.oxlintrc.json'));
  const linter = join(ROOT, 'node_modules', '.bin', 'oxlint');
  const { stdout, stderr } = spawnSync(linter, ['--format=json', path], { cwd: root, encoding: 'utf8' });
  if (!stdout.startsWith('{')) throw new Error(`${stdout}${stderr}`);
  const { diagnostics } = JSON.parse(stdout) as {
    readonly diagnostics: readonly { readonly code: string }[];
  };
  return diagnostics.map(({ code: rule }) => rule).sort();
}

test('the lint rules say what the table of layers says', () => {
  const configuration = JSON.parse(readFileSync(join(ROOT, '.oxlintrc.json'), 'utf8')) as {
    overrides: Override[];
  };
  const stated = configuration.overrides.filter(({ rules }) =>
    Object.keys(rules).some((name) => name.startsWith('no-restricted')),
  );
  expect(stated).toEqual(layerOverrides());
});

test.each([
  ['packages/kafka/src/a.ts', `export { a } from '@vigie/redis';`, 'eslint(no-restricted-imports)'],
  ['services/gateway/src/a.ts', `export { a } from '@vigie/ingest';`, 'eslint(no-restricted-imports)'],
  [
    'services/gateway/src/a.ts',
    `export { a } from '@vigie/testkit/oracle';`,
    'eslint(no-restricted-imports)',
  ],
  ['services/wallboard/src/a.ts', `export { a } from '@vigie/metrics';`, 'eslint(no-restricted-imports)'],
  ['services/gateway/src/a.ts', `export { Redis } from 'ioredis';`, 'eslint(no-restricted-imports)'],
  ['packages/metrics/src/a.ts', `export { readFileSync } from 'node:fs';`, 'eslint(no-restricted-imports)'],
  ['packages/engine/src/query/a.ts', `export const now = Date.now();`, 'eslint(no-restricted-properties)'],
  ['packages/engine/src/fanout/a.ts', `setTimeout(() => undefined, 1);`, 'eslint(no-restricted-globals)'],
  [
    'packages/contracts/src/a.ts',
    `export const port = process.env['PORT'];`,
    'eslint(no-restricted-globals)',
  ],
  ['packages/sources/src/a.ts', `console.log('here');`, 'eslint(no-console)'],
  ['packages/sources/src/a.ts', `export const a = (b: any): unknown => b;`, 'typescript(no-explicit-any)'],
  ['packages/sources/src/a.ts', `const idle = 1;\nexport {};`, 'eslint(no-unused-vars)'],
  [
    'packages/sources/src/a.ts',
    `void (async () => { Promise.resolve(1); })();`,
    'typescript(no-floating-promises)',
  ],
])('in %s the linter refuses %s', (path, code, rule) => {
  expect(broken(path, code)).toContain(rule);
});

test.each([
  ['packages/kafka/src/a.ts', `export { a } from '@vigie/engine';\nexport { Kafka } from 'kafkajs';`],
  [
    'packages/metrics/src/a.test.ts',
    `export { a } from '@vigie/testkit/oracle';\nexport const now = Date.now();`,
  ],
  ['services/cli/src/a.ts', `export { a } from '@vigie/gateway';\nconsole.log('a figure');`],
  ['services/wallboard/src/a.ts', `export { a } from '@vigie/metrics/catalogue';`],
])('in %s the linter lets %s pass', (path, code) => {
  expect(broken(path, code)).toEqual([]);
});
