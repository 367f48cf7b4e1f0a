import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { ROOT } from './source.ts';

interface Lockfile {
  readonly packages: Readonly<
    Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>
  >;
}

/** Parts for other platforms that the lock file does not pin: `npm ci` refuses such a file. */
function missingParts({ packages }: Lockfile): string[] {
  return Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  );
}

test('the lock file pins the parts for every platform, not only for the one it was written on', () => {
  // when this fails: delete package-lock.json and node_modules, then run `npm install`
  expect(missingParts(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lockfile)).toEqual(
    [],
  );
});

test('a part that is not pinned is found', () => {
  const packages = {
    'node_modules/a': { optionalDependencies: { 'a-linux': '1', 'a-mac': '1' } },
    'node_modules/a-linux': {},
  };
  expect(missingParts({ packages })).toEqual(['a-mac']);
});
