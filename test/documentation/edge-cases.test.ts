import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../architecture/source.ts';
import { EDGE_CASES } from './edge-cases.ts';
import { PROMISED_IDS } from './kpi-ids.ts';

const expectedOf = (scenario: string): string => join(ROOT, 'test', 'fixtures', scenario, 'expected.json');

const scenarios = Object.values(EDGE_CASES).flatMap((rows) => Object.values(rows).flat());

test('every edge case of the definition of the figures is pinned by scenarios that exist', () => {
  expect([...new Set(scenarios)].filter((scenario) => !existsSync(expectedOf(scenario)))).toEqual([]);
  for (const rows of Object.values(EDGE_CASES))
    for (const [row, pinned] of Object.entries(rows)) expect(pinned, row).not.toEqual([]);
});

test('a scenario that pins a figure asserts it', () => {
  const silent = Object.entries(EDGE_CASES['figures'] ?? {}).flatMap(([id, pinned]) =>
    pinned
      .filter((scenario) => !readFileSync(expectedOf(scenario), 'utf8').includes(`"${id}"`))
      .map((scenario) => `${scenario} says nothing of ${id}`),
  );
  expect(silent).toEqual([]);
});

test('every figure named is one that is promised', () => {
  const ids = Object.keys(EDGE_CASES['figures'] ?? {});
  expect(ids.filter((id) => !PROMISED_IDS.includes(id))).toEqual([]);
});
