/** What brings a ratio back to its target. */
export interface Recovery {
  /** On target, or so many of the next must be answered in time, or no number of them does it. */
  readonly answers: number;
  /** When enough misses have left the window if nobody else comes; `null` when that does not happen in it. */
  readonly leavesAtMs: number | null;
}

/** A contact that counted, and when. `standing`: it counts as long as it waits. */
export interface Counted {
  readonly atMs: number;
  readonly hit: boolean;
  readonly standing: boolean;
}

/** Slips of floating point never ask for one answer more. */
const TINY = 1e-9;

/**
 * How many of the next contacts must be answered in time until a service level is back on its target, when `hits` of `n`
 * were: k = ⌈(t·n − a) / (1 − t)⌉. Those who wait too long already are in `n`. Infinite for a target of 1 that was missed.
 */
export function answersToRecover(hits: number, n: number, target: number): number {
  const missing = target * n - hits;
  if (missing <= TINY) return 0;
  return target >= 1 ? Number.POSITIVE_INFINITY : Math.ceil(missing / (1 - target) - TINY);
}

/**
 * When the ratio is back on its target if nobody else comes and nobody who waits is answered: what counted leaves the
 * window as time goes by. `null` when that does not happen before the window is empty.
 */
export function patchLeavesAt(counted: readonly Counted[], windowMs: number, target: number): number | null {
  const leaving = counted.filter(({ standing }) => !standing).sort((one, other) => one.atMs - other.atMs);
  let n = counted.length;
  let hits = counted.filter(({ hit }) => hit).length;
  for (const { atMs, hit } of leaving) {
    if (n > 0 && hits / n >= target - TINY) return null;
    n -= 1;
    if (hit) hits -= 1;
    if (n > 0 && hits / n >= target - TINY) return atMs + windowMs;
  }
  return null;
}

/** Length of a rolling window in ms, by its name; `null` for `today`. */
export function windowLengthMs(window: string): number | null {
  const match = /^(\d+)([smh])$/.exec(window);
  if (match === null) return null;
  return Number(match[1]) * ({ s: 1_000, m: 60_000, h: 3_600_000 }[match[2] ?? 'm'] ?? 60_000);
}
