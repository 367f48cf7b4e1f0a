/**
 * Sparse exponential histograms of non-negative integers: 64 linear sub-bins an octave, values below 64 exact, relative
 * error of a read value at most 1 %. Counts are integers, so that what is subtracted returns to exactly nothing, and
 * histograms merge by addition. (Idea: HdrHistogram.)
 */

const SUB_BINS = 64;
const SUB_BITS = 6;

/** Bin of `value`; bins rise with values. */
export function binOf(value: number): number {
  if (value < SUB_BINS) return value < 0 ? 0 : Math.floor(value);
  const octave = octaveOf(value);
  // Math.log2 may round up just below a power of two; the sub-bin then comes out negative and is mended here.
  const width = 2 ** (octave - SUB_BITS);
  const sub = Math.floor(value / width) - SUB_BINS;
  return (octave - SUB_BITS + 1) * SUB_BINS + Math.max(sub, 0);
}

function octaveOf(value: number): number {
  return value < 0x8000_0000 ? 31 - Math.clz32(value) : Math.floor(Math.log2(value));
}

/** The value that stands for a bin: its middle. */
export function valueOfBin(bin: number): number {
  if (bin < SUB_BINS) return bin;
  const octave = Math.floor(bin / SUB_BINS) - 1;
  const width = 2 ** octave;
  const low = (SUB_BINS + (bin % SUB_BINS)) * width;
  return low + (width - 1) / 2;
}

/** Slots of a table that has seen something; a power of two. */
const LEAST_SLOTS = 16;
const EMPTY = -1;
const NO_SLOTS = new Int32Array(0);

/**
 * Counts by bin of several histograms side by side, found by one look-up (an open-addressing table): what the same
 * observation moves in every window lies together. Bins that count nothing any more go when the table next grows.
 */
export class HistogramTable {
  readonly #columns: number;
  /** The bin of each slot, or {@link EMPTY}. */
  #bins = NO_SLOTS;
  /** By slot, then by column. */
  #counts = NO_SLOTS;
  #used = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Adds `count` to a bin of the columns in the bit set. */
  add(columns: number, bin: number, count: number): void {
    const first = this.#slotOf(bin) * this.#columns;
    for (let column = 0, left = columns; left !== 0; column++, left >>>= 1) {
      if ((left & 1) !== 0) this.#counts[first + column]! += count;
    }
  }

  forEach(column: number, visit: (bin: number, count: number) => void): void {
    for (let slot = 0, at = column; slot < this.#bins.length; slot++, at += this.#columns) {
      const count = this.#counts[at]!;
      if (count !== 0) visit(this.#bins[slot]!, count);
    }
  }

  clear(column: number): void {
    for (let at = column; at < this.#counts.length; at += this.#columns) this.#counts[at] = 0;
  }

  /** Where the bin lies; it is given a slot when it has none. */
  #slotOf(bin: number): number {
    if (this.#used * 2 >= this.#bins.length) this.#grow();
    const mask = this.#bins.length - 1;
    let slot = Math.imul(bin, 0x9e3779b1) & mask;
    while (this.#bins[slot] !== bin) {
      if (this.#bins[slot] === EMPTY) {
        this.#bins[slot] = bin;
        this.#used++;
        break;
      }
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  /** Makes room, and leaves behind the bins that count nothing. */
  #grow(): void {
    const bins = this.#bins;
    const counts = this.#counts;
    const columns = this.#columns;
    const live: number[] = [];
    for (let slot = 0; slot < bins.length; slot++) {
      let column = 0;
      while (column < columns && counts[slot * columns + column] === 0) column++;
      if (column < columns) live.push(slot);
    }
    let slots = LEAST_SLOTS;
    while (slots < live.length * 4) slots *= 2;
    this.#bins = new Int32Array(slots).fill(EMPTY);
    this.#counts = new Int32Array(slots * columns);
    this.#used = 0;
    for (const slot of live) {
      const from = slot * columns;
      const to = this.#slotOf(bins[slot]!) * columns;
      for (let column = 0; column < columns; column++) this.#counts[to + column] = counts[from + column]!;
    }
  }
}

/** One histogram: a column of a table, or one of its own. */
export class Histogram {
  readonly #table: HistogramTable;
  readonly #column: number;

  constructor(table = new HistogramTable(1), column = 0) {
    this.#table = table;
    this.#column = column;
  }

  /** Adds `count` observations of `value`; a negative count takes them back. */
  observe(value: number, count: number): void {
    this.add(binOf(value), count);
  }

  /** Adds `count` to a bin. */
  add(bin: number, count: number): void {
    this.#table.add(1 << this.#column, bin, count);
  }

  /** Adds all of `other`. */
  merge(other: Histogram): void {
    other.forEach((bin, count) => this.add(bin, count));
  }

  clear(): void {
    this.#table.clear(this.#column);
  }

  /** Calls `visit` for every bin that counts something, in no order. */
  forEach(visit: (bin: number, count: number) => void): void {
    this.#table.forEach(this.#column, visit);
  }
}

/** Counts by bin while percentiles are read: ordered as they lie, so that nothing is sorted. */
const scratch = new Float64Array(binOf(Number.MAX_SAFE_INTEGER) + 1);

/** What {@link percentiles} reads: how many observations there are, and a value for each percent asked. */
export interface PercentileReading {
  readonly n: number;
  readonly values: readonly number[];
}

/**
 * Percentiles by nearest rank (rank `ceil(p × N / 100)`, no interpolation), for percents in rising order.
 * Answers `undefined` when nothing was observed.
 */
export function percentiles(
  histogram: Histogram,
  percents: readonly number[],
): PercentileReading | undefined {
  let n = 0;
  let lowest = scratch.length;
  let highest = -1;
  histogram.forEach((bin, count) => {
    scratch[bin] = count;
    n += count;
    if (bin < lowest) lowest = bin;
    if (bin > highest) highest = bin;
  });
  const values: number[] = [];
  let seen = 0;
  let next = lowest;
  let last = lowest;
  for (const percent of n === 0 ? [] : percents) {
    const rank = Math.ceil((percent * n) / 100);
    for (; next <= highest && seen < rank; next++) {
      const count = scratch[next]!;
      if (count === 0) continue;
      seen += count;
      last = next;
    }
    values.push(valueOfBin(last));
  }
  scratch.fill(0, lowest, highest + 1);
  return n === 0 ? undefined : { n, values };
}
