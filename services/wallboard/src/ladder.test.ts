import { expect, test } from 'vitest';

import { keepsStatus, rungOf } from './ladder.ts';

test.each([
  [0, 'fresh'],
  [5_000, 'fresh'],
  [5_001, 'delayed'],
  [29_999, 'delayed'],
  [30_000, 'dimmed'],
  [119_999, 'dimmed'],
  [120_000, 'gone'],
] as const)('figures %s ms old are %s', (ageMs, rung) => {
  expect(rungOf(ageMs)).toBe(rung);
});

test('a lost connection leaves nothing fresh, and makes nothing younger', () => {
  expect(rungOf(0, true)).toBe('delayed');
  expect(rungOf(60_000, true)).toBe('dimmed');
});

test('figures that never were are gone', () => {
  expect(rungOf(null)).toBe('gone');
});

test('a verdict does not outlive the figures', () => {
  expect((['fresh', 'delayed', 'dimmed', 'gone'] as const).map(keepsStatus)).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
