/**
 * Sparse exponential histogram of non-negative integers: 64 linear sub-bins an octave, values below 64 exact, relative
 * error of a read value at most 1 %. Counts are integers, so that what is subtracted returns to exactly nothing, and
 * histograms merge by addition. (Idea: HdrHistogram.)
 */
export type Histogram = Map<number, number>;

const SUB_BINS = 64;
const SUB_BITS = 6;

/** Bin of `value`; bins rise with values. */
export function binOf(value: number): number {
  if (value < SUB_BINS) return value < 0 ? 0 : Math.floor(value);
  const octave = Math.floor(Math.log2(value));
  // Math.log2 may round up just below a power of two; the sub-bin then comes out negative and is mended here.
  const width = 2 ** (octave - SUB_BITS);
  const sub = Math.floor(value / width) - SUB_BINS;
  return (octave - SUB_BITS + 1) * SUB_BINS + Math.max(sub, 0);
}

/** The value that stands for a bin: its middle. */
export function valueOfBin(bin: number): number {
  if (bin < SUB_BINS) return bin;
  const octave = Math.floor(bin / SUB_BINS) - 1;
  const width = 2 ** octave;
  const low = (SUB_BINS + (bin % SUB_BINS)) * width;
  return low + (width - 1) / 2;
}

/** Adds `count` observations of `value`; a negative count takes them back. */
export function observe(histogram: Histogram, value: number, count: number): void {
  addToBin(histogram, binOf(value), count);
}

function addToBin(histogram: Histogram, bin: number, count: number): void {
  const total = (histogram.get(bin) ?? 0) + count;
  if (total === 0) histogram.delete(bin);
  else histogram.set(bin, total);
}

/** Adds all of `from` to `into`. */
export function mergeHistogram(into: Histogram, from: Histogram): void {
  for (const [bin, count] of from) addToBin(into, bin, count);
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
  for (const [bin, count] of histogram) {
    scratch[bin] = count;
    n += count;
    if (bin < lowest) lowest = bin;
    if (bin > highest) highest = bin;
  }
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
