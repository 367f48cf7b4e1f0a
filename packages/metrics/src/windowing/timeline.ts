import { Buckets, secondOf } from './buckets.ts';
import { FIELDS, type Contributions } from './contribution.ts';
import { Maxima } from './maxima.ts';
import { Present, TotalsOfWindows, type MeasurePlan, type Totals } from './measures.ts';
import { Refill, type Counting } from './refill.ts';
import { QUARTER_MS, QuarterRows, type QuarterRow } from './rows.ts';
import type { Zone } from './zone.ts';

const SECOND_MS = 1000;

/** Where the windows of a group can be read. `windows` follows the order of the rolling windows asked for. */
export interface GroupView {
  readonly windows: readonly Totals[];
  readonly today: Totals;
  readonly present: Present;
  /** Largest value of the rolling window with that index; `undefined` when none. */
  max(windowIndex: number): number | undefined;
  /** Largest value since the day began. */
  maxToday(): number | undefined;
}

class Group implements GroupView, Counting {
  readonly windows: readonly Totals[];
  readonly today: Totals;
  /** The rolling windows in their order, then today. */
  readonly totals: TotalsOfWindows;
  readonly present: Present;
  readonly maxima = new Maxima();
  readonly #timeline: Timeline;
  /** Largest value since the day began; not to be trusted while `maxStale`. */
  todayMax: number | undefined;
  maxStale = false;
  /** Its figures may have changed since the last {@link Timeline.takeDirty}. */
  dirty = false;
  /** This group and the totals it is counted into. */
  readonly targets: readonly Group[];
  readonly id: number;

  constructor(
    timeline: Timeline,
    plan: MeasurePlan,
    windowCount: number,
    id: number,
    parents: readonly Group[],
  ) {
    this.#timeline = timeline;
    this.targets = [this, ...parents];
    this.totals = new TotalsOfWindows(plan, windowCount + 1);
    this.windows = this.totals.each.slice(0, windowCount);
    this.today = this.totals.each[windowCount]!;
    this.present = new Present(plan);
    parents[0]?.present.include(this.present);
    this.id = id;
  }

  max(windowIndex: number): number | undefined {
    return this.maxima.since(this.#timeline.firstSecondOf(windowIndex));
  }

  maxToday(): number | undefined {
    return this.#timeline.maxToday(this.id);
  }
}

/**
 * The totals a group is counted into, each one counted into the next; groups are numbered from 0 in the order they are
 * first named.
 */
export type ParentsOf = (group: number) => readonly number[];

/** Told each contribution when it counts: at once, or when its instant has come. */
export type Counted = (group: number, code: number, value: number, sign: number) => void;

/** Finds the largest value dated in `[from, to]` of a group in the records, when a row has lost its maximum. */
export type MaxSearch = (group: number, from: number, to: number) => number | undefined;

/**
 * The fine-grained present of a centre: sparse 1-second buckets, rolling windows kept as running totals, "today", the
 * levels of now, and the quarter-hour rows.
 *
 * A bucket holds small signed entries. An entry dated in the future waits in its bucket until {@link advance}
 * reaches it; one retracted before it is due is removed, not countered. A window's head is exact (`at ≤ now`), its tail
 * goes by whole buckets: bucket k is in iff `k_now − W < k`.
 */
export class Timeline {
  readonly rows: QuarterRows;
  /** What a checkpoint may have of it beside the rows. */
  readonly refill: Refill;
  readonly #plan: MeasurePlan;
  readonly #rollingSeconds: readonly number[];
  /** Bit sets of windows: the rolling ones, and "today". */
  readonly #rolling: number;
  readonly #today: number;
  readonly #depthSeconds: number;
  readonly #parentsOf: ParentsOf;
  readonly #searchMax: MaxSearch;
  readonly #counted: Counted;
  readonly #groups: (Group | undefined)[] = [];
  readonly #buckets = new Buckets();
  #dirty: Group[] = [];
  #zone: Zone;
  #now: number;
  #dayStart: number;

