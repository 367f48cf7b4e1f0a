import {
  ALL,
  type FigureState,
  type KpiValue,
  type NullReason,
  type Presentation,
  type Row,
} from '@vigie/contracts';
import type { Epoch } from '../ports/checkpoint-store.ts';
import type { PartitionId } from '../ports/event-log.ts';
import type { FeedCounters, FeedFrame, FeedHeader, FeedRow } from '../ports/live-feed.ts';
import { LiveRows, type WindowSpec } from '../query/live-rows.ts';
import type { LiveCentre } from './live-centre.ts';

/**
 * Turns what moved in a centre into frames of the live feed: only groups that something touched are evaluated, only
 * figures that differ from the last sent are in a frame. The first frame of an epoch is complete.
 */
export class CentrePublisher {
  readonly #centre: LiveCentre;
  readonly #rows: LiveRows;
  readonly #partition: PartitionId;
  readonly #epoch: Epoch;
  #sent = new Map<string, Row>();
  /** By group: when its oldest wait passes the longest decided one. No event and no bucket marks that instant. */
  readonly #overtakes = new Map<number, number>();
  #seq = 0;
  /** State and configuration as last said. */
  #said = '';

  constructor(
    centre: LiveCentre,
    options: {
      readonly partition: PartitionId;
      readonly epoch: Epoch;
      readonly windows: readonly WindowSpec[];
      readonly presentation: Presentation;
    },
  ) {
    this.#centre = centre;
    this.#partition = options.partition;
    this.#epoch = options.epoch;
    this.#rows = new LiveRows(centre, options.windows, options.presentation);
  }

