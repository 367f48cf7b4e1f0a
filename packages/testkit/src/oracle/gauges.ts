import type { JudgedSegment } from './centre.ts';
import type { Settings } from './config.ts';
import { count, type Figures, type Scope } from './figures.ts';
import type { OracleFigure } from './types.ts';

/** What is true at one instant. `settingsNow` gives a queue's settings in force at that instant. */
export interface Now {
  readonly atMs: number;
  readonly todayFromMs: number;
  readonly settingsNow: (segment: JudgedSegment) => Settings;
}

const holds = (fromMs: number, untilMs: number, atMs: number): boolean => fromMs <= atMs && atMs < untilMs;

const waitingAt = (scope: Scope, atMs: number): JudgedSegment[] =>
  scope.segments.filter((s) => holds(s.enteredMs, s.exitMs, atMs));

/** Segments of the population that wait beyond their threshold at the instant asked. */
export function overThreshold(scope: Scope, { atMs, settingsNow }: Now): JudgedSegment[] {
  return waitingAt(scope, atMs).filter((segment) => {
    const settings = settingsNow(segment);
    if (!settings.segmentKinds.includes(segment.kind)) return false;
    const fromFirst = settings.clock === 'contact' && segment.kind === 'overflow';
    const ageMs = atMs - (fromFirst ? segment.firstEntryMs : segment.enteredMs);
    return settings.inclusive ? ageMs > settings.thresholdMs : ageMs >= settings.thresholdMs;
  });
}

/** An age in seconds with the instant it is counted from, of the earliest of several. */
function oldest(sinceMs: readonly number[], atMs: number): OracleFigure {
  if (sinceMs.length === 0) return { value: null, n: 0, reason: 'no_data' };
  const first = Math.min(...sinceMs);
  return { value: (atMs - first) / 1000, n: sinceMs.length, since: new Date(first).toISOString() };
}

/** Every gauge of § 3 that needs no agents and no cases. */
export function gaugesAt(scope: Scope, now: Now): Figures {
  const { atMs } = now;
  const waiting = waitingAt(scope, atMs);
  const first = scope.conversations
    .flatMap((c) => c.awaitingFirst)
    .filter((s) => holds(s.fromMs, s.untilMs, atMs));
  const reply = scope.conversations
    .flatMap((c) => c.awaitingReply)
    .filter((s) => holds(s.fromMs, s.untilMs, atMs));
  return {
    waiting_now: count(waiting.length),
    alerting_now: alerting(scope, waiting, now),
    longest_wait_now: oldest(
      waiting.map((s) => s.enteredMs),
      atMs,
    ),
    over_threshold_now: count(overThreshold(scope, now).length),
    in_progress_now: count(scope.handlings.filter((h) => holds(h.startMs, h.untilMs, atMs)).length),
    awaiting_first_response_now: count(first.length),
    awaiting_reply_now: count(reply.length),
    oldest_unanswered_age_now: oldest(
      reply.map((s) => s.sinceMs),
      atMs,
    ),
  };
}

/** Unknown, not 0, where everything of today comes from sources that never tell when ringing starts. */
function alerting(scope: Scope, waiting: readonly JudgedSegment[], { atMs, todayFromMs }: Now): OracleFigure {
  const today = scope.segments.filter((s) => s.enteredMs >= todayFromMs && s.enteredMs <= atMs);
  const heard = [...today, ...waiting];
  if (heard.length > 0 && heard.every((s) => !s.reportsRing)) {
    return { value: null, n: 0, reason: 'not_reported' };
  }
  return count(waiting.filter((s) => s.rings.some((r) => holds(r.fromMs, r.untilMs, atMs))).length);
}
