import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { configurationReference } from './reference.ts';

const page = fileURLToPath(new URL('../../../../docs/configuration.md', import.meta.url));

test('docs/configuration.md is what the schema says', async () => {
  await expect(configurationReference()).toMatchFileSnapshot(page);
});

test('every row of the reference has a type and a meaning', () => {
  const rows = configurationReference()
    .split('\n')
    .filter((line) => line.startsWith('| `') && line.split(' | ').length === 4);
  expect(rows.length).toBeGreaterThan(70);
  for (const row of rows) {
    const [, type = '', , meaning = ''] = row.split(' | ').map((cell) => cell.trim());
    expect([row, type === '', meaning === '|']).toEqual([row, false, false]);
  }
});
