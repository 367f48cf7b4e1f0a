import type { FigureState, Row, ServerMessage } from '@vigie/contracts';
import { expect, test } from 'vitest';

import { feedHealth } from './feed-health.ts';
import { reduceFeed } from './feed-reducer.ts';
import { type FeedInput, type FeedState, serverNowMs, startFeed } from './feed-state.ts';
import { rowKey } from './rows.ts';
import { FEED_LIMITS } from './subscription.ts';

const T0 = Date.parse('2026-11-21T13:00:00Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const said = (body: ServerMessage): FeedInput => ({ type: 'message', data: JSON.stringify(body) });
const row = (kpis: Row['kpis'], queue = 'billing'): Row => ({
  queue,
  channel: 'voice',
  window: '30m',
  state: 'live',
  kpis,
});
const frame = (seq: number, rows: Row[], more: object = {}) => ({
  channel: 'c1',
  epoch: 7,
  seq,
  asOf: iso(T0),
  state: 'live' as FigureState,
  rows,
  ...more,
});
const beat = (nowMs: number, more: object = {}): FeedInput =>
  said({ op: 'heartbeat', now: iso(nowMs), watermark: null, state: 'live', ...more });
const at = (state: FeedState, nowMs: number, ...inputs: FeedInput[]): FeedState =>
  inputs.reduce((before, input) => reduceFeed(before, input, nowMs, 0).state, state);
const current = (
  rows: Row[] = [row({ waiting_now: { value: 3, n: 3 }, asa: { value: 12, n: 40 } })],
): FeedState =>
  at(
    startFeed({ windows: ['30m'] }, T0).state,
    T0,
    { type: 'open' },
    said({ op: 'subscribed', id: 's1', channel: 'c1' }),
    said({ op: 'snapshot', ...frame(1, rows) }),
  );
const kpis = (state: FeedState, queue = 'billing') => state.rows.get(rowKey(row({}, queue)))?.kpis;

test('a delta replaces the figures it carries and leaves the others', () => {
  const state = at(
    current(),
    T0,
    said({ op: 'delta', ...frame(2, [row({ waiting_now: { value: null, reason: 'closed' } })]) }),
  );
  expect(kpis(state)).toEqual({
    waiting_now: { value: null, reason: 'closed' },
    asa: { value: 12, n: 40 },
  });
});

test('a delta adds queues that are new and removes those that are gone', () => {
  const removed = [{ queue: 'billing', channel: 'voice', window: '30m' }];
  const state = at(
    current(),
    T0,
    said({ op: 'delta', ...frame(2, [row({ asa: { value: 1, n: 1 } }, 'sales')]), removed }),
  );
  expect(kpis(state)).toBeUndefined();
  expect(kpis(state, 'sales')).toEqual({ asa: { value: 1, n: 1 } });
});

test('a snapshot replaces everything, whatever its sequence and epoch', () => {
  const state = at(
    current(),
    T0,
    said({ op: 'snapshot', ...frame(1, [row({}, 'sales')]), epoch: 3 }),
    said({ op: 'delta', ...frame(2, [row({ asa: { value: 9, n: 1 } }, 'sales')]), epoch: 3 }),
  );
  expect([...state.rows.keys()]).toEqual([rowKey(row({}, 'sales'))]);
  expect(kpis(state, 'sales')).toEqual({ asa: { value: 9, n: 1 } });
});

test('a feed that hears nothing turns stale by itself within five seconds, even if no tick comes', () => {
  const state = at(current(), T0, beat(T0));
  expect(feedHealth(state, T0 + 2_500).state).toBe('live');
  expect(feedHealth(state, T0 + 4_500)).toMatchObject({ state: 'stale', reason: 'silent', sinceMs: T0 });
});

test('a feed given up for its silence is lost since it last spoke', () => {
  const state = at(at(current(), T0, beat(T0)), T0 + 4_500, { type: 'tick' });
  expect(state.phase).toBe('waiting');
  expect(feedHealth(state, T0 + 9_000)).toMatchObject({ reason: 'disconnected', sinceMs: T0 });
});

test('garbage is no sign of life', () => {
  let state = at(current(), T0, beat(T0));
  for (let ms = 500; ms <= 4_000; ms += 500) state = at(state, T0 + ms, { type: 'message', data: 'noise' });
  expect(feedHealth(state, T0 + 4_500).state).toBe('stale');
  expect(state.ignored).toBe(8);
});

test('heartbeats keep unchanged figures fresh, and carry the state and its reason', () => {
  let state = current();
  for (let ms = 2_000; ms <= 60_000; ms += 2_000) state = at(state, T0 + ms, beat(T0 + ms));
  expect(feedHealth(state, T0 + 61_000)).toMatchObject({ state: 'live', ageMs: 1_000 });
  state = at(
    state,
    T0 + 62_000,
    beat(T0 + 62_000, { state: 'stale', since: iso(T0 + 50_000), reason: 'no_feed' }),
  );
  expect(feedHealth(state, T0 + 62_000)).toEqual({
    state: 'stale',
    sinceMs: T0 + 50_000,
    reason: 'no_feed',
    ageMs: 2_000,
  });
});

test('a delta that was on its way during a heartbeat makes nothing older, one of a feed in doubt does', () => {
  const after = (state: FigureState): number | null =>
    feedHealth(
      at(current(), T0 + 3_000, beat(T0 + 3_000), said({ op: 'delta', ...frame(2, [], { state }) })),
      T0 + 3_000,
    ).ageMs;
  expect(after('live')).toBe(0);
  expect(after('recovering')).toBe(3_000);
});

test('a watermark that lags counts as age once a healthy source could not explain it', () => {
  const lagging = (lagMs: number): number | null => {
    const state = at(current(), T0, beat(T0, { watermark: iso(T0 - lagMs) }));
    return feedHealth(state, T0).ageMs;
  };
  expect(lagging(8_000)).toBe(0);
  expect(lagging(12_000)).toBe(12_000);
});

test('ages are counted on the clock of the server, however wrong the local one is', () => {
  const localMs = T0 - 7_200_000;
  let state = startFeed({}, localMs).state;
  state = at(
    state,
    localMs,
    { type: 'open' },
    said({ op: 'subscribed', id: 's1', channel: 'c1' }),
    said({ op: 'snapshot', ...frame(1, []) }),
    beat(T0),
  );
  expect(serverNowMs(state, localMs + 1_500)).toBe(T0 + 1_500);
  expect(feedHealth(state, localMs + 1_500)).toMatchObject({ state: 'live', ageMs: 1_500 });
});

test('a local clock set back neither hides silence nor moves the time of the server', () => {
  const state = at(current(), T0, beat(T0));
  const backMs = T0 - 3_600_000;
  const later = at(state, backMs, { type: 'tick' });
  expect(serverNowMs(later, backMs + 1_000)).toBe(T0 + 1_000);
  expect(at(later, backMs + 4_500, { type: 'tick' }).phase).toBe('waiting');
});

test('figures stay held through a lost connection, with their age, and are not live', () => {
  const state = at(current(), T0, beat(T0), { type: 'closed', code: 1006 });
  expect(kpis(state)?.['asa']?.value).toBe(12);
  expect(feedHealth(state, T0)).toMatchObject({ state: 'stale', reason: 'disconnected', sinceMs: T0 });
  expect(feedHealth(state, T0 + 130_000).ageMs).toBe(130_000);
});

test('reconnections spread between half a second and five, and wait longer where not allowed', () => {
  const delayMs = (attempts: number, random: number, code: number): number => {
    const { state } = reduceFeed({ ...current(), attempts }, { type: 'closed', code }, T0, random);
    return (state.retryAtMs ?? 0) - T0;
  };
  expect(delayMs(0, 0, 1006)).toBe(500);
  expect(delayMs(0, 0.999, 1006)).toBeLessThan(1_000);
  expect(delayMs(50, 0.999, 1013)).toBeGreaterThan(4_900);
  expect(delayMs(50, 0.999, 1013)).toBeLessThanOrEqual(5_000);
  expect(delayMs(0, 0, 1008)).toBeGreaterThanOrEqual(15_000);
});

test('gaps in a row end in another connection, not in an endless exchange of subscriptions', () => {
  let state = current();
  for (let asked = 2; asked <= 1 + FEED_LIMITS.gapsBeforeReconnect; asked += 1) {
    state = at(state, T0, said({ op: 'delta', ...frame(99, []) }));
    expect(state.phase).toBe('subscribing');
    state = at(
      state,
      T0,
      said({ op: 'subscribed', id: `s${asked}`, channel: 'c1' }),
      said({ op: 'snapshot', ...frame(1, []) }),
    );
  }
  expect(at(state, T0, said({ op: 'delta', ...frame(99, []) })).phase).toBe('waiting');
});

test('a refused subscription says why, and is asked again after a while', () => {
  const state = at(current(), T0, said({ op: 'error', id: 's1', code: 'unknown_window', message: '7m' }));
  expect(feedHealth(state, T0)).toMatchObject({ state: 'closed', reason: 'unknown_window' });
  expect(at(state, T0 + 46_000, { type: 'tick' }).phase).toBe('connecting');
});

test('a centre that is not known yet is asked for again soon: its first event may just be coming', () => {
  const state = at(current(), T0, said({ op: 'error', id: 's1', code: 'unknown_centre', message: 'north' }));
  expect(feedHealth(state, T0)).toMatchObject({ state: 'closed', reason: 'unknown_centre' });
  expect(at(state, T0 + FEED_LIMITS.retryMaxMs, { type: 'tick' }).phase).toBe('connecting');
});
