import type { ReportMessage } from '@vigie/contracts';
import { expect, test } from 'vitest';
import { SCREEN_LIMITS } from './limits.ts';
import { Screens } from './screens.ts';

const report = (lagMs: number | null = 200): ReportMessage => ({
  op: 'report',
  version: 'v1',
  page: '/wall',
  lagMs,
});
const at = (ms: number) => new Date(ms).toISOString();

test('a screen is absent, live, lagging, frozen and absent again, with the instant of each', () => {
  const screens = new Screens(() => ['hall']);
  const state = (nowMs: number) => screens.list(nowMs).map((entry) => [entry.state, entry.since]);
  expect(screens.list(0)).toEqual([
    {
      ...{ screen: 'hall', state: 'absent', since: null, keyed: true, connections: 0 },
      ...{ reportedAt: null, version: null, page: null, lag: null },
    },
  ]);
  expect(screens.join('hall', true, 1000)).toBe(true);
  expect(state(1500)).toEqual([['live', at(1000)]]);
  screens.report('hall', report(), 6000);
  expect(screens.list(7000)[0]).toMatchObject({
    ...{ state: 'live', reportedAt: at(6000), version: 'v1', page: '/wall', lag: 0.2, connections: 1 },
  });
  screens.report('hall', report(15_001), 11_000);
  expect(state(11_000)).toEqual([['lagging', at(1000)]]);
  screens.report('hall', report(null), 16_000);
  expect(state(28_000)).toEqual([['live', at(1000)]]);
  expect(state(28_001)).toEqual([['frozen', at(16_000)]]);
  screens.leave('hall', 30_000);
  expect(state(60_000)).toEqual([['absent', at(30_000)]]);
});

test('a page that connects and never says a word is frozen within 15 s', () => {
  const screens = new Screens(() => ['hall']);
  screens.join('hall', true, 0);
  expect(screens.list(SCREEN_LIMITS.frozenAfterMs + 1)[0]?.state).toBe('frozen');
  expect(SCREEN_LIMITS.frozenAfterMs).toBeLessThan(15_000);
});

test('of two connections of one screen the last to leave makes it absent', () => {
  const screens = new Screens(() => ['hall']);
  screens.join('hall', true, 0);
  screens.join('hall', true, 10);
  screens.leave('hall', 20);
  expect(screens.list(30)[0]).toMatchObject({ state: 'live', connections: 1 });
  screens.leave('hall', 40);
  expect(screens.list(50)[0]?.state).toBe('absent');
});

test('screens without a key have a bound, are forgotten a day after they left, and make room', () => {
  const screens = new Screens(() => ['hall']);
  for (let n = 0; n < SCREEN_LIMITS.named; n++) expect(screens.join(`s${n}`, false, 0)).toBe(true);
  expect(screens.join('one-more', false, 0)).toBe(false);
  expect(screens.join('hall', true, 0)).toBe(true);
  expect([screens.refused, screens.list(0).length]).toEqual([1, SCREEN_LIMITS.named + 1]);
  screens.leave('s0', 0);
  expect(screens.join('one-more', false, SCREEN_LIMITS.forgetAfterMs + 1)).toBe(true);
});

test('a screen whose key is revoked is told of no more once it has gone', () => {
  let keyed = ['hall'];
  const screens = new Screens(() => keyed);
  screens.join('hall', true, 0);
  keyed = [];
  expect(screens.list(10)).toHaveLength(1);
  screens.leave('hall', 20);
  expect(screens.list(30)).toEqual([]);
});
