/**
 * What is known of the server's clock: the difference server − local in milliseconds, of the last few messages that
 * carried the server's time. The largest is the one that travelled fastest, so the best.
 */
export type ServerClock = readonly number[];

const SAMPLES_KEPT = 8;
/** Latency varies less than this; a larger difference is a clock that was set. */
const STEP_MS = 2_000;

/** The clock after the server said `serverMs` at local `nowMs`. */
export function observeClock(clock: ServerClock, serverMs: number, nowMs: number): ServerClock {
  const sample = serverMs - nowMs;
  const known = clockOffsetMs(clock);
  if (known !== null && Math.abs(sample - known) > STEP_MS) return [sample];
  return [...clock, sample].slice(-SAMPLES_KEPT);
}

/** Server − local in milliseconds; `null` before the server said its time. */
export function clockOffsetMs(clock: ServerClock): number | null {
  return clock.length === 0 ? null : Math.max(...clock);
}
