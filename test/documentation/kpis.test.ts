import { join } from 'node:path';

import { CATALOGUE } from '@vigie/metrics';
import { expect, test } from 'vitest';

import { ROOT } from '../architecture/source.ts';
import { kpisPage } from './kpis.ts';

test('docs/kpis.md is what the catalogue says', async () => {
  await expect(kpisPage()).toMatchFileSnapshot(join(ROOT, 'docs', 'kpis.md'));
});

test('the page tells each KPI once, and leaves no cell empty', () => {
  const page = kpisPage();
  const rows = page.split('\n').filter((line) => line.startsWith('| [`'));
  expect(rows).toHaveLength(CATALOGUE.length);
  for (const row of rows) expect(row).not.toMatch(/\|\s*\|/);
  const heads = page.split('\n').filter((line) => line.startsWith('## '));
  expect(heads).toEqual(CATALOGUE.map(({ id }) => `## ${id}`));
});
