import { expect, test } from 'vitest';

import { HOME, readAddress, writeAddress, type Address } from './address.ts';

const read = (query: string): Address => readAddress(new URLSearchParams(query));

test.each<[string, Partial<Address>]>([
  ['', {}],
  ['?queue=billing&channel=voice', { view: 'queue', queue: 'billing', channel: 'voice' }],
  ['?view=health&window=5m', { view: 'health', window: '5m' }],
  [
    '?filter=ventes&group=team&sort=avg_wait&order=desc',
    { filter: 'ventes', group: 'team', sort: 'avg_wait', descending: true },
  ],
  ['?at=2026-11-21T10%3A15%3A00.000Z', { atMs: Date.UTC(2026, 10, 21, 10, 15) }],
  ['?queue=a%26b', { view: 'queue', queue: 'a&b' }],
])('%s is read and written alike', (query, change) => {
  const address = { ...HOME, ...change };
  expect(read(query)).toEqual(address);
  expect(writeAddress(address)).toBe(query);
});

test('what is not understood is as at home', () => {
  expect(read('?view=attic&group=colour&at=noon')).toEqual(HOME);
  expect(read('?view=queue')).toEqual(HOME);
});
