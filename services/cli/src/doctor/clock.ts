import { fail, ok, warn, type Finding } from './finding.ts';

const NOTICED_MS = 1000;
/** Half of what events may be ahead by default. */
const HARMFUL_MS = 30_000;

/** How far another clock is ahead of ours: figures are by the clock, and events by that of who sends them. */
export function judgeClock(check: string, aheadMs: number): Finding {
  const off = Math.abs(aheadMs);
  const found = `${(off / 1000).toFixed(1)} s ${aheadMs < 0 ? 'behind' : 'ahead'}`;
  if (off < NOTICED_MS) return ok(check, 'the same to within a second');
  const todo = 'let both machines follow one time server (NTP)';
  return off < HARMFUL_MS ? warn(check, found, todo) : fail(check, found, todo);
}
