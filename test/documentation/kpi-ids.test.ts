import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '@vigie/metrics';
import { expect, test } from 'vitest';
import { ROOT } from '../architecture/source.ts';
import { PROMISED_IDS } from './kpi-ids.ts';

const FIXTURES = join(ROOT, 'test', 'fixtures');

/** Ids of figures that some scenario works out by hand: a value, and of a count more than none. */
function workedOut(): ReadonlySet<string> {
  const ids = new Set<string>();
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [name, value] of Object.entries(node)) {
      if (name === 'kpis')
        Object.entries(value as object).forEach(([id, figure]) => isTold(figure) && ids.add(id));
      else walk(value);
    }
  };
  for (const entry of readdirSync(FIXTURES, { withFileTypes: true })) {
    if (entry.isDirectory())
      walk(JSON.parse(readFileSync(join(FIXTURES, entry.name, 'expected.json'), 'utf8')));
  }
  return ids;
}

function isTold(figure: unknown): boolean {
  const { value, n } = figure as { value?: number | null; n?: number };
  return typeof value === 'number' && (value !== 0 || (n ?? 0) > 0);
}

test('every promised id is in the catalogue, once', () => {
  const ids = CATALOGUE.map(({ id }) => id);
  expect(PROMISED_IDS.filter((id) => !ids.includes(id))).toEqual([]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(PROMISED_IDS).size).toBe(PROMISED_IDS.length);
});

test('every promised figure is worked out by hand in some scenario', () => {
  const known = workedOut();
  expect(PROMISED_IDS.filter((id) => !known.has(id))).toEqual([]);
});
