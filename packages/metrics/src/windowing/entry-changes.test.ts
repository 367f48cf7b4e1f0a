import { expect, test } from 'vitest';
import { EntryChanges } from './entry-changes.ts';

function told(changes: EntryChanges): number[][] {
  const all: number[][] = [];
  changes.forEach((group, at, code, value, sign, isTakenOut) =>
    all.push([group, at, code, value, sign, Number(isTakenOut)]),
  );
  return all;
}

test('changes are told in the order they came, until they are cleared', () => {
  const changes = new EntryChanges();
  const entries = Array.from({ length: 1000 }, (_, i) => [
    i % 7,
    1e12 + i,
    i % 5,
    i * 3,
    i % 3 === 0 ? -1 : 1,
  ]);
  entries.forEach(([group, at, code, value, sign], i) =>
    changes.add(group!, at!, code!, value!, sign!, i % 2 === 0),
  );
  expect(told(changes)).toEqual(entries.map((entry, i) => [...entry, i % 2 === 0 ? 1 : 0]));
  changes.clear();
  expect(told(changes)).toEqual([]);
  expect(changes.isEmpty).toBe(true);
});

test('of more changes than are remembered none is told, and that is said, until they are cleared', () => {
  const changes = new EntryChanges();
  for (let i = 0; i < 2 ** 18; i++) changes.add(1, i, 2, 3, 1, false);
  expect(changes.isOverfull).toBe(false);
  changes.add(1, 1, 2, 3, 1, false);
  changes.add(1, 2, 2, 3, 1, false);
  expect(changes.isOverfull).toBe(true);
  expect(changes.isEmpty).toBe(true);
  changes.clear();
  changes.add(4, 5, 6, 7, -1, true);
  expect(changes.isOverfull).toBe(false);
  expect(told(changes)).toEqual([[4, 5, 6, 7, -1, 1]]);
});
