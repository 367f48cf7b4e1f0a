import type { KpiValue, Row } from '@vigie/contracts';
import { expect, test } from 'vitest';

import { mergeQueues, orderRows, wallRows } from './rows.ts';

const row = (queue: string, kpis: Record<string, KpiValue> = {}, channel = 'voice', window = '30m'): Row => ({
  queue,
  channel,
  window,
  state: 'live',
  kpis,
});
const count = (value: number): KpiValue => ({ value, n: value });

test('the total is what the server says it is', () => {
  const all = row('_all', { waiting_now: count(7) }, '_all');
  expect(wallRows([row('a', { waiting_now: count(3) }), all], '30m', [])).toMatchObject({
    queues: [{ queue: 'a' }],
    total: all,
  });
});

test('a queue of several channels shows its channels, not their sum as well', () => {
  const rows = [row('a', {}, 'voice'), row('a', {}, 'chat'), row('a', {}, '_all'), row('b', {}, '_all')];
  expect(wallRows(rows, '30m', []).queues.map(({ queue, channel }) => [queue, channel])).toEqual([
    ['a', 'voice'],
    ['a', 'chat'],
    ['b', '_all'],
  ]);
});

test('other windows and queues outside the filter are left out; one queue is its own total', () => {
  const rows = [row('a'), row('b'), row('a', {}, 'voice', '5m'), row('_all', {}, '_all')];
  const shown = wallRows(rows, '30m', ['a']);
  expect(shown.queues).toEqual([rows[0]]);
  expect(shown.total).toBe(rows[0]);
});

test('without a total from the server, ratios are weighted by their samples, never averaged', () => {
  const total = mergeQueues(
    [
      row('a', { service_level_live: { value: 1, n: 1 }, answered: count(1), asa: { value: 10, n: 1 } }),
      row('b', {
        service_level_live: { value: 0.5, n: 99 },
        answered: count(60),
        asa: { value: null, n: 0 },
      }),
    ],
    '30m',
  );
  expect(total?.kpis['service_level_live']).toEqual({ value: 0.505, n: 100 });
  expect(total?.kpis['answered']).toEqual({ value: 61, n: 61 });
  expect(total?.kpis['asa']).toEqual({ value: 10, n: 1 });
});

test('the longest wait of all is the earliest, and is nobody where nobody waits', () => {
  const waits = (since: string): KpiValue => ({ value: 1, since });
  const total = mergeQueues(
    [
      row('a', { longest_wait_now: waits('2026-11-21T13:00:05Z') }),
      row('b', { longest_wait_now: waits('2026-11-21T13:00:00Z') }),
    ],
    '30m',
  );
  expect(total?.kpis['longest_wait_now']?.since).toBe('2026-11-21T13:00:00Z');
  expect(
    mergeQueues([row('a', { longest_wait_now: { value: null } })], '30m')?.kpis['longest_wait_now']?.value,
  ).toBeNull();
});

test('closed everywhere is closed in total, not zero', () => {
  const closed: KpiValue = { value: null, reason: 'closed' };
  expect(mergeQueues([row('a', { waiting_now: closed, asa: closed })], '30m')?.kpis).toMatchObject({
    waiting_now: closed,
    asa: closed,
  });
});

test('alarmed rows rise, the others stand by name', () => {
  const rows = [
    row('b'),
    row('z', { asa: { value: 1, status: 'alert' } }),
    row('a', { asa: { value: 1, status: 'ok' } }),
    row('c', { asa: { value: 1, status: 'warn' } }),
  ];
  const ordered = orderRows(rows, ({ queue }) => queue, new Intl.Collator('en'));
  expect(ordered.map(({ queue }) => queue)).toEqual(['z', 'c', 'a', 'b']);
});
