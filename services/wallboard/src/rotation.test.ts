import fc from 'fast-check';
import { expect, test } from 'vitest';

import { nextPage, shareOfTurn, type Shown } from './rotation.ts';

const ROTATION = 30_000;
const at = (page: number, sinceMs = 0): Shown => ({ page, sinceMs });
const turns = (count: number, alarmed: readonly number[] = []) => ({ count, alarmed, rotationMs: ROTATION });

test('pages follow each other, each for its time, and begin again', () => {
  expect(nextPage(at(0), turns(3), 29_999)).toEqual(at(0));
  expect(nextPage(at(0), turns(3), 30_000)).toEqual(at(1, 30_000));
  expect(nextPage(at(2, 60_000), turns(3), 90_000)).toEqual(at(0, 90_000));
});

test('a page alone stays', () => {
  expect(nextPage(at(0), turns(1), 1e9)).toEqual(at(0));
  expect(shareOfTurn(at(0), turns(1), 1e9)).toBeNull();
});

test('a page in alarm is shown within seconds and stays; several alternate', () => {
  expect(nextPage(at(0), turns(3, [2]), 2_999)).toEqual(at(0));
  expect(nextPage(at(0), turns(3, [2]), 3_000)).toEqual(at(2, 3_000));
  expect(nextPage(at(2, 3_000), turns(3, [2]), 999_000)).toEqual(at(2, 3_000));
  expect(shareOfTurn(at(2), turns(3, [2]), 9_000)).toBeNull();
  expect(nextPage(at(2, 3_000), turns(3, [0, 2]), 33_000)).toEqual(at(0, 33_000));
  expect(shareOfTurn(at(0), turns(3, [0, 2]), 15_000)).toBe(0.5);
});

test('fewer pages than before begin at the first', () => {
  expect(nextPage(at(4), turns(2), 1)).toEqual(at(0, 1));
});

test('whatever is in alarm, one of the pages is shown, and one that may be once it stood long enough', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.nat(8)),
      fc.nat(20),
      fc.nat(100_000),
      (count, alarms, page, nowMs) => {
        const alarmed = [...new Set(alarms.filter((index) => index < count))].sort((a, b) => a - b);
        const shown = nextPage(at(page), turns(count, alarmed), nowMs);
        expect(shown.page).toBeLessThan(count);
        if (nowMs >= ROTATION && alarmed.length > 0) expect(alarmed).toContain(shown.page);
      },
    ),
  );
});
