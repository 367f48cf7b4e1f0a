import { expect, test } from 'vitest';

import { HOME, type Address } from './address.ts';
import { momentOf, NOW_MS, row } from './moment.testkit.ts';
import { queuesView, rowOf, type QueuesView } from './queues-view.ts';

const ago = (seconds: number): string => new Date(NOW_MS - seconds * 1000).toISOString();
const level = (value: number, n: number, status: 'ok' | 'warn' | 'alert') => ({
  value,
  n,
  status,
  target: 0.8,
});
const ROWS = [
  row('_all', '_all', { waiting_now: { value: 7, n: 7 }, service_level_live: level(0.7, 130, 'warn') }),
  row('billing', 'voice', {
    waiting_now: { value: 4, n: 4 },
    longest_wait_now: { value: 90, since: ago(95) },
    service_level_live: level(0.55, 60, 'alert'),
    agents_by_state_now: { value: 9, n: 9, by: { available: 2, on_contact: 4, acw: 1, paused: 2 } },
  }),
  row('sales', 'voice', {
    waiting_now: { value: 0, n: 0 },
    longest_wait_now: { value: null },
    service_level_live: level(0.9, 40, 'ok'),
    agents_by_state_now: { value: null, reason: 'not_reported' },
  }),
  row('web', 'chat', {
    waiting_now: { value: 3, n: 3 },
    service_level_live: level(0.76, 30, 'warn'),
  }),
];
const viewOf = (change: Partial<Address> = {}, held?: readonly string[], rows = ROWS): QueuesView =>
  queuesView(momentOf(rows), { ...HOME, ...change }, new Map(), held);
const namesOf = (view: QueuesView): string[] =>
  view.groups.flatMap(({ rows }) => rows.map(({ name }) => name));

test('rows in alarm rise, the others follow by name', () => {
  expect(namesOf(viewOf())).toEqual(['Facturation', 'Site web', 'Ventes']);
});

test('rows stay put while they are held, new ones come last', () => {
  const held = [JSON.stringify(['sales', 'voice']), JSON.stringify(['billing', 'voice'])];
  expect(namesOf(viewOf({}, held))).toEqual(['Ventes', 'Facturation', 'Site web']);
});

test('a column sorts by its values either way, what has none last', () => {
  expect(namesOf(viewOf({ sort: 'service_level_live' }))).toEqual(['Facturation', 'Site web', 'Ventes']);
  expect(namesOf(viewOf({ sort: 'service_level_live', descending: true }))).toEqual([
    'Ventes',
    'Site web',
    'Facturation',
  ]);
  expect(namesOf(viewOf({ sort: 'longest_wait_now', descending: true }))).toEqual([
    'Facturation',
    'Site web',
    'Ventes',
  ]);
  expect(namesOf(viewOf({ sort: 'agents_by_state_now' }))[0]).toBe('Facturation');
});

test('the filter finds name, id, team and channel, all its words', () => {
  expect(namesOf(viewOf({ filter: 'vent' }))).toEqual(['Ventes']);
  expect(namesOf(viewOf({ filter: 'BILLING care' }))).toEqual(['Facturation']);
  expect(namesOf(viewOf({ filter: 'chat' }))).toEqual(['Site web']);
  expect(viewOf({ filter: 'nothing' })).toMatchObject({ shown: 0, all: 3 });
});

test('groups add up counts, and ratios by their samples, never a mean of ratios', () => {
  const view = viewOf({ group: 'channel' });
  expect(view.groups.map(({ name }) => name)).toEqual(['calls', 'chat']);
  const [calls] = view.groups;
  expect(calls?.total?.cells[0]?.text).toBe('4');
  // (0.55 · 60 + 0.9 · 40) / 100
  expect(calls?.total?.cells[2]?.text).toBe('69%');
  expect(calls?.total?.cells[5]?.kind).toBe('absent');
  expect(viewOf({ group: 'team' }).groups.map(({ name }) => name)).toEqual([
    'care',
    'sales',
    'without a team',
  ]);
});

test('a row says each figure in words, agents as free, busy and paused', () => {
  const [billing] = viewOf().groups[0]?.rows ?? [];
  expect(billing?.cells.map(({ text }) => text)).toEqual(['4', '01:35', '55%', '—', '—', '2 / 5 / 2']);
  const said = (index: number): string => {
    const { lead = '', text = '', tail = '' } = billing?.cells[index] ?? {};
    return `${lead}${text}${tail}`;
  };
  expect(said(2)).toBe('Service level, Facturation: 55%, Act');
  expect(said(5)).toBe('Agents, Facturation: 2 / 5 / 2, 2 free, 5 busy, 2 paused');
});

test('nobody waiting is said, not called a lack of data', () => {
  const sales = viewOf().groups[0]?.rows[2];
  expect(sales?.cells[1]).toMatchObject({ text: '00:00', tail: ', nobody waiting' });
  expect(sales?.cells[5]).toMatchObject({ text: '—', kind: 'nothing' });
});

test('the total is that of the server', () => {
  expect(viewOf().total?.cells[2]).toMatchObject({ text: '70%', status: 'warn' });
});

test('of a queue with several channels the merged row stands for it', () => {
  const rows = [row('mix', 'voice', {}), row('mix', 'chat', {}), row('mix', '_all', {})];
  expect(rowOf(rows, 'mix', '_all', '30m')?.channel).toBe('_all');
  expect(rowOf(rows, 'mix', 'chat', '30m')?.channel).toBe('chat');
  expect(rowOf(ROWS, 'sales', '_all', '30m')?.channel).toBe('voice');
  expect(rowOf(ROWS, 'none', '_all', '30m')).toBeNull();
});
