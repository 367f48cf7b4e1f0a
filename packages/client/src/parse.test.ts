import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseServerMessage } from './parse.ts';

const frame = {
  op: 'snapshot',
  channel: 'c1',
  epoch: 1,
  seq: 1,
  asOf: '2026-11-21T13:00:00Z',
  state: 'live',
  rows: [
    { queue: 'a', channel: 'voice', window: '30m', state: 'live', kpis: { asa: { value: null, n: 0 } } },
  ],
};

test('a message of the contract is understood, fields it does not know included', () => {
  expect(parseServerMessage(JSON.stringify({ ...frame, novelty: 1 }))).toMatchObject({ op: 'snapshot' });
});

test.each([
  ['an unknown state', { state: 'green' }],
  ['a sequence that is no counter', { seq: 1.5 }],
  ['an instant that is none', { asOf: 'noon' }],
  ['rows that are no list', { rows: {} }],
  ['a value that is no number', { rows: [{ ...frame.rows[0], kpis: { asa: { value: '12' } } }] }],
  ['a row without a queue', { rows: [{ channel: 'voice', window: '30m', state: 'live', kpis: {} }] }],
  ['an inherited name as operation', { op: 'constructor' }],
])('a frame with %s is not understood', (_, change) => {
  expect(parseServerMessage(JSON.stringify({ ...frame, ...change }))).toBeNull();
});

test('nothing that can be sent makes parsing fail', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.json()), (data) => {
      parseServerMessage(data);
    }),
  );
});
