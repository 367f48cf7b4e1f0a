import { CODE_COUNTERS } from '@vigie/metrics';
import { WAIT_BOUNDS_SECONDS, type FeedCounters } from '../ports/live-feed.ts';

/** Cumulative wait histogram of one outcome: counts by bound (the last is +Inf), sum in ms. */
export interface WaitHistogram {
  readonly buckets: number[];
  sumMs: number;
  count: number;
}

/** A cumulative count: what is true of it now, and the greatest that ever was. */
export interface Count {
  current: number;
  /** What is exported once it is stored: it never falls, and is reached again before it rises. */
  greatest: number;
}

/** What is exported of a group. */
export type ExportedCounters = Pick<FeedCounters, 'counts' | 'waits'>;

/** What one group has counted since ever. */
export interface GroupCounters {
  readonly counts: Map<string, Count>;
  readonly waits: Map<string, WaitHistogram>;
}

/**
 * Counters for Prometheus: cumulative and never falling. What one event takes back and gives again nets out; what is
 * taken back for good lowers the true count, which must pass its greatest value before the counter rises again, and is
 * counted as a correction. A figure that merely moves into the future (a wrap-up that begins) is no correction.
 *
 * Exported is what a checkpoint has: how high a counter came depends on when it was read in between, and whoever reads
 * the log again after a crash need not see the same heights.
 */
export class Counters {
  readonly #groups = new Map<number, GroupCounters>();
  /** By group, as the last checkpoint that was stored has it. */
  readonly #exported = new Map<number, ExportedCounters>();
  /** What differs in the checkpoint that is being written. */
  readonly #written = new Map<number, ExportedCounters>();
  /** Groups whose exported counters moved since the last {@link takeExported}. */
  readonly #untold = new Set<number>();
  /** Figures taken back, by counter. */
  readonly corrections = new Map<string, number>();
  /** By group and position of the counter: what is not settled yet. Kept, since it is written for every event. */
  readonly #pending: (Pending | undefined)[][] = [];
  /** Those of them that moved: the first so many of a list that is used again. */
  readonly #moved: Pending[] = [];
  #movedCount = 0;
  readonly #dirty = new Set<number>();

  /** One contribution that counts now, or is taken back; settled by {@link settle}. */
  record(group: number, code: number, value: number, sign: number): void {
    const positions = POSITIONS[code]!;
    if (positions.length === 0) return;
    const { outcome } = CODE_COUNTERS[code]!;
    for (let i = 0; i < positions.length; i++) {
      const pending = this.#pendingOf(group, positions[i]!);
      pending.net += sign;
      if (sign > 0 && outcome !== undefined && i === 0) {
        pending.outcome = outcome;
        pending.values.push(value);
      }
    }
  }

  /** One contribution that will count later. */
  recordFuture(group: number, code: number): void {
    const positions = POSITIONS[code]!;
    for (let i = 0; i < positions.length; i++) this.#pendingOf(group, positions[i]!).later++;
  }

  /** Counts what is left of one event's, or one tick's, comings and goings. */
  settle(): void {
    for (let i = 0; i < this.#movedCount; i++) {
      const pending = this.#moved[i]!;
      if (pending.net !== 0) this.#count(pending);
      pending.moved = false;
      pending.net = 0;
      pending.later = 0;
      pending.outcome = undefined;
      if (pending.values.length > 0) pending.values = [];
    }
    this.#movedCount = 0;
  }

  #count({ group, name, net, later, outcome, values }: Pending): void {
    const takenBack = Math.max(0, -net - later);
    if (takenBack > 0) this.corrections.set(name, (this.corrections.get(name) ?? 0) + takenBack);
    const counters = this.of(group);
    let count = counters.counts.get(name);
    if (count === undefined) counters.counts.set(name, (count = { current: 0, greatest: 0 }));
    count.current += net;
    const rise = Math.max(0, count.current - count.greatest);
    count.greatest += rise;
    if (outcome !== undefined && rise > 0) {
      for (const value of values.slice(-rise)) observeWait(counters, outcome, value);
    }
    this.#dirty.add(group);
  }

  #pendingOf(group: number, position: number): Pending {
    const ofGroup = (this.#pending[group] ??= []);
    const name = NAMES[position]!;
    const pending = (ofGroup[position] ??= {
      group,
      name,
      moved: false,
      net: 0,
      later: 0,
      outcome: undefined,
      values: [],
    });
    if (!pending.moved) {
      pending.moved = true;
      this.#moved[this.#movedCount++] = pending;
    }
    return pending;
  }

  of(group: number): GroupCounters {
    let counters = this.#groups.get(group);
    if (counters === undefined) this.#groups.set(group, (counters = { counts: new Map(), waits: new Map() }));
    return counters;
  }

  has(group: number): boolean {
    return this.#groups.has(group);
  }

  /** Groups that moved since the last call, for the next checkpoint. */
  takeDirty(): readonly number[] {
    const dirty = [...this.#dirty];
    this.#dirty.clear();
    for (const group of dirty) this.#written.set(group, exportOf(this.of(group)));
    return dirty;
  }

  /** The checkpoint that was made last is stored. */
  stored(): void {
    for (const [group, counters] of this.#written) {
      this.#exported.set(group, counters);
      this.#untold.add(group);
    }
    this.#written.clear();
  }

  /** What there is comes from a checkpoint. */
  restored(): void {
    for (const [group, counters] of this.#groups) this.#exported.set(group, exportOf(counters));
  }

  /** What is exported: of every group, or of those that moved since the last call. */
  takeExported(which: 'all' | 'moved'): readonly (readonly [group: number, counters: ExportedCounters])[] {
    const groups = which === 'all' ? this.#exported.keys() : this.#untold;
    const exported = Array.from(groups, (group) => [group, this.#exported.get(group)!] as const);
    this.#untold.clear();
    return exported;
  }

  get groups(): IterableIterator<number> {
    return this.#groups.keys();
  }
}

function exportOf({ counts, waits }: GroupCounters): ExportedCounters {
  return {
    counts: Object.fromEntries(Array.from(counts, ([name, { greatest }]) => [name, greatest])),
    waits: Object.fromEntries(
      Array.from(waits, ([outcome, { buckets, sumMs, count }]) => [
        outcome,
        { buckets: [...buckets], sum: sumMs / 1000, count },
      ]),
    ),
  };
}

const NAMES = [...new Set(CODE_COUNTERS.flatMap(({ names }) => names))];
/** By code: positions in {@link NAMES} of what it counts. */
const POSITIONS = CODE_COUNTERS.map(({ names }) => names.map((name) => NAMES.indexOf(name)));

interface Pending {
  readonly group: number;
  readonly name: string;
  moved: boolean;
  net: number;
  later: number;
  outcome: string | undefined;
  values: number[];
}

function observeWait(counters: GroupCounters, outcome: string, waitMs: number): void {
  let waits = counters.waits.get(outcome);
  if (waits === undefined) {
    waits = { buckets: Array.from({ length: WAIT_BOUNDS_SECONDS.length + 1 }, () => 0), sumMs: 0, count: 0 };
    counters.waits.set(outcome, waits);
  }
  const index = WAIT_BOUNDS_SECONDS.findIndex((bound) => waitMs <= bound * 1000);
  waits.buckets[index < 0 ? WAIT_BOUNDS_SECONDS.length : index]!++;
  waits.sumMs += waitMs;
  waits.count++;
}
