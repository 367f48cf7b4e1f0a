import { ALL, formatInstant, parseInstant, type KpiValue, type RowKey } from '@vigie/contracts';
import type { FeedRow } from '../ports/live-feed.ts';
import type { Standing } from '../query/standing.ts';

/** One name for a queue, channel and window; JSON, because any character may stand in a queue's name. */
export function rowName({ queue, channel, window }: RowKey): string {
  return JSON.stringify([queue, channel, window]);
}

/** The key that {@link rowName} made a name of. */
export function rowKeyOf(name: string): RowKey {
  const [queue, channel, window] = JSON.parse(name) as [string, string, string];
  return { queue, channel, window };
}

/** A row that adds up others: those of all queues, or of all channels of a queue. */
export function isMerged({ queue, channel }: RowKey): boolean {
  return queue === ALL || channel === ALL;
}

/** An age of now, `value` set to what it is at `asOfMs`; any other value is answered as it is. */
export function atInstant(value: KpiValue, asOfMs: number): KpiValue {
  if (value.since === undefined || value.value === null) return value;
  const sinceMs = parseInstant(value.since);
  return sinceMs === undefined ? value : { ...value, value: Math.max(0, asOfMs - sinceMs) / 1000 };
}

/** Would a viewer learn nothing from `b` that `a` did not say? An age that only grew is the same. */
export function sameValue(a: KpiValue | undefined, b: KpiValue): boolean {
  if (a === b) return true;
  if (a === undefined) return false;
  const isAge = a.since !== undefined && a.since === b.since && a.value !== null && b.value !== null;
  return (
    (isAge || a.value === b.value) &&
    a.since === b.since &&
    a.n === b.n &&
    a.reason === b.reason &&
    a.status === b.status &&
    a.target === b.target &&
    sameParts(a.by, b.by) &&
    sameList(a.partial, b.partial)
  );
}

function sameParts(a: KpiValue['by'], b: KpiValue['by']): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}

function sameList(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  if (a === b) return true;
  return a !== undefined && a.length === b?.length && a.every((item, index) => item === b[index]);
}

/** A row cannot be better vouched for than its document: where that is stale or recovering, so is the row. */
export function standingOf(row: FeedRow, document: Standing): Standing {
  const covered = document.state === 'stale' || document.state === 'recovering';
  const { state, since, until } = covered && row.state !== 'stale' ? document : row;
  return { state, ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
}

/** Optional field `since` of an instant in ms. */
export function sinceField(sinceMs: number | undefined): { readonly since?: string } {
  return sinceMs === undefined ? {} : { since: formatInstant(sinceMs) };
}
