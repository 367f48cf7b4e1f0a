import type { KpiValue, Row } from '@vigie/contracts';

import { alarmRank, worstStatus } from './status.ts';

/** The figures a wall asks for. */
export const WALL_KPIS = [
  'longest_wait_now',
  'waiting_now',
  'over_threshold_now',
  'in_progress_now',
  'service_level_live',
  'abandonment_rate',
  'asa',
  'offered',
  'answered',
  'abandoned',
  'avg_first_response_time',
  'awaiting_reply_now',
] as const;
export type WallKpi = (typeof WALL_KPIS)[number];

/** A wall's own word for "every queue", as in the contract. */
export const ALL = '_all';

/** How figures of several queues become one, where the server sent no total: never a mean of ratios. */
const SUMMED: readonly string[] = [
  'waiting_now',
  'over_threshold_now',
  'in_progress_now',
  'offered',
  'answered',
  'abandoned',
  'awaiting_reply_now',
];
const WEIGHTED: readonly string[] = [
  'avg_wait',
  'service_level_live',
  'abandonment_rate',
  'asa',
  'avg_first_response_time',
];

/** The rows of one window: one a queue and channel, and the totals row. */
export interface WallRows {
  readonly queues: readonly Row[];
  /** `null` before anything is known. */
  readonly total: Row | null;
}

/** Is a queue among these? Ids, or beginnings of ids that end with `*`; none is all. */
export function isWanted(queue: string, filter: readonly string[]): boolean {
  return (
    filter.length === 0 ||
    filter.some((wanted) => (wanted.endsWith('*') ? queue.startsWith(wanted.slice(0, -1)) : queue === wanted))
  );
}

/** Chooses what the wall shows. A queue's own total over channels is left out: its channels are there. */
export function wallRows(rows: Iterable<Row>, window: string, filter: readonly string[]): WallRows {
  const ofWindow = [...rows].filter((row) => row.window === window);
  const wanted = ofWindow.filter((row) => row.queue !== ALL && isWanted(row.queue, filter));
  const split = new Set(wanted.filter((row) => row.channel !== ALL).map((row) => row.queue));
  const queues = wanted.filter((row) => row.channel !== ALL || !split.has(row.queue));
  const whole =
    filter.length === 0
      ? ofWindow.find((row) => row.queue === ALL && row.channel === ALL)
      : wanted.length === 1
        ? wanted[0]
        : undefined;
  return { queues, total: whole ?? mergeQueues(queues, window) };
}

/**
 * Totals over queues, from what their rows say: counts are added, ratios and means weighted by their samples, the
 * longest wait is the earliest. A verdict on the sum is none: targets belong to queues.
 */
export function mergeQueues(queues: readonly Row[], window: string): Row | null {
  const first = queues[0];
  if (first === undefined) return null;
  const kpis: Record<string, KpiValue> = {};
  const valuesOf = (id: string): KpiValue[] =>
    queues.map((row) => row.kpis[id]).filter((kpi): kpi is KpiValue => kpi !== undefined);
  for (const id of SUMMED) {
    const known = valuesOf(id).filter(({ value }) => value !== null);
    const value = known.reduce((sum, kpi) => sum + (kpi.value ?? 0), 0);
    const none = valuesOf(id)[0];
    if (known.length > 0) kpis[id] = { value, n: value };
    else if (none !== undefined) kpis[id] = none;
  }
  for (const id of WEIGHTED) {
    const known = valuesOf(id).filter(({ value, n = 0 }) => value !== null && n > 0);
    const n = known.reduce((sum, kpi) => sum + (kpi.n ?? 0), 0);
    const weighted = known.reduce((sum, kpi) => sum + (kpi.value ?? 0) * (kpi.n ?? 0), 0);
    const none = valuesOf(id)[0];
    if (n > 0) kpis[id] = { value: weighted / n, n };
    else if (none !== undefined) kpis[id] = none;
  }
  const longest = longestWait(queues);
  if (longest !== null) kpis['longest_wait_now'] = longest.kpi;
  else if (first.kpis['longest_wait_now'] !== undefined) {
    kpis['longest_wait_now'] = first.kpis['longest_wait_now'];
  }
  const doubtful = queues.find((row) => row.state !== 'live') ?? first;
  const since = doubtful.since === undefined ? {} : { since: doubtful.since };
  return { queue: ALL, channel: ALL, window, state: doubtful.state, ...since, kpis };
}

/** The queue in which somebody waits longest, and that wait. */
export function longestWait(queues: readonly Row[]): { row: Row; kpi: KpiValue } | null {
  let longest: { row: Row; kpi: KpiValue } | null = null;
  for (const row of queues) {
    const kpi = row.kpis['longest_wait_now'];
    if (kpi === undefined || kpi.value === null) continue;
    if (longest === null || isLonger(kpi, longest.kpi)) longest = { row, kpi };
  }
  return longest;
}

function isLonger(one: KpiValue, other: KpiValue): boolean {
  if (one.since !== undefined && other.since !== undefined) {
    return Date.parse(one.since) < Date.parse(other.since);
  }
  return (one.value ?? 0) > (other.value ?? 0);
}

/** Alarmed rows first, then by name; `nameOf` is what readers see. */
export function orderRows(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
  collator: { compare(one: string, other: string): number },
): readonly Row[] {
  return rows
    .map((row) => ({ row, rank: alarmRank(worstStatus(row, WALL_KPIS)), name: nameOf(row) }))
    .sort((one, other) => one.rank - other.rank || collator.compare(one.name, other.name))
    .map(({ row }) => row);
}
