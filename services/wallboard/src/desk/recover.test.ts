import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { answersToRecover, patchLeavesAt, windowLengthMs, type Counted } from './recover.ts';

describe('answers to recover', () => {
  test.each([
    [72, 100, 0.8, 40],
    [80, 100, 0.8, 0],
    [0, 1, 0.8, 4],
    [0, 0, 0.8, 0],
    [9, 10, 1, Infinity],
    [10, 10, 1, 0],
    [7, 10, 0.7, 0],
  ])('%i of %i on a target of %s takes %s', (hits, n, target, answers) => {
    expect(answersToRecover(hits, n, target)).toBe(answers);
  });

  test('so many answers reach the target, one fewer does not', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.nat(2000), fc.integer({ min: 1, max: 99 }), (hits, misses, percent) => {
        const n = hits + misses;
        const target = percent / 100;
        const answers = answersToRecover(hits, n, target);
        const reached = (more: number): boolean => 100 * (hits + more) >= percent * (n + more);
        expect(reached(answers)).toBe(true);
        if (answers > 0) expect(reached(answers - 1)).toBe(false);
      }),
    );
  });
});

describe('a bad patch', () => {
  const counted = (atMs: number, hit: boolean, standing = false): Counted => ({ atMs, hit, standing });
  const bad = [counted(1_000, false), counted(2_000, false), counted(3_000, true), counted(4_000, true)];

  test('has left once so many of the missed went out of the window that the target is met again', () => {
    expect(patchLeavesAt(bad, 60_000, 0.6)).toBe(61_000);
    expect(patchLeavesAt(bad, 60_000, 0.8)).toBe(62_000);
  });

  test('that still waits does not leave', () => {
    expect(patchLeavesAt([...bad, counted(3_500, false, true)], 60_000, 0.8)).toBeNull();
  });

  test('is none where the target is met', () => {
    expect(patchLeavesAt([counted(1, true)], 60_000, 0.8)).toBeNull();
  });
});

test('a window has the length its name says, today none', () => {
  expect(['30m', '2h', '90s', 'today'].map(windowLengthMs)).toEqual([1_800_000, 7_200_000, 90_000, null]);
});
