import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { manifest, ROOT, workspaces } from './source.ts';

const PERMISSIVE = ['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause'];
/** Run by tests as it is, never changed, never shipped. */
const TESTED_WITH: Readonly<Record<string, string>> = { 'axe-core': 'MPL-2.0' };

interface Row {
  readonly name: string;
  readonly licence: string | undefined;
}

/** The rows of the tables of `docs/dependencies.md`. */
function rowsOf(page: string): Row[] {
  return [...page.matchAll(/^\| `(?<name>[^`]+)` \|(?<cells>.*)\|$/gm)].map(({ groups }) => ({
    name: groups?.['name'] ?? '',
    licence: groups?.['cells']?.split('|')[1]?.trim(),
  }));
}

function declaredDependencies(): string[] {
  const manifests = ['.', ...workspaces()].map(manifest);
  const names = manifests.flatMap(({ dependencies, devDependencies }) =>
    Object.keys({ ...dependencies, ...devDependencies }),
  );
  return [...new Set(names)].filter((name) => !name.startsWith('@vigie/')).sort();
}

const installed = (
  name: string,
): { readonly license?: string; readonly engines?: { readonly node?: string } } =>
  JSON.parse(readFileSync(join(ROOT, 'node_modules', name, 'package.json'), 'utf8')) as object;

const rows = rowsOf(readFileSync(join(ROOT, 'docs', 'dependencies.md'), 'utf8'));

test('the page of dependencies lists exactly those that are declared, once each', () => {
  expect(rows.map(({ name }) => name).sort()).toEqual(declaredDependencies());
});

test.each(rows)('the licence of $name is the one its package states, and permissive', ({ name, licence }) => {
  expect(licence).toBe(installed(name).license);
  expect([...PERMISSIVE, TESTED_WITH[name]]).toContain(licence);
});

test('a row is read with its name and licence, whatever else its cells say', () => {
  expect(
    rowsOf('| package | used for | licence |\n| --- | --- | --- |\n| `a/b` | `x`, y | MIT | any | why |'),
  ).toEqual([{ name: 'a/b', licence: 'MIT' }]);
});

test('the layout in CONTRIBUTING.md names every workspace', () => {
  const page = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  for (const workspace of workspaces()) expect(page).toContain(`\`${workspace}\``);
});
