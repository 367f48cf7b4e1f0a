/**
 * What entities add to the figures, as flat quadruples `group, at, code, value`: one entry says that in `group`
 * (a number the centre gives to a queue and channel) the measures of `code` move by `value` at the instant `at` (ms).
 * Flat numbers, since an event makes a dozen of them.
 */
export type Contributions = number[];

export const FIELDS = 4;

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
  const cancelled = cancelCommon(before, start, endBefore, after, start, endAfter);
  for (let i = start; i < endBefore; i += FIELDS) {
    if (!cancelled.before.has(i)) emit(before[i]!, before[i + 1]!, before[i + 2]!, before[i + 3]!, -1);
  }
  for (let i = start; i < endAfter; i += FIELDS) {
    if (!cancelled.after.has(i)) emit(after[i]!, after[i + 1]!, after[i + 2]!, after[i + 3]!, 1);
  }
}

const NONE: ReadonlySet<number> = new Set();

/** Pairs equal entries inside the stretch that differs, so that what merely moved in the list is not touched. */
function cancelCommon(
  before: Contributions,
  beforeStart: number,
  beforeEnd: number,
  after: Contributions,
  afterStart: number,
  afterEnd: number,
): { readonly before: ReadonlySet<number>; readonly after: ReadonlySet<number> } {
  if (beforeEnd === beforeStart || afterEnd === afterStart) return { before: NONE, after: NONE };
  const usedBefore = new Set<number>();
  const usedAfter = new Set<number>();
  for (let i = beforeStart; i < beforeEnd; i += FIELDS) {
    for (let j = afterStart; j < afterEnd; j += FIELDS) {
      if (!usedAfter.has(j) && sameEntry(before, i, after, j)) {
        usedBefore.add(i);
        usedAfter.add(j);
        break;
      }
    }
  }
  return { before: usedBefore, after: usedAfter };
}

function sameEntry(a: Contributions, i: number, b: Contributions, j: number): boolean {
  return a[i] === b[j] && a[i + 1] === b[j + 1] && a[i + 2] === b[j + 2] && a[i + 3] === b[j + 3];
}
