import type { KpiValue, Row } from '@vigie/contracts';

/** One row of the window that walls show by default. */
export function row(queue: string, channel: string, kpis: Readonly<Record<string, KpiValue>>): Row {
  return { queue, channel, window: '30m', state: 'live', kpis };
}

const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const count = (value: number): KpiValue => ({ value, n: value });
const wait = (seconds: number): KpiValue => ({ value: seconds, since: ago(seconds) });
const none: KpiValue = { value: null, n: 0, reason: 'no_data' };

/** A centre in the middle of a day: one queue in trouble, one to watch, one quiet, one closed. */
export function busyRows(change: Readonly<Record<string, KpiValue>> = {}): Row[] {
  return [
    row('_all', '_all', {
      longest_wait_now: wait(184),
      waiting_now: count(9),
      over_threshold_now: count(4),
      in_progress_now: count(17),
      service_level_live: { value: 0.72, n: 143, target: 0.8, status: 'warn' },
      abandonment_rate: { value: 0.042, n: 151 },
      asa: { value: 23.4, n: 120 },
      offered: count(152),
      answered: count(120),
      abandoned: count(7),
      avg_first_response_time: { value: 44, n: 18 },
      awaiting_reply_now: count(2),
      ...change,
    }),
    row('billing', 'voice', {
      longest_wait_now: wait(184),
      waiting_now: count(6),
      over_threshold_now: count(4),
      service_level_live: { value: 0.58, n: 64, target: 0.8, status: 'alert' },
      abandonment_rate: { value: 0.083, n: 66 },
      asa: { value: 41, n: 52 },
      offered: count(66),
      answered: count(52),
      abandoned: count(5),
    }),
    row('sales', 'voice', {
      longest_wait_now: { value: null },
      waiting_now: count(0),
      service_level_live: { value: 0.91, n: 58, target: 0.8, status: 'ok' },
      abandonment_rate: { value: 0, n: 59 },
      asa: { value: 8, n: 55 },
      offered: count(58),
      answered: count(55),
      abandoned: count(0),
    }),
    row('tech', 'voice', {
      longest_wait_now: { value: null, reason: 'closed' },
      waiting_now: { value: null, reason: 'closed' },
      service_level_live: { value: null, n: 0, reason: 'closed' },
      abandonment_rate: { value: null, n: 0, reason: 'closed' },
      asa: { value: null, n: 0, reason: 'closed' },
      offered: count(0),
      answered: count(0),
      abandoned: count(0),
    }),
    row('web', 'chat', {
      longest_wait_now: wait(38),
      waiting_now: count(3),
      service_level_live: { value: 0.76, n: 21, target: 0.8, status: 'warn' },
      abandonment_rate: none,
      asa: { value: 31, n: 13 },
      offered: count(28),
      answered: count(13),
      abandoned: count(2),
      avg_first_response_time: { value: 44, n: 18 },
      awaiting_reply_now: count(2),
    }),
  ];
}
