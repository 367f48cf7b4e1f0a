/** Which page of a wall is shown, and since when. */
export interface Shown {
  readonly page: number;
  readonly sinceMs: number;
}

/** How things stand when it is asked which page comes next. */
export interface Pages {
  readonly count: number;
  /** Indexes of the pages on which something needs an act. */
  readonly alarmed: readonly number[];
  readonly rotationMs: number;
}

/** A page stands at least this long, so that two alarms that flicker do not make the wall flicker. */
const LEAST_MS = 3_000;

/**
 * The page to show at `nowMs`: each in turn; while something needs an act, its page alone, or those pages in turn when
 * there are several.
 */
export function nextPage(shown: Shown, { count, alarmed, rotationMs }: Pages, nowMs: number): Shown {
  if (count === 0) return shown;
  const stays = shown.page < count;
  const turns = alarmed.length > 0 ? alarmed : Array.from({ length: count }, (_, page) => page);
  const stoodMs = nowMs - shown.sinceMs;
  const isAmong = stays && turns.includes(shown.page);
  if (isAmong && turns.length === 1) return shown;
  if (stays && stoodMs >= 0 && stoodMs < (isAmong ? rotationMs : LEAST_MS)) return shown;
  const after = turns.find((page) => page > shown.page) ?? turns[0] ?? 0;
  return { page: after, sinceMs: nowMs };
}

/** Share of its time that a page has stood; `null` where it stays, 1 where it is about to give way to one in alarm. */
export function shareOfTurn(
  shown: Shown,
  { count, alarmed, rotationMs }: Pages,
  nowMs: number,
): number | null {
  const turns = alarmed.length > 0 ? alarmed.length : count;
  if (alarmed.length > 0 && !alarmed.includes(shown.page)) return 1;
  if (turns < 2) return null;
  return Math.min(1, Math.max(0, (nowMs - shown.sinceMs) / rotationMs));
}
