import { addStep } from './area.ts';
import { binOf, Histogram, HistogramTable } from './histogram.ts';

/**
 * What one contribution of a code does to the measures. `sum` adds a constant or the value; `hist` observes the value;
 * `area` tells the sums from `index` on that a level makes a step, at the value (an instant);
 * `level` moves a level of now; `open` puts the value (an instant) into a set of open items, or takes it out; `max`
 * offers the value as a maximum; `tally` counts by the value itself, the number of a word.
 */
export type Effect =
  | { readonly kind: 'sum'; readonly index: number; readonly by: 'one' | 'value' }
  | { readonly kind: 'hist'; readonly index: number }
  | { readonly kind: 'tally'; readonly index: number }
  | { readonly kind: 'area'; readonly index: number; readonly by: 1 | -1 }
  | { readonly kind: 'level'; readonly index: number; readonly by: 1 | -1 }
  | { readonly kind: 'open'; readonly index: number; readonly by: 1 | -1 }
  | { readonly kind: 'max' };

/** A measure that moves up or down by one: its position, and which way. */
type Step = Pick<Extract<Effect, { readonly kind: 'level' }>, 'index' | 'by'>;

/** The effects of one code, as they are walked for every contribution: positions by what is done there. */
export interface CodeEffects {
  /** Sums that move by one, sums that move by the value, histograms that observe it: what windows and rows hold. */
  readonly ones: readonly number[];
  readonly values: readonly number[];
  readonly hists: readonly number[];
  /** Tallies that count the value. */
  readonly tallies: readonly number[];
  /** Levels whose time is measured: the first of their sums. */
  readonly areas: readonly Step[];
  /** Is there any of these? */
  readonly isCounted: boolean;
  /** Levels and open items: what is true now. */
  readonly levels: readonly Step[];
  readonly opens: readonly Step[];
  /** Does the code offer its value as a maximum? */
  readonly isMax: boolean;
  /**
   * What a contribution of this code becomes once its instant has come: one of that code at its value, an earlier instant
   * (ms since 1970). So a thing of the past is counted where it belongs as soon as it is certain.
   */
  readonly matures: number | undefined;
}

/** Which measures exist, and which of them a code moves. A table, so that the windows know no contact centre. */
export interface MeasurePlan {
  readonly sums: number;
  readonly hists: number;
  readonly levels: number;
  readonly opens: number;
  /** By code. */
  readonly effects: readonly CodeEffects[];
}

/** Sorts the effects of a code by what they do. */
export function codeEffects(effects: readonly Effect[], matures?: number): CodeEffects {
  const ones: number[] = [];
  const values: number[] = [];
  const hists: number[] = [];
  const tallies: number[] = [];
  const areas: Step[] = [];
  const levels: Step[] = [];
  const opens: Step[] = [];
  const stepsOf = { area: areas, level: levels, open: opens };
  let isMax = false;
  for (const effect of effects) {
    if (effect.kind === 'sum') (effect.by === 'one' ? ones : values).push(effect.index);
    else if (effect.kind === 'hist') hists.push(effect.index);
    else if (effect.kind === 'tally') tallies.push(effect.index);
    else if (effect.kind === 'max') isMax = true;
    else stepsOf[effect.kind].push({ index: effect.index, by: effect.by });
  }
  const isCounted = ones.length + values.length + hists.length + areas.length + tallies.length > 0;
  return { ones, values, hists, areas, tallies, isCounted, levels, opens, isMax, matures };
}

/** Windowed measures: what is counted over a stretch of time. All integers, so that subtraction is exact. */
export class Totals {
  readonly sums: Float64Array;
  readonly hists: readonly Histogram[];
  /** By tally: counts by the number of a word; none until something is counted. */
  readonly tallies: (Map<number, number> | undefined)[] = [];
  /** Rises whenever anything moves: what was computed from the totals alone may be kept until then. */
  version = 0;
  /** Rises whenever a histogram or a tally moves: what was read off them may be kept until then. */
  histsVersion = 0;

  /** Of its own, unless it is given its part of {@link TotalsOfWindows}. */
  constructor(
    plan: MeasurePlan,
    sums: Float64Array = new Float64Array(plan.sums),
    hists: readonly Histogram[] = Array.from({ length: plan.hists }, () => new Histogram()),
  ) {
    this.sums = sums;
    this.hists = hists;
  }

  /** Applies a contribution (`sign` 1) or takes it back (−1). Levels, open sets and maxima are not kept here. */
  apply({ ones, values, hists, areas, tallies }: CodeEffects, value: number, sign: number): void {
    this.version++;
    for (const index of ones) this.sums[index]! += sign;
    for (const index of values) this.sums[index]! += sign * value;
    for (const { index, by } of areas) addStep(this.sums, index, sign * by, value);
    for (const index of tallies) this.count(index, value, sign);
    if (hists.length === 0) return;
    this.histsVersion++;
    for (const index of hists) this.hists[index]!.observe(value, sign);
  }

  add(other: Totals): void {
    this.version++;
    for (let i = 0; i < this.sums.length; i++) this.sums[i]! += other.sums[i]!;
    other.hists.forEach((hist, i) => this.hists[i]!.merge(hist));
    this.histsVersion++;
    other.tallies.forEach((tally, index) => tally?.forEach((count, word) => this.count(index, word, count)));
  }

