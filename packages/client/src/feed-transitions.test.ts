import type { FigureState, Row, ServerMessage } from '@vigie/contracts';
import { describe, expect, test } from 'vitest';

import { reduceFeed } from './feed-reducer.ts';
import {
  type FeedEffect,
  type FeedInput,
  type FeedPhase,
  type FeedState,
  nextTickMs,
  startFeed,
} from './feed-state.ts';
import { rowKey } from './rows.ts';

const T0 = Date.parse('2026-11-21T13:00:00Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const row = (value: number): Row => ({
  queue: 'billing',
  channel: 'voice',
  window: '30m',
  state: 'live',
  kpis: { waiting_now: { value, n: value } },
});
const message = (body: ServerMessage): FeedInput => ({ type: 'message', data: JSON.stringify(body) });
const frame = (seq: number, epoch = 7, channel = 'c1') =>
  ({ channel, epoch, seq, asOf: iso(T0), state: 'live' as FigureState, rows: [row(seq)] }) as const;

/** A feed of channel c1, holding sequence 4 of epoch 7 where it holds anything, asked as s1. */
function inPhase(phase: FeedPhase): FeedState {
  const run = (state: FeedState, ...inputs: FeedInput[]): FeedState =>
    inputs.reduce((held, input) => reduceFeed(held, input, T0, 0).state, state);
  const connecting = startFeed({ windows: ['30m'] }, T0).state;
  const subscribing = run(connecting, { type: 'open' });
  const syncing = run(subscribing, message({ op: 'subscribed', id: 's1', channel: 'c1' }));
  const current = run(syncing, message({ op: 'snapshot', ...frame(4) }));
  const states: Record<FeedPhase, FeedState> = {
    connecting,
    subscribing,
    syncing,
    current,
    refused: run(current, message({ op: 'error', id: 's1', code: 'not_allowed', message: 'no' })),
    waiting: run(current, { type: 'closed', code: 1006 }),
    ended: run(current, { type: 'end' }),
  };
  expect(states[phase].phase).toBe(phase);
  return states[phase];
}

const INPUTS = {
  open: { type: 'open' },
  subscribed: message({ op: 'subscribed', id: 's1', channel: 'c1' }),
  'subscribed, to an older request': message({ op: 'subscribed', id: 's0', channel: 'c0' }),
  snapshot: message({ op: 'snapshot', ...frame(9) }),
  'snapshot of another channel': message({ op: 'snapshot', ...frame(9, 7, 'c2') }),
  'next delta': message({ op: 'delta', ...frame(5) }),
  'delta held already': message({ op: 'delta', ...frame(4) }),
  'delta after a gap': message({ op: 'delta', ...frame(6) }),
  'delta of another epoch': message({ op: 'delta', ...frame(5, 8) }),
  'delta of another channel': message({ op: 'delta', ...frame(6, 7, 'c2') }),
  heartbeat: message({ op: 'heartbeat', now: iso(T0), watermark: null, state: 'live' }),
  'error about this': message({ op: 'error', id: 's1', code: 'unknown_kpi', message: 'no' }),
  'error about nothing': message({ op: 'error', code: 'bad_message', message: 'no' }),
  garbage: { type: 'message', data: '{"op":"snapshot"' },
  closed: { type: 'closed', code: 1006 },
  'tick, early': { type: 'tick' },
  'tick, due': { type: 'tick' },
  end: { type: 'end' },
} satisfies Record<string, FeedInput>;
type InputName = keyof typeof INPUTS;

/** Phase afterwards, then effects, then what is held if that changed. */
type Outcome = [FeedPhase, ...string[]];
const same = (phase: FeedPhase): Record<InputName, Outcome> =>
  Object.fromEntries(Object.keys(INPUTS).map((name) => [name, [phase]])) as unknown as Record<
    InputName,
    Outcome
  >;

/** The whole table: a phase or an input that is forgotten does not compile. */
const TABLE: Record<FeedPhase, Record<InputName, Outcome>> = {
  connecting: {
    ...same('connecting'),
    open: ['subscribing', 'subscribe s1'],
    closed: ['waiting'],
    'tick, due': ['waiting', 'drop'],
    end: ['ended', 'drop'],
  },
  subscribing: {
    ...same('subscribing'),
    subscribed: ['syncing'],
    'error about this': ['refused'],
    closed: ['waiting'],
    'tick, due': ['waiting', 'drop'],
    end: ['ended', 'drop'],
  },
  syncing: {
    ...same('syncing'),
    snapshot: ['current', 'holds 9'],
    'error about this': ['refused'],
    closed: ['waiting'],
    'tick, due': ['waiting', 'drop'],
    end: ['ended', 'drop'],
  },
  current: {
    ...same('current'),
    snapshot: ['current', 'holds 9'],
    'next delta': ['current', 'holds 5'],
    'delta after a gap': ['subscribing', 'unsubscribe s1', 'subscribe s2'],
    'delta of another epoch': ['subscribing', 'unsubscribe s1', 'subscribe s2'],
    'error about this': ['refused'],
    closed: ['waiting'],
    'tick, due': ['waiting', 'drop'],
    end: ['ended', 'drop'],
  },
  refused: {
    ...same('refused'),
    closed: ['waiting'],
    'tick, due': ['connecting', 'drop', 'connect'],
    end: ['ended', 'drop'],
  },
  waiting: { ...same('waiting'), 'tick, due': ['connecting', 'connect'], end: ['ended'] },
  ended: same('ended'),
};

const spell = (effect: FeedEffect): string =>
  effect.type === 'send' ? `${effect.message.op} ${effect.message.id}` : effect.type;
const held = (state: FeedState): number | null | undefined =>
  state.rows.get(rowKey(row(0)))?.kpis['waiting_now']?.value;

describe.each(Object.keys(TABLE) as FeedPhase[])('a feed that is %s', (phase) => {
  test.each(Object.keys(INPUTS) as InputName[])('takes %s', (name) => {
    const before = inPhase(phase);
    const nowMs = name === 'tick, due' ? (nextTickMs(before) ?? T0 + 1e9) : T0 + 1;
    const { state, effects } = reduceFeed(before, INPUTS[name], nowMs, 0.5);
    const changed = held(state) === held(before) ? [] : [`holds ${held(state)}`];
    expect([state.phase, ...effects.map(spell), ...changed]).toEqual(TABLE[phase][name]);
  });
});
