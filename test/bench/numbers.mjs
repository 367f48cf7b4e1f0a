/** Small arithmetic of benchmarks: medians, percentiles, numbers for people. */

/** @param {readonly number[]} values */
export function median(values) {
  return percentile(values, 0.5);
}

/**
 * Nearest rank: a value that was measured, never one between two.
 * @param {readonly number[]} values @param {number} share in [0, 1]
 */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Three significant digits, all digits of what is larger. @param {number} value */
export function short(value) {
  if (!Number.isFinite(value)) return String(value);
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}