  /** Adds to what a tally counts of a word. */
  count(tally: number, word: number, by: number): void {
    const counts = (this.tallies[tally] ??= new Map<number, number>());
    const count = (counts.get(word) ?? 0) + by;
    if (count === 0) counts.delete(word);
    else counts.set(word, count);
    this.histsVersion++;
  }

  clear(): void {
    this.version++;
    this.sums.fill(0);
    for (const hist of this.hists) hist.clear();
    this.histsVersion++;
    this.tallies.length = 0;
  }
}

/** The totals of a group over several windows, side by side: a contribution moves them all in one go. */
export class TotalsOfWindows {
  readonly each: readonly Totals[];
  readonly #hists: readonly HistogramTable[];

  constructor(plan: MeasurePlan, windows: number) {
    const sums = new Float64Array(plan.sums * windows);
    this.#hists = Array.from({ length: plan.hists }, () => new HistogramTable(windows));
    this.each = Array.from({ length: windows }, (_, window) => {
      const own = sums.subarray(window * plan.sums, (window + 1) * plan.sums);
      return new Totals(
        plan,
        own,
        this.#hists.map((table) => new Histogram(table, window)),
      );
    });
  }

  /** Applies a contribution (`sign` 1), or takes it back (−1), in the windows of a bit set. */
  apply(
    { ones, values, hists, areas, tallies }: CodeEffects,
    value: number,
    sign: number,
    windows: number,
  ): void {
    for (let window = 0, left = windows; left !== 0; window++, left >>>= 1) {
      if ((left & 1) === 0) continue;
      const totals = this.each[window]!;
      const { sums } = totals;
      for (let i = 0; i < ones.length; i++) sums[ones[i]!]! += sign;
      for (let i = 0; i < values.length; i++) sums[values[i]!]! += sign * value;
      for (let i = 0; i < tallies.length; i++) totals.count(tallies[i]!, value, sign);
      for (let i = 0; i < areas.length; i++) addStep(sums, areas[i]!.index, sign * areas[i]!.by, value);
      totals.version++;
      if (hists.length > 0) totals.histsVersion++;
    }
    for (let i = 0; i < hists.length; i++) this.#hists[hists[i]!]!.add(windows, binOf(value), sign);
  }
}

/** A multiset of instants, asked for its size and its oldest: the items open now, here and in what is included. */
export class OpenItems {
  readonly #counts = new Map<number, number>();
  #size = 0;
  #oldest: number | undefined;
  readonly #included: OpenItems[] = [];

  move(startMs: number, by: number): void {
    const count = (this.#counts.get(startMs) ?? 0) + by;
    if (count === 0) this.#counts.delete(startMs);
    else this.#counts.set(startMs, count);
    this.#size += by;
    if (count === by && by > 0) {
      if (this.#oldest !== undefined && startMs < this.#oldest) this.#oldest = startMs;
    } else if (this.#oldest === startMs) this.#oldest = undefined;
  }

  /** From now on the items of `other` are among these, whatever becomes of them. */
  include(other: OpenItems): void {
    this.#included.push(other);
  }

  get size(): number {
    let size = this.#size;
    for (const other of this.#included) size += other.size;
    return size;
  }

  get oldestMs(): number | undefined {
    let oldest = this.oldestHereMs;
    for (const { oldestMs } of this.#included) {
      if (oldestMs !== undefined && (oldest === undefined || oldestMs < oldest)) oldest = oldestMs;
    }
    return oldest;
  }

  /** The oldest of those that were put here, what is included apart. */
  get oldestHereMs(): number | undefined {
    if (this.#oldest === undefined && this.#size > 0) {
      for (const [start, count] of this.#counts) {
        if (count > 0 && (this.#oldest === undefined || start < this.#oldest)) this.#oldest = start;
      }
    }
    return this.#oldest;
  }
}

/** Measures of now: levels and open items, whatever the window. */
export class Present {
  readonly levels: Float64Array;
  readonly opens: readonly OpenItems[];

  constructor(plan: MeasurePlan) {
    this.levels = new Float64Array(plan.levels);
    this.opens = Array.from({ length: plan.opens }, () => new OpenItems());
  }

  /** Applies a contribution (`sign` 1) or takes it back (−1). */
  apply(effects: CodeEffects, value: number, sign: number): void {
    this.moveLevels(effects, sign);
    for (const { index, by } of effects.opens) this.opens[index]!.move(value, sign * by);
  }

  /** Its levels alone: of a group whose open items are those of the groups it {@link include}s. */
  moveLevels({ levels }: CodeEffects, sign: number): void {
    for (const { index, by } of levels) this.levels[index]! += sign * by;
  }

  /** From now on the open items of `other` are among these. */
  include(other: Present): void {
    other.opens.forEach((open, i) => this.opens[i]!.include(open));
  }

  /** Adds what `other` says now: its levels as they are, its open items for good. */
  add(other: Present): void {
    for (let i = 0; i < this.levels.length; i++) this.levels[i]! += other.levels[i]!;
    this.include(other);
  }
}
