import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { expect, test } from 'vitest';

import { ROOT } from './source.ts';

/** Every file and library that this one loads when it runs: imports of types are no imports then. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const code = readFileSync(join(ROOT, file), 'utf8');
  for (const [, names = '', module = ''] of code.matchAll(/^(?:im|ex)port ([^;]*?)from '([^']+)'/gm)) {
    if (names.startsWith('type ')) continue;
    if (module.startsWith('.')) loadedBy(join(dirname(file), module), seen);
    else seen.add(module);
  }
  return seen;
}

test('the words of the contract for browsers load no library, nor any schema', () => {
  const loaded = [...loadedBy('packages/contracts/src/constants.ts')];
  expect(loaded.filter((module) => !module.endsWith('.ts'))).toEqual([]);
  expect(loaded.length).toBeGreaterThan(3);
});

test('a library is found through several files', () => {
  expect([...loadedBy('packages/contracts/src/index.ts')]).toContain('typebox');
});
