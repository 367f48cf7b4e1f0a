import { expect, test } from 'vitest';

import { reduceFeed } from './feed-reducer.ts';
import { type FeedState, startFeed } from './feed-state.ts';
import { parseServerMessage } from './parse.ts';
import { itemsOf } from './topics.ts';

const contact = (id: string, state = 'waiting', overThreshold = false) => ({
  contact: id,
  segment: `${id}-s1`,
  queue: 'sales',
  channel: 'voice',
  state,
  since: '2026-11-21T13:00:00Z',
  overThreshold,
});
const frame = (
  op: 'snapshot' | 'delta',
  seq: number,
  items: readonly object[],
  removed?: readonly object[],
) => ({
  op,
  topic: 'contacts',
  channel: 'c1',
  epoch: 1,
  seq,
  asOf: '2026-11-21T13:00:00Z',
  state: 'live',
  items,
  ...(removed === undefined ? {} : { removed }),
});

function follow(...messages: readonly object[]): FeedState {
  let { state } = startFeed({ topic: 'contacts', queues: ['*'] }, 0);
  const step = (input: Parameters<typeof reduceFeed>[1]): void => {
    state = reduceFeed(state, input, 10, 0).state;
  };
  step({ type: 'open' });
  step({ type: 'message', data: JSON.stringify({ op: 'subscribed', id: 's1', channel: 'c1' }) });
  for (const message of messages) step({ type: 'message', data: JSON.stringify(message) });
  return state;
}
const held = (state: FeedState) => itemsOf('contacts', state).map((item) => `${item.contact} ${item.state}`);

test('a topic is held as its snapshot told it, then as its deltas changed it', () => {
  const state = follow(
    frame('snapshot', 4, [contact('a'), contact('b')]),
    frame(
      'delta',
      5,
      [contact('b', 'waiting', true), contact('c')],
      [{ contact: 'a', segment: 'a-s1', state: 'waiting' }],
    ),
  );
  expect([state.phase, held(state)]).toEqual(['current', ['b waiting', 'c waiting']]);
  expect(itemsOf('contacts', state)[0]?.overThreshold).toBe(true);
});

test('a gap in a topic is seen, and what is held stays as it was until the next snapshot', () => {
  const state = follow(frame('snapshot', 4, [contact('a')]), frame('delta', 6, [contact('b')]));
  expect([state.phase, held(state)]).toEqual(['subscribing', ['a waiting']]);
});

test.each([
  ['of an unknown topic', { topic: 'weather' }],
  ['whose topic is an inherited name', { topic: 'constructor' }],
  ['with a contact since no instant', { items: [{ ...contact('a'), since: 'noon' }] }],
  ['without its things', { items: undefined }],
])('a frame %s is not understood', (_, change) => {
  expect(parseServerMessage(JSON.stringify({ ...frame('snapshot', 1, []), ...change }))).toBeNull();
});

test('an agent with figures that are none is not understood, one with proper ones is', () => {
  const agent = {
    agent: 'ada',
    name: 'Ada',
    state: 'paused',
    reason: null,
    since: '2026-11-21T13:00:00Z',
    queues: ['sales'],
    kpis: { aht: { value: 12, n: 2 } },
  };
  const told = (item: object) => ({ ...frame('snapshot', 1, [item]), topic: 'agents' });
  expect(parseServerMessage(JSON.stringify(told(agent)))).toMatchObject({ topic: 'agents' });
  expect(parseServerMessage(JSON.stringify(told({ ...agent, kpis: { aht: { value: 'long' } } })))).toBeNull();
});
