import type { Correction } from '@vigie/contracts';
import type { QuarterRow, Totals, Words } from '@vigie/metrics';
import type { GroupCounters } from '../processor/counters.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import type { StoredStatus } from '../processor/status-board.ts';
import { unpackChanges } from './entity-record.ts';
import type { StoredEntries } from './entry-codec.ts';
import type { StoredLevels } from './windows.ts';

export type StoredRow = readonly [
  quarter: number,
  queue: string,
  channel: string,
  sums: readonly number[],
  hists: readonly (readonly number[])[],
  /** By tally: words and their counts in turn. */
  tallies: readonly (readonly (string | number)[])[],
  max: number | null,
  maxLost: boolean,
];
type StoredCounters = readonly [
  queue: string,
  channel: string,
  counts: readonly (readonly [name: string, current: number, greatest: number])[],
  waits: readonly (readonly [outcome: string, buckets: readonly number[], sumMs: number, count: number])[],
];

type StoredStatuses = readonly [queue: string, channel: string, statuses: readonly StoredStatus[]];

/** Part of a centre's state: what a page holds, or what a delta changes. */
export interface StoredSlice {
  readonly centre: string;
  /** Of a page its records; of a delta changes. */
  readonly entities: Uint8Array;
  readonly removed: readonly string[];
  readonly rows: readonly StoredRow[];
  readonly counters: readonly StoredCounters[];
  readonly statuses: readonly StoredStatuses[];
  readonly corrections: readonly Correction[];
  /** Of a page all entries of its seconds, of a delta what came and was taken out; see `windows.ts`. */
  readonly entries?: StoredEntries | undefined;
  readonly levels?: readonly StoredLevels[];
}

/** Name under which the corrections of a centre hash into a page. */
export const CORRECTIONS_KEY = 'corrections|';

/** Name under which a group's rows and counters hash into a page. */
export function groupKey(queue: string, channel: string): string {
  return `group|${queue}|${channel}`;
}

export function storeRow(centre: LiveCentre, quarter: number, group: number, row: QuarterRow): StoredRow {
  const { queue, channel } = centre.facts.groups.storedNameOf(group);
  const sums: number[] = [];
  row.totals.sums.forEach((value, index) => {
    if (value !== 0) sums.push(index, value);
  });
  const hists = row.totals.hists.map((hist) => {
    const bins: number[] = [];
    hist.forEach((bin, count) => bins.push(bin, count));
    return bins;
  });
  const tallies = Array.from(row.totals.tallies, (tally) =>
    [...(tally ?? [])].flatMap(([word, count]) => [centre.facts.words.wordOf(word), count]),
  );
  return [quarter, queue, channel, sums, hists, tallies, row.max ?? null, row.maxLost];
}

export function storeCounters(centre: LiveCentre, group: number, counters: GroupCounters): StoredCounters {
  const { queue, channel } = centre.facts.groups.storedNameOf(group);
  const waits = [...counters.waits].map(
    ([outcome, { buckets, sumMs, count }]) => [outcome, buckets, sumMs, count] as const,
  );
  const counts = [...counters.counts].map(
    ([name, { current, greatest }]) => [name, current, greatest] as const,
  );
  return [queue, channel, counts, waits];
}

export function storeStatuses(centre: LiveCentre, key: number | string): StoredStatuses {
  const { queue, channel } = centre.statuses.nameOf(key);
  return [queue, channel, centre.statuses.store(key)];
}

/** The group that a stored row is of. */
export function groupOf(centre: LiveCentre, [, queue, channel]: StoredRow): number {
  return centre.facts.groups.idOfStored(queue, channel);
}

/** Adds what a row counted to totals; answers its largest wait. */
export function addRow(
  [, , , sums, hists, tallies, max]: StoredRow,
  totals: Totals,
  words: Words,
): number | undefined {
  for (let i = 0; i < sums.length; i += 2) totals.sums[sums[i]!]! += sums[i + 1]!;
  hists.forEach((bins, index) => {
    for (let i = 0; i < bins.length; i += 2) totals.hists[index]!.add(bins[i]!, bins[i + 1]!);
  });
  tallies.forEach((counts, index) => {
    for (let i = 0; i < counts.length; i += 2)
      totals.count(index, words.idOf(String(counts[i])), Number(counts[i + 1]));
  });
  return max ?? undefined;
}

/** Puts a page's slice into a centre. */
export function restorePage(centre: LiveCentre, page: number, slice: StoredSlice, seq: number): void {
  centre.facts.restorePage(page, slice.entities.slice());
  restoreGroups(centre, slice, seq, () => false);
}

/** Puts a delta's slice into a centre; `skip` says whether the page of a key already holds newer state. */
export function restoreDelta(
  centre: LiveCentre,
  slice: StoredSlice,
  seq: number,
  skip: (key: string) => boolean,
): void {
  for (const change of unpackChanges(slice.entities))
    if (!skip(change.id)) centre.facts.restoreChange(change);
  for (const id of slice.removed) {
    // Without forgetting what its facts named: another entity may have taken them over since.
    const entity = skip(id) ? undefined : centre.facts.entities.get(id);
    if (entity !== undefined) centre.facts.drop(entity);
  }
  restoreGroups(centre, slice, seq, skip);
}

function restoreGroups(
  centre: LiveCentre,
  slice: StoredSlice,
  seq: number,
  skip: (key: string) => boolean,
): void {
  for (const stored of slice.rows) {
    const [quarter, queue, channel] = stored;
    if (skip(groupKey(queue, channel)) || centre.finality.isHandedOver(quarter, seq)) continue;
    const row = centre.timeline.rows.row(quarter, groupOf(centre, stored));
    row.totals.clear();
    row.max = addRow(stored, row.totals, centre.facts.words);
    row.maxLost = stored[7];
  }
  if (!skip(CORRECTIONS_KEY)) centre.corrections.restoreList(slice.corrections);
  for (const [queue, channel, statuses] of slice.statuses) {
    if (!skip(groupKey(queue, channel))) centre.statuses.restore({ queue, channel }, statuses);
  }
  for (const [queue, channel, counts, waits] of slice.counters) {
    if (skip(groupKey(queue, channel))) continue;
    const counters = centre.counters.of(centre.facts.groups.idOfStored(queue, channel));
    for (const [name, current, greatest] of counts) counters.counts.set(name, { current, greatest });
    for (const [outcome, buckets, sumMs, count] of waits) {
      counters.waits.set(outcome, { buckets: [...buckets], sumMs, count });
    }
  }
}
