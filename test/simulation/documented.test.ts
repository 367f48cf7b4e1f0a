import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { repositoryRoot } from '@vigie/testkit';
import { expect, test } from 'vitest';

import { MUTATIONS } from './mutations.ts';

test('the page on reliability names every known bug, and no other', () => {
  const page = readFileSync(join(repositoryRoot(), 'docs/reliability.md'), 'utf8');
  const [, table = ''] = page.split('| bug | in |\n| --- | --- |\n');
  const rows = table.split('\n\n')[0]?.trim().split('\n');
  expect(rows).toEqual(MUTATIONS.map(({ name, file }) => `| ${name} | \`${file}\` |`));
  expect(page).toContain(`\n${MUTATIONS.length} known bugs`);
});
