import { expect, test } from 'vitest';
import { RateLimit } from './rate-limit.ts';

const limit = () => new RateLimit({ burst: 2, perSecond: 1, floodAt: 2, nowMs: 0 });
const take = (each: RateLimit, ...timesMs: number[]) => timesMs.map((atMs) => each.take(atMs));

test('a burst passes, then one a second', () => {
  expect(take(limit(), 0, 0, 0, 2000, 2000)).toEqual(['pass', 'pass', 'over', 'pass', 'over']);
});

test('what goes on beyond the limit is a flood', () => {
  expect(take(limit(), 0, 0, 0, 0, 0)).toEqual(['pass', 'pass', 'over', 'over', 'flood']);
});

test('a clock that is set back gives nothing and takes nothing', () => {
  expect(take(limit(), 0, 0, -5000, -4000)).toEqual(['pass', 'pass', 'over', 'over']);
});
