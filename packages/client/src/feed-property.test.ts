import fc from 'fast-check';
import { expect, test } from 'vitest';

import { feedHealth } from './feed-health.ts';
import { reduceFeed } from './feed-reducer.ts';
import { type FeedInput, type FeedState, nextTickMs, startFeed, subscriptionId } from './feed-state.ts';
import { parseServerMessage } from './parse.ts';
import { mergeRows, replaceRows } from './rows.ts';
import { FEED_LIMITS } from './subscription.ts';

const T0 = Date.parse('2026-11-21T13:00:00Z');
const small = fc.integer({ min: 0, max: 4 });
const states = fc.constantFrom('live', 'stale', 'recovering', 'incomplete');
const channels = fc.constantFrom('c1', 'c2');
const instants = fc.integer({ min: -20_000, max: 20_000 }).map((ms) => new Date(T0 + ms).toISOString());
const rows = fc.array(
  fc.record({
    queue: fc.constantFrom('a', 'b', '_all', '__proto__'),
    channel: fc.constant('voice'),
    window: fc.constant('30m'),
    state: states,
    kpis: fc.dictionary(fc.constantFrom('asa', 'answered', '__proto__'), fc.record({ value: small })),
  }),
  { maxLength: 3 },
);
/** How far a frame is made to fit what the feed holds: its channel, its epoch and sequence too, or not at all. */
const fits = fc.constantFrom('no', 'channel', 'epoch', 'next');
const frameFields = {
  fit: fits,
  channel: channels,
  epoch: small,
  seq: small,
  asOf: instants,
  state: states,
  rows,
};
const removed = fc.array(
  fc.record({ queue: fc.constant('a'), channel: fc.constant('voice'), window: fc.constant('30m') }),
  {
    maxLength: 1,
  },
);

/** What a server may say, what it should not, and noise; `fit` makes plausible continuations likely. */
const bodies = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('subscribed'),
      id: fc.constantFrom('mine', 's1'),
      channel: channels,
    }),
  },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('snapshot'), ...frameFields }) },
  {
    weight: 6,
    arbitrary: fc.record({ op: fc.constant('delta'), ...frameFields, removed }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('heartbeat'),
      now: instants,
      watermark: fc.option(instants),
      state: states,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant('error'),
      id: fc.constantFrom('mine', 's1'),
      code: fc.constant('too_many'),
      message: fc.string(),
    }),
  },
  { weight: 1, arbitrary: fc.anything() },
);
const moves = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant('message' as const) },
    { weight: 2, arbitrary: fc.constant('open' as const) },
    { weight: 1, arbitrary: fc.constant('closed' as const) },
    { weight: 1, arbitrary: fc.constant('tick' as const) },
  ),
  body: bodies,
  noise: fc.option(fc.string(), { freq: 10 }),
  stepMs: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 500 }) },
    fc.integer({ min: -3_000, max: 6_000 }),
  ),
  random: fc.double({ min: 0, max: 0.999, noNaN: true }),
});
type Move = typeof moves extends fc.Arbitrary<infer T> ? T : never;

/** The input of a move, made to fit the state where the generator asks for it. */
function inputOf(move: Move, state: FeedState): FeedInput {
  if (move.kind !== 'message') return { type: move.kind };
  if (move.noise !== null) return { type: 'message', data: move.noise };
  const body = move.body as Record<string, unknown> | null | undefined;
  if (typeof body !== 'object' || body === null) return { type: 'message', data: body };
  const fitted: Record<string, unknown> = { ...body };
  if (fitted['id'] === 'mine') fitted['id'] = subscriptionId(state);
  const { fit } = fitted;
  if (fit !== undefined && fit !== 'no') fitted['channel'] = state.channel ?? 'c1';
  if (fit === 'epoch' || fit === 'next') fitted['epoch'] = state.epoch ?? 0;
  if (fit === 'next') fitted['seq'] = (state.seq ?? 0) + 1;
  return { type: 'message', data: JSON.stringify(fitted) };
}

/** Socket open, subscription answered, snapshot said: without it few sequences get that far. */
const opening: readonly Move[] = [
  'open',
  { op: 'subscribed', id: 'mine', channel: 'c1' },
  {
    op: 'snapshot',
    channel: 'c1',
    epoch: 1,
    seq: 1,
    asOf: new Date(T0).toISOString(),
    state: 'live',
    rows: [],
  },
].map((body) => ({ kind: body === 'open' ? 'open' : 'message', body, noise: null, stepMs: 10, random: 0 }));
const sequences = fc
  .tuple(fc.boolean(), fc.array(moves, { maxLength: 60 }))
  .map(([opened, rest]) => (opened ? [...opening, ...rest] : rest));

test('whatever a server says, a feed holds only unbroken sequences, never more than one socket, and is live only when told so lately', () => {
  fc.assert(
    fc.property(sequences, (sequence) => {
      let nowMs = T0;
      let sockets = 1;
      let { state } = startFeed({}, nowMs);
      for (const move of sequence) {
        nowMs += move.stepMs;
        const input = inputOf(move, state);
        const before = state;
        const step = reduceFeed(before, input, nowMs, move.random);
        state = step.state;

        if (input.type === 'closed') sockets = 0;
        for (const effect of step.effects) {
          if (effect.type === 'drop') sockets -= 1;
          if (effect.type === 'connect') sockets += 1;
          if (effect.type === 'send') expect(sockets).toBe(1);
        }
        expect(sockets).toBe(state.phase === 'waiting' ? 0 : 1);

        const said = input.type === 'message' ? parseServerMessage(input.data) : null;
        const message = said !== null && 'topic' in said ? null : said;
        if (state.rows !== before.rows) {
          if (message?.op === 'snapshot') {
            expect(message.channel).toBe(state.channel);
            expect(state.rows).toEqual(replaceRows(message.rows));
          } else if (message?.op === 'delta') {
            expect([before.phase, message.epoch, message.seq]).toEqual([
              'current',
              before.epoch,
              (before.seq ?? 0) + 1,
            ]);
            expect(state.rows).toEqual(mergeRows(before.rows, message.rows, message.removed));
          } else {
            expect.unreachable('rows changed without a frame');
          }
        }

        const health = feedHealth(state, nowMs);
        if (health.state === 'live') {
          expect(state.phase).toBe('current');
          expect(state.serverState).toBe('live');
          expect(nowMs - (state.heardMs ?? -Infinity)).toBeLessThan(FEED_LIMITS.silenceMs);
        }
        expect(feedHealth(state, nowMs + FEED_LIMITS.silenceMs).state).not.toBe('live');
        expect(health.ageMs === null || health.ageMs >= 0).toBe(true);
        expect(Number.isFinite(nextTickMs(state))).toBe(true);
      }
    }),
    { numRuns: 1_500 },
  );
}, 60_000);

test('left alone in any state, a feed comes to connect again within a minute', () => {
  fc.assert(
    fc.property(sequences, (sequence) => {
      let nowMs = T0;
      let { state } = startFeed({}, nowMs);
      for (const move of sequence) {
        nowMs += move.stepMs;
        state = reduceFeed(state, inputOf(move, state), nowMs, move.random).state;
      }
      const deadlineMs = nowMs + 61_000;
      for (;;) {
        nowMs = nextTickMs(state) ?? Infinity;
        expect(nowMs).toBeLessThanOrEqual(deadlineMs);
        const step = reduceFeed(state, { type: 'tick' }, nowMs, 0.99);
        state = step.state;
        if (step.effects.some(({ type }) => type === 'connect')) return;
      }
    }),
    { numRuns: 500 },
  );
}, 60_000);
