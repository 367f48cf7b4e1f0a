import { mergeHistogram, observe, type Histogram } from './histogram.ts';

/**
 * What one contribution of a code does to the measures. `sum` adds a constant or the value; `hist` observes the value;
 * `level` moves a level of now; `open` puts the value (an instant) into a set of open items, or takes it out; `max`
 * offers the value as a maximum.
 */
export type Effect =
  | { readonly kind: 'sum'; readonly index: number; readonly by: 'one' | 'value' }
  | { readonly kind: 'hist'; readonly index: number }
  | { readonly kind: 'level'; readonly index: number; readonly by: 1 | -1 }
  | { readonly kind: 'open'; readonly index: number; readonly by: 1 | -1 }
  | { readonly kind: 'max' };

/** The effects of one code, told apart by where they are kept. */
export interface CodeEffects {
  /** Sums and histograms: what windows and rows hold. */
  readonly counted: readonly Effect[];
  /** Levels and open items: what is true now. */
  readonly present: readonly Effect[];
  /** Does the code offer its value as a maximum? */
  readonly isMax: boolean;
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

/** Sorts the effects of a code by where they are kept. */
export function codeEffects(effects: readonly Effect[]): CodeEffects {
  return {
    counted: effects.filter(({ kind }) => kind === 'sum' || kind === 'hist'),
    present: effects.filter(({ kind }) => kind === 'level' || kind === 'open'),
    isMax: effects.some(({ kind }) => kind === 'max'),
  };
}

/** Windowed measures: what is counted over a stretch of time. All integers, so that subtraction is exact. */
export class Totals {
  readonly sums: Float64Array;
  readonly hists: Histogram[];
  /** Rises whenever anything moves: what was computed from the totals alone may be kept until then. */
  version = 0;
  /** Rises whenever a histogram moves: what was read off them may be kept until then. */
  histsVersion = 0;

  constructor(plan: MeasurePlan) {
    this.sums = new Float64Array(plan.sums);
    this.hists = Array.from({ length: plan.hists }, () => new Map<number, number>());
  }

  /** Applies a contribution (`sign` 1) or takes it back (−1). Levels, open sets and maxima are not kept here. */
  apply(effects: readonly Effect[], value: number, sign: number): void {
    this.version++;
    for (const effect of effects) {
      if (effect.kind === 'sum') this.sums[effect.index]! += effect.by === 'one' ? sign : sign * value;
      else if (effect.kind === 'hist') {
        observe(this.hists[effect.index]!, value, sign);
        this.histsVersion++;
      }
    }
  }

  add(other: Totals): void {
    this.version++;
    for (let i = 0; i < this.sums.length; i++) this.sums[i]! += other.sums[i]!;
    other.hists.forEach((hist, i) => mergeHistogram(this.hists[i]!, hist));
    this.histsVersion++;
  }

  clear(): void {
    this.version++;
    this.sums.fill(0);
    for (const hist of this.hists) hist.clear();
    this.histsVersion++;
  }

  get isZero(): boolean {
    return this.sums.every((sum) => sum === 0) && this.hists.every((hist) => hist.size === 0);
  }
}

/** A multiset of instants, asked for its size and its oldest: the items open now. */
export class OpenItems {
  readonly #counts = new Map<number, number>();
  #size = 0;
  #oldest: number | undefined;

  move(startMs: number, by: number): void {
    const count = (this.#counts.get(startMs) ?? 0) + by;
    if (count === 0) this.#counts.delete(startMs);
    else this.#counts.set(startMs, count);
    this.#size += by;
    this.#oldest = undefined;
  }

  add(other: OpenItems): void {
    for (const [start, count] of other.#counts) this.move(start, count);
  }

  get size(): number {
    return this.#size;
  }

  get oldestMs(): number | undefined {
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
  readonly opens: OpenItems[];

  constructor(plan: MeasurePlan) {
    this.levels = new Float64Array(plan.levels);
    this.opens = Array.from({ length: plan.opens }, () => new OpenItems());
  }

  apply(effects: readonly Effect[], value: number, sign: number): void {
    for (const effect of effects) {
      if (effect.kind === 'level') this.levels[effect.index]! += sign * effect.by;
      else if (effect.kind === 'open') this.opens[effect.index]!.move(value, sign * effect.by);
    }
  }

  add(other: Present): void {
    for (let i = 0; i < this.levels.length; i++) this.levels[i]! += other.levels[i]!;
    other.opens.forEach((open, i) => this.opens[i]!.add(open));
  }
}
