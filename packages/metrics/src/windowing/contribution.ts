/**
 * What entities add to the figures, as flat quadruples `group, at, code, value`: one entry says that in `group`
 * (a number the centre gives to a queue and channel) the measures of `code` move by `value` at the instant `at` (ms).
 * Flat numbers, since an event makes a dozen of them.
 */
export type Contributions = number[];

export const FIELDS = 4;

/** Told one contribution: it comes (`sign` 1) or is taken back (−1). */
export type Visit = (group: number, at: number, code: number, value: number, sign: number) => void;

/** Marks by entry, all of them 0: lent to one call at a time, another one meanwhile makes its own. */
let marks: Uint8Array | undefined = new Uint8Array(64);

/** Calls `emit` for what `after` has and `before` has not (sign 1), and the reverse (−1). Any alignment is exact. */
export function difference(
  before: Contributions,
  after: Contributions,
  emit: (group: number, at: number, code: number, value: number, sign: 1 | -1) => void,
): void {
  let start = 0;
  const shorter = Math.min(before.length, after.length);
  while (start < shorter && sameEntry(before, start, after, start)) start += FIELDS;
  let endBefore = before.length;
  let endAfter = after.length;
  while (
    endBefore > start &&
    endAfter > start &&
    sameEntry(before, endBefore - FIELDS, after, endAfter - FIELDS)
  ) {
    endBefore -= FIELDS;
    endAfter -= FIELDS;
  }
  if (endBefore === start) {
    for (let j = start; j < endAfter; j += FIELDS)
      emit(after[j]!, after[j + 1]!, after[j + 2]!, after[j + 3]!, 1);
    return;
  }
  // What is left differs, or merely moved in the list: pair equal entries, so that those are not touched.
  const length = (endAfter - start) / FIELDS;
  const paired = marks !== undefined && marks.length >= length ? marks : new Uint8Array(length);
  marks = undefined;
  for (let i = start; i < endBefore; i += FIELDS) {
    let j = start;
    while (j < endAfter && (paired[(j - start) / FIELDS] === 1 || !sameEntry(before, i, after, j)))
      j += FIELDS;
    if (j < endAfter) paired[(j - start) / FIELDS] = 1;
    else emit(before[i]!, before[i + 1]!, before[i + 2]!, before[i + 3]!, -1);
  }
  for (let j = start; j < endAfter; j += FIELDS) {
    if (paired[(j - start) / FIELDS] === 0) emit(after[j]!, after[j + 1]!, after[j + 2]!, after[j + 3]!, 1);
  }
  marks = paired.fill(0, 0, length);
}

/** The same of contributions in pieces: a piece that is the same object has not changed. */
export function differenceOfPieces(
  before: readonly Contributions[],
  after: readonly Contributions[],
  emit: Parameters<typeof difference>[2],
): void {
  for (let i = 0; i < Math.max(before.length, after.length); i++) {
    if (before[i] !== after[i]) difference(before[i] ?? NOTHING, after[i] ?? NOTHING, emit);
  }
}

const NOTHING: Contributions = [];

function sameEntry(a: Contributions, i: number, b: Contributions, j: number): boolean {
  return a[i] === b[j] && a[i + 1] === b[j + 1] && a[i + 2] === b[j + 2] && a[i + 3] === b[j + 3];
}
