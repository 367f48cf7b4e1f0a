const DAY_MS = 24 * 60 * 60_000;

/**
 * The time in a level: how long it stood, times how high, over any stretch. Told by sums, so that it merges and is taken
 * back like any other: Σd of the steps d that the level makes, and Σ d·at of their instants, kept as whole days and the
 * rest of the day, which stay exact integers however many steps there are.
 */
export const AREA_SUMS = 3;

/** Adds a step of a level at the instant `at`, ms. */
export function addStep(sums: Float64Array, index: number, step: number, at: number): void {
  const days = Math.floor(at / DAY_MS);
  sums[index]! += step;
  sums[index + 1]! += step * days;
  sums[index + 2]! += step * (at - days * DAY_MS);
}

/**
 * Time in a level over `[fromMs, toMs]`, ms: `sums` hold its steps in that stretch, `levelAtEnd` is the level at `toMs`,
 * after them.
 */
export function areaOver(
  sums: Float64Array,
  index: number,
  levelAtEnd: number,
  fromMs: number,
  toMs: number,
): number {
  if (toMs <= fromMs) return 0;
  const days = Math.floor(fromMs / DAY_MS);
  const steps = sums[index]!;
  const sinceFrom =
    (sums[index + 1]! - steps * days) * DAY_MS + sums[index + 2]! - steps * (fromMs - days * DAY_MS);
  return levelAtEnd * (toMs - fromMs) - sinceFrom;
}
