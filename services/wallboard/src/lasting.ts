/** What lets a page hang for months. All pure: who calls them has the clock. */

/** Pixels a page moves by, so that nothing burns in: small steps on a circle, one a minute. */
const RADIUS_PX = 4;
const STEPS = 16;

export function burnInShift(nowMs: number): { readonly x: number; readonly y: number } {
  const angle = ((Math.floor(nowMs / 60_000) % STEPS) / STEPS) * 2 * Math.PI;
  return { x: Math.round(Math.cos(angle) * RADIUS_PX), y: Math.round(Math.sin(angle) * RADIUS_PX) };
}

export interface ReloadAsked {
  readonly nowMs: number;
  readonly loadedMs: number;
  /** Hour of the day at which it may load itself afresh, and the time that it is (`04:30`), both in the zone of the page. */
  readonly reloadAt: number;
  readonly localTime: string;
  /** Build of this page, and of the one that is served now. */
  readonly build: string | null;
  readonly served: string | null;
  /** Bytes in use, where the browser tells. */
  readonly heapBytes: number | null;
  /** The figures are fresh: the server is there, so that a reload finds it. */
  readonly isFresh: boolean;
  /** 0 to 1, of this screen: a hundred screens do not reload at once. */
  readonly spread: number;
}

const HOUR_MS = 3_600_000;
const HEAP_LIMIT = 400 * 1024 * 1024;
/** A page that just came does not reload for another build at once again: something is odd then. */
const SETTLED_MS = 60_000;

/** Is it time to load the page afresh? Never while the server is away: a wall shows old figures rather than an error. */
export function isReloadDue(asked: ReloadAsked): boolean {
  const { nowMs, loadedMs, isFresh, spread } = asked;
  const age = nowMs - loadedMs;
  if (!isFresh || age < SETTLED_MS * (1 + spread)) return false;
  if (asked.build !== null && asked.served !== null && asked.build !== asked.served) return true;
  if (asked.heapBytes !== null && asked.heapBytes > HEAP_LIMIT) return true;
  // once a day, somewhen in that hour
  const [hour = NaN, minute = NaN] = asked.localTime.split(':').map(Number);
  return hour === asked.reloadAt && age > 2 * HOUR_MS && minute / 60 >= spread * 0.9;
}