  /**
   * The next frame, or nothing when nothing is to be said and `heartbeat` is not asked for. `recoveringSinceMs`: the
   * partition has been catching up since that instant.
   */
  frame(recoveringSinceMs: number | undefined, heartbeat: boolean): FeedFrame | undefined {
    const { groups, versions } = this.#centre.facts;
    const complete = this.#sent.size === 0;
    for (const [queue, channels] of versions.at(this.#centre.timeline.now).queueChannels) {
      for (const channel of channels) groups.idOf(queue, channel);
    }
    const total = groups.idOf(ALL, ALL);
    const dirty = new Set(this.#centre.timeline.takeDirty());
    // Groups made since the last frame, configured queues among them, show at once with their nothing.
    for (let group = 0; group < groups.size; group++) if (complete || !this.#known(group)) dirty.add(group);
    dirty.add(total);
    for (const [group, at] of this.#overtakes) if (at <= this.#centre.timeline.now) dirty.add(group);
    const rows: FeedRow[] = [];
    const queues = new Set<string>();
    for (const group of dirty) {
      queues.add(groups.nameOf(group).queue);
      this.#overtakes.delete(group);
      this.#collectAll(group, this.#rows.rowsOf(group), rows);
    }
    for (const queue of queues) {
      const [leaf] = groups.channelsOf(queue);
      if (leaf !== undefined) this.#collectAll(leaf, this.#rows.mergedRows(queue), rows);
    }
    const header = this.#header(recoveringSinceMs);
    const said = `${header.state}|${header.sinceMs}|${header.configVersion}`;
    if (rows.length === 0 && !heartbeat && said === this.#said) return undefined;
    this.#said = said;
    return {
      partition: this.#partition,
      epoch: this.#epoch,
      seq: ++this.#seq,
      header,
      complete,
      rows,
      removed: [],
      counters: this.#counters([...dirty]),
    };
  }

  /** The last frame was not delivered: the next one says everything again. */
  reset(): void {
    this.#sent = new Map();
  }

  #known(group: number): boolean {
    const { queue, channel } = this.#centre.facts.groups.nameOf(group);
    return this.#sent.has(`${queue}|${channel}|today`);
  }

  #collectAll(group: number, rows: readonly Row[], into: FeedRow[]): void {
    for (const row of rows) {
      this.#collect(row, into);
      const at = overtakenAt(row);
      const known = this.#overtakes.get(group) ?? Number.POSITIVE_INFINITY;
      if (at > this.#centre.timeline.now && at < known) this.#overtakes.set(group, at);
    }
  }

  #collect(row: Row, into: FeedRow[]): void {
    const key = `${row.queue}|${row.channel}|${row.window}`;
    const before = this.#sent.get(key);
    const kpis: Record<string, KpiValue> = {};
    let moved = before === undefined || before.state !== row.state || before.since !== row.since;
    for (const [id, value] of Object.entries(row.kpis)) {
      if (before !== undefined && sameFigure(before.kpis[id], value)) continue;
      kpis[id] = value;
      moved = true;
    }
    if (!moved) return;
    this.#sent.set(key, row);
    into.push({ ...row, kpis });
  }

  #header(recoveringSinceMs: number | undefined): FeedHeader {
    const { facts, timeline } = this.#centre;
    const state = this.#stateOf(recoveringSinceMs);
    return {
      centre: this.#centre.name,
      asOfMs: timeline.now,
      watermarkMs: facts.sources.watermarkMs ?? null,
      configVersion: facts.versions.versionAt(timeline.now).version,
      ...state,
    };
  }

  #stateOf(recoveringSinceMs: number | undefined): {
    readonly state: FigureState;
    readonly sinceMs?: number;
    readonly reason?: NullReason;
  } {
    const { facts, timeline } = this.#centre;
    if (recoveringSinceMs !== undefined) {
      return { state: 'recovering', sinceMs: recoveringSinceMs, reason: 'recovering' };
    }
    const silent = facts.sources.silentSince(timeline.now);
    if (silent !== undefined) return { state: 'stale', sinceMs: silent, reason: 'no_feed' };
    const gap = facts.sources.incompleteSince(timeline.dayStart, timeline.now);
    return gap === undefined ? { state: 'live' } : { state: 'incomplete', sinceMs: gap };
  }

  #counters(groups: readonly number[]): FeedCounters[] {
    const { counters, facts } = this.#centre;
    return groups
      .filter((group) => counters.has(group))
      .map((group) => {
        const { counts, waits } = counters.of(group);
        return {
          ...facts.groups.nameOf(group),
          counts: Object.fromEntries([...counts].map(([name, { greatest }]) => [name, greatest])),
          waits: Object.fromEntries(
            [...waits].map(([outcome, { buckets, sumMs, count }]) => [
              outcome,
              { buckets: [...buckets], sum: sumMs / 1000, count },
            ]),
          ),
        };
      });
  }
}

/** When the longest wait of now will be the row's `max_wait`; infinite when it is already, or nobody waits. */
function overtakenAt({ kpis }: Row): number {
  const decided = kpis['max_wait'];
  const since = kpis['longest_wait_now']?.since;
  if (decided?.since !== undefined || typeof decided?.value !== 'number' || since === undefined) {
    return Number.POSITIVE_INFINITY;
  }
  return Date.parse(since) + Math.ceil(decided.value * 1000);
}

/** Is it the figure that was sent? An age that only grew is: its `since` lets viewers count on. */
function sameFigure(a: KpiValue | undefined, b: KpiValue): boolean {
  if (a === undefined) return false;
  if (a.n !== b.n || a.since !== b.since || a.status !== b.status || a.target !== b.target) return false;
  if (b.since === undefined && (a.value !== b.value || a.reason !== b.reason)) return false;
  return sameList(a.partial, b.partial) && sameParts(a.by, b.by);
}

function sameList(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a === b || (a?.length === b?.length && (a ?? []).every((item, index) => item === b?.[index]));
}

function sameParts(
  a: Readonly<Record<string, number>> | undefined,
  b: Readonly<Record<string, number>> | undefined,
): boolean {
  if (a === b) return true;
  const keys = Object.keys(a ?? {});
  return keys.length === Object.keys(b ?? {}).length && keys.every((key) => a?.[key] === b?.[key]);
}
