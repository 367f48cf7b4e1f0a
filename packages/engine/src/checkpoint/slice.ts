import type { Channel } from '@vigie/contracts';
import type { QuarterRow } from '@vigie/metrics';
import type { GroupCounters } from '../processor/counters.ts';
import { Entity } from '../processor/entities.ts';
import type { LiveCentre } from '../processor/live-centre.ts';

/** An entity as stored. `linked`: some of its facts name the journey of a contact. */
type StoredEntity = readonly [
  id: string,
  lastAt: number,
  linked: boolean,
  held: number,
  conflicts: number,
  facts: Uint8Array,
];
type StoredRow = readonly [
  quarter: number,
  queue: string,
  channel: string,
  sums: readonly number[],
  hists: readonly (readonly number[])[],
  max: number | null,
  maxLost: boolean,
];
type StoredCounters = readonly [
  queue: string,
  channel: string,
  counts: readonly (readonly [name: string, current: number, greatest: number])[],
  waits: readonly (readonly [outcome: string, buckets: readonly number[], sumMs: number, count: number])[],
];

/** Part of a centre's state: what a page holds, or what a delta changes. */
export interface StoredSlice {
  readonly centre: string;
  readonly entities: readonly StoredEntity[];
  readonly removed: readonly string[];
  readonly rows: readonly StoredRow[];
  readonly counters: readonly StoredCounters[];
}

export function storeEntity(entity: Entity): StoredEntity {
  const { id, lastAt, held, conflicts, bytes, linked } = entity;
  return [id, lastAt, linked, held, conflicts, bytes];
}

/** Name under which a group's rows and counters hash into a page. */
export function groupKey(queue: string, channel: string): string {
  return `group|${queue}|${channel}`;
}

export function storeRow(centre: LiveCentre, quarter: number, group: number, row: QuarterRow): StoredRow {
  const { queue, channel } = centre.facts.groups.nameOf(group);
  const sums: number[] = [];
  row.totals.sums.forEach((value, index) => {
    if (value !== 0) sums.push(index, value);
  });
  const hists = row.totals.hists.map((hist) => [...hist].flat());
  return [quarter, queue, channel, sums, hists, row.max ?? null, row.maxLost];
}

export function storeCounters(centre: LiveCentre, group: number, counters: GroupCounters): StoredCounters {
  const { queue, channel } = centre.facts.groups.nameOf(group);
  const waits = [...counters.waits].map(
    ([outcome, { buckets, sumMs, count }]) => [outcome, buckets, sumMs, count] as const,
  );
  const counts = [...counters.counts].map(
    ([name, { current, greatest }]) => [name, current, greatest] as const,
  );
  return [queue, channel, counts, waits];
}

/** Puts a slice into a centre; `skip` says of a page whether it already holds newer state. */
export function restoreSlice(centre: LiveCentre, slice: StoredSlice, skip: (key: string) => boolean): void {
  for (const [id, lastAt, linked, held, conflicts, bytes] of slice.entities) {
    if (skip(id)) continue;
    const entity = new Entity(id, { bytes, lastAt, linked });
    entity.held = held;
    entity.conflicts = conflicts;
    centre.facts.restoreEntity(entity);
  }
  for (const id of slice.removed) {
    // Without forgetting what its facts named: another entity may have taken them over since.
    const entity = skip(id) ? undefined : centre.facts.entities.get(id);
    if (entity !== undefined) centre.facts.drop(entity);
  }
  for (const [quarter, queue, channel, sums, hists, max, maxLost] of slice.rows) {
    if (skip(groupKey(queue, channel))) continue;
    const row = centre.timeline.rows.row(quarter, centre.facts.groups.idOf(queue, channel as Channel));
    row.totals.clear();
    for (let i = 0; i < sums.length; i += 2) row.totals.sums[sums[i]!] = sums[i + 1]!;
    hists.forEach((bins, index) => {
      for (let i = 0; i < bins.length; i += 2) row.totals.hists[index]!.set(bins[i]!, bins[i + 1]!);
    });
    row.max = max ?? undefined;
    row.maxLost = maxLost;
  }
  for (const [queue, channel, counts, waits] of slice.counters) {
    if (skip(groupKey(queue, channel))) continue;
    const counters = centre.counters.of(centre.facts.groups.idOf(queue, channel as Channel));
    for (const [name, current, greatest] of counts) counters.counts.set(name, { current, greatest });
    for (const [outcome, buckets, sumMs, count] of waits) {
      counters.waits.set(outcome, { buckets: [...buckets], sumMs, count });
    }
  }
}