  /** `rollingMs`: sizes of the rolling windows, whole seconds. The clock starts at `now` and only {@link advance} moves it. */
  constructor(
    plan: MeasurePlan,
    options: {
      readonly rollingMs: readonly number[];
      readonly zone: Zone;
      readonly now: number;
      readonly parentsOf: ParentsOf;
      readonly searchMax: MaxSearch;
      readonly counted: Counted;
      /** By code: may it move rows that are final? */
      readonly lasting?: readonly boolean[];
    },
  ) {
    this.#plan = plan;
    this.#rollingSeconds = options.rollingMs.map((size) => size / SECOND_MS);
    this.#today = 1 << options.rollingMs.length;
    this.#rolling = this.#today - 1;
    // a second, without any rolling window: in that of now something may still be due
    this.#depthSeconds = Math.max(1, ...this.#rollingSeconds);
    this.#zone = options.zone;
    this.#now = options.now;
    this.#dayStart = options.zone.dayStart(options.now);
    this.#parentsOf = options.parentsOf;
    this.#searchMax = options.searchMax;
    this.#counted = options.counted;
    this.rows = new QuarterRows(plan, options.lasting);
    this.refill = new Refill({
      ...{ plan, buckets: this.#buckets, groups: this.#groups },
      ...{ rollingSeconds: this.#rollingSeconds, depthSeconds: this.#depthSeconds },
      now: () => this.#now,
      group: (id) => this.#group(id),
      maxInBucket: (group, second) => this.#maxInBucket(group, second),
    });
  }

  get zone(): Zone {
    return this.#zone;
  }

  /** Does a contribution of this code offer its value as a maximum? */
  movesMax(code: number): boolean {
    return this.#plan.effects[code]!.isMax;
  }

  get now(): number {
    return this.#now;
  }

  get dayStart(): number {
    return this.#dayStart;
  }

  group(id: number): GroupView {
    return this.#group(id);
  }

  /** First second that the rolling window with that index contains. */
  firstSecondOf(windowIndex: number): number {
    return secondOf(this.#now) - this.#rollingSeconds[windowIndex]! + 1;
  }

  /** Groups whose figures may have changed since the last call. */
  takeDirty(): readonly number[] {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const group of dirty) group.dirty = false;
    return dirty.map(({ id }) => id);
  }

  /** Applies one contribution (`sign` 1) or takes it back (−1), wherever it is dated. */
  apply(group: number, at: number, code: number, value: number, sign: 1 | -1): void {
    if (at > this.#now) {
      if (sign > 0) this.#buckets.add(group, at, code, value, 1);
      else if (!this.#buckets.remove(group, at, code, value, 1))
        throw new Error(`a contribution dated ${at} was retracted that was never made (code ${code})`);
      return;
    }
    const { matures } = this.#plan.effects[code]!;
    if (matures !== undefined) return this.apply(group, value, matures, 0, sign);
    if (this.#reaches(at, code)) this.#buckets.add(group, at, code, value, sign);
    this.rows.apply(group, at, code, value, sign);
    this.#count(group, at, code, value, sign, this.#windowsHolding(at));
    this.#counted(group, code, value, sign);
  }

  /**
   * Puts back what is dated after the rows end, or in the windows' reach, after a restart: rows are not touched, and
   * "today" is theirs to tell.
   */
  restore(group: number, at: number, code: number, value: number): void {
    const { matures } = this.#plan.effects[code]!;
    if (matures !== undefined && at <= this.#now) return this.restore(group, value, matures, 0);
    if (at > this.#now || this.#reaches(at, code)) this.#buckets.add(group, at, code, value, 1);
    if (at <= this.#now) this.#count(group, at, code, value, 1, this.#windowsHolding(at) & this.#rolling);
  }

  /** What is true now of a group, if anything was ever counted there. */
  levelsOf(id: number): Float64Array | undefined {
    return this.#groups[id]?.present.levels;
  }

  /** Rebuilds "today" from the rows: after a restart, when the day turns, or when the zone changed. */
  rebuildToday(zone: Zone = this.#zone): void {
    this.#zone = zone;
    this.#dayStart = zone.dayStart(this.#now);
    this.#groups.forEach((group) => group?.today.clear());
    this.rows.forEach(this.#dayStart, Number.POSITIVE_INFINITY, (_quarter, id, row) => {
      for (const target of this.#group(id).targets) target.today.add(row.totals);
    });
    for (const group of this.#groups) {
      if (group === undefined) continue;
      group.maxStale = true;
      this.#touch(group);
    }
  }

  /** Moves the clock: what became due is counted, what left a window is subtracted. `to` before now changes nothing. */
  advance(to: number): void {
    if (to <= this.#now) return;
    const from = this.#now;
    this.#now = to;
    const turned = this.#zone.dayStart(to) !== this.#dayStart;
    if (turned) this.#dayStart = this.#zone.dayStart(to);
    const matured = this.#enter(from, to);
    this.#leave(from, to);
    for (let i = 0; i < matured.length; i += FIELDS)
      this.apply(matured[i]!, matured[i + 3]!, this.#plan.effects[matured[i + 2]!]!.matures!, 0, 1);
    if (turned) this.rebuildToday();
  }

  maxToday(id: number): number | undefined {
    const group = this.#group(id);
    if (!group.maxStale) return group.todayMax;
    group.maxStale = false;
    group.todayMax = undefined;
    this.rows.forEach(this.#dayStart, Number.POSITIVE_INFINITY, (quarter, rowGroup, row) => {
      if (!this.#group(rowGroup).targets.includes(group)) return;
      group.todayMax = larger(group.todayMax, this.maxOfRow(quarter, rowGroup, row));
    });
    return group.todayMax;
  }

  /** Largest value offered in a row as a maximum; looked up in the records when the row has lost it. */
  maxOfRow(quarter: number, group: number, row: QuarterRow): number | undefined {
    if (row.maxLost) {
      row.max = this.#searchMax(group, quarter, Math.min(quarter + QUARTER_MS - 1, this.#now));
      row.maxLost = false;
    }
    return row.max;
  }

  /** Counts what became due. Answers what matured, as contributions: it belongs elsewhere. */
  #enter(from: number, to: number): Contributions {
    const matured: Contributions = [];
    this.#buckets.forEachBetween(from, to, (group, at, code, value, sign) => {
      if (this.#plan.effects[code]!.matures !== undefined) {
        matured.push(group, at, code, value);
        return;
      }
      // What is out of a window already is taken out again by #leave: it is counted in first.
      const windows = at < this.#dayStart ? this.#rolling : this.#rolling | this.#today;
      this.rows.apply(group, at, code, value, sign);
      this.#count(group, at, code, value, sign, windows);
      this.#counted(group, code, value, sign);
    });
    return matured;
  }

  /** Windows give up whole buckets, each in its turn; buckets older than the longest window are forgotten. */
  #leave(from: number, to: number): void {
    const before = secondOf(from);
    const last = secondOf(to);
    if (last === before) return;
    this.#rollingSeconds.forEach((size, index) => {
      for (const second of this.#buckets.secondsBetween(before - size + 1, last - size)) {
        this.#buckets.forEach(second, (group, _at, code, value, sign) => {
          const effects = this.#plan.effects[code]!;
          if (!effects.isCounted) return;
          for (const target of this.#group(group).targets) {
            target.totals.apply(effects, value, -sign, 1 << index);
            this.#touch(target);
          }
        });
      }
    });
    const oldest = last - this.#depthSeconds;
    for (const second of this.#buckets.secondsBetween(before - this.#depthSeconds, oldest))
      this.#buckets.drop(second);
    if (oldest % 60 === 0 || last - before > 60) {
      this.#groups.forEach((group) => group?.maxima.dropBefore(oldest));
    }
  }

  /** Is an entry that is due in some window, so that it must leave it again? */
  #reaches(at: number, code: number): boolean {
    return this.#plan.effects[code]!.isCounted && secondOf(at) > secondOf(this.#now) - this.#depthSeconds;
  }

  /** The windows that an entry of that instant is in now. */
  #windowsHolding(at: number): number {
    const age = secondOf(this.#now) - secondOf(at);
    let windows = at < this.#dayStart ? 0 : this.#today;
    for (let w = 0; w < this.#rollingSeconds.length; w++)
      if (age < this.#rollingSeconds[w]!) windows |= 1 << w;
    return windows;
  }

  /** Moves what is true now, and the windows of the bit set, in a group and the totals it is counted into. */
  #count(group: number, at: number, code: number, value: number, sign: number, windows: number): void {
    const effects = this.#plan.effects[code]!;
    const own = this.#group(group);
    own.present.apply(effects, value, sign);
    for (const target of own.targets) {
      this.#touch(target);
      if (target !== own) target.present.moveLevels(effects, sign);
      if (effects.isCounted) target.totals.apply(effects, value, sign, windows);
      if (effects.isMax) this.#moveMax(target, at, value, sign, windows);
    }
  }

  #moveMax(target: Group, at: number, value: number, sign: number, windows: number): void {
    const second = secondOf(at);
    if (secondOf(this.#now) - second < this.#depthSeconds) {
      if (sign > 0) target.maxima.offer(second, value);
      else target.maxima.retract(second, value, this.#maxInBucket(target, second));
    }
    if ((windows & this.#today) === 0) return;
    if (sign > 0) target.todayMax = larger(target.todayMax, value);
    else if (target.todayMax === value) target.maxStale = true;
  }

  /** The largest value in a bucket after all its retractions. */
  #maxInBucket(group: Counting, second: number): number | undefined {
    const counts = new Map<number, number>();
    this.#buckets.forEach(second, (id, at, code, value, sign) => {
      if (at > this.#now || !this.#plan.effects[code]!.isMax) return;
      const targets: readonly Counting[] = this.#group(id).targets;
      if (targets.includes(group)) counts.set(value, (counts.get(value) ?? 0) + sign);
    });
    let best: number | undefined;
    for (const [value, count] of counts) if (count > 0 && (best === undefined || value > best)) best = value;
    return best;
  }

  #touch(group: Group): void {
    if (group.dirty) return;
    group.dirty = true;
    this.#dirty.push(group);
  }

  #group(id: number): Group {
    let group = this.#groups[id];
    if (group === undefined) {
      const parents = this.#parentsOf(id).map((parent) => this.#group(parent));
      group = new Group(this, this.#plan, this.#rollingSeconds.length, id, parents);
      this.#groups[id] = group;
    }
    return group;
  }
}

/** The larger of two extremes; one that is missing is no extreme. */
export function larger(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b;
  return b !== undefined && b > a ? b : a;
}
