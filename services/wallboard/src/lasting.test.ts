import { describe, expect, test } from 'vitest';

import { burnInShift, isReloadDue, type ReloadAsked } from './lasting.ts';

const HOUR = 3_600_000;
const DAY = Date.UTC(2026, 10, 21);

test('the page moves by a few pixels a minute, evenly around its place', () => {
  const shifts = Array.from({ length: 16 }, (_, minute) => burnInShift(minute * 60_000));
  expect(new Set(shifts.map(({ x, y }) => `${x} ${y}`)).size).toBeGreaterThan(8);
  expect(Math.max(...shifts.map(({ x, y }) => Math.hypot(x, y)))).toBeLessThan(6);
  expect(shifts.reduce((sum, { x }) => sum + x, 0)).toBe(0);
});

describe('a page loads itself afresh', () => {
  const asked = (change: Partial<ReloadAsked>): boolean =>
    isReloadDue({
      ...{
        nowMs: DAY + 4.5 * HOUR,
        loadedMs: DAY - 10 * HOUR,
        reloadAt: 4,
        localTime: '04:30',
        build: 'a',
        served: 'a',
      },
      ...{ heapBytes: 9e6, isFresh: true, spread: 0.3, ...change },
    });
  test('once a day in its hour, spread over it', () => {
    expect(asked({})).toBe(true);
    expect(asked({ spread: 0.7 })).toBe(false);
    expect(asked({ localTime: '05:30' })).toBe(false);
    expect(asked({ loadedMs: DAY + 4.4 * HOUR })).toBe(false);
  });
  test('for another build, and when it holds too much', () => {
    expect(asked({ localTime: '12:30', served: 'b' })).toBe(true);
    expect(asked({ localTime: '12:30', heapBytes: 5e8 })).toBe(true);
    expect(asked({ localTime: '12:30', heapBytes: null })).toBe(false);
    expect(asked({ served: 'b', loadedMs: DAY + 4.5 * HOUR - 30_000 })).toBe(false);
  });
  test('never while the server is away', () => {
    expect(asked({ served: 'b', isFresh: false })).toBe(false);
  });
});
