import { agentsByState } from './catalogue.ts';
import { openMs } from './calendar.ts';
import type { Centre, JudgedSegment } from './centre.ts';
import type { Settings } from './config.ts';
import type { Place, Spell } from './conversation.ts';
import { ALL, type RowKey } from './rows.ts';
import { count, tally, type Figures, type Scope } from './figures.ts';
import type { OracleConfig, OracleFigure } from './types.ts';

/** What is true at one instant. `settingsNow` gives a queue's settings in force at that instant. */
export interface Now {
  readonly atMs: number;
  readonly todayFromMs: number;
  readonly config: OracleConfig;
  readonly settingsNow: (place: Place) => Settings;
}

const holds = (fromMs: number, untilMs: number, atMs: number): boolean => fromMs <= atMs && atMs < untilMs;

const waitingAt = (scope: Scope, atMs: number): JudgedSegment[] =>
  scope.segments.filter((s) => holds(s.enteredMs, s.exitMs, atMs));

/** Segments of the population that wait beyond their threshold at the instant asked. */
export function overThreshold(scope: Scope, { atMs, config, settingsNow }: Now): JudgedSegment[] {
  return waitingAt(scope, atMs).filter((segment) => {
    const settings = settingsNow(segment);
    if (!settings.segmentKinds.includes(segment.kind)) return false;
    if (!segment.inHours && !settings.includeOutOfHours) return false;
    const fromFirst = settings.clock === 'contact' && segment.kind === 'overflow';
    const { written } = segment;
    const unreplied = written !== undefined && !((written.repliedMs ?? Infinity) <= atMs);
    const writtenMs = unreplied ? written.starts[settings.anchor] : undefined;
    const sinceMs = writtenMs ?? (fromFirst ? segment.firstEntryMs : segment.enteredMs);
    const business = writtenMs !== undefined && settings.businessClock;
    const ageMs = business ? openMs(config, settings.calendar, sinceMs, atMs) : atMs - sinceMs;
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
    oldest_unanswered_age_now: oldestUnanswered(reply, now),
  };
}

/** By the business clock of the queue, where it has one: then there is no single instant it counts from. */
function oldestUnanswered(spells: readonly Spell[], { atMs, config, settingsNow }: Now): OracleFigure {
  const plain = oldest(
    spells.map((s) => s.sinceMs),
    atMs,
  );
  if (!spells.some((spell) => settingsNow(spell).businessClock)) return plain;
  const ages = spells.map((spell) => {
    const { businessClock, calendar } = settingsNow(spell);
    return businessClock ? openMs(config, calendar, spell.sinceMs, atMs) : atMs - spell.sinceMs;
  });
  return { value: Math.max(...ages) / 1000, n: ages.length };
}

/** Conversations without any human answer beyond the target of a first response; calls wait for theirs in a queue. */
export function lateFirst(centre: Centre, scope: Scope, { atMs, config, settingsNow }: Now): number {
  const written = scope.conversations
    .flatMap((c) => c.awaitingFirst)
    .filter((spell) => holds(spell.fromMs, spell.untilMs, atMs))
    .map((spell) => ({
      place: spell,
      startMs: spell.starts[settingsNow(spell).anchor] ?? atMs,
      isSpoken: false,
    }));
  const answered = new Map(centre.contacts.map((c) => [c.journey, c.answeredMs ?? Number.POSITIVE_INFINITY]));
  const spoken = waitingAt(scope, atMs)
    .filter((s) => ['voice', 'video'].includes(s.channel) && atMs < (answered.get(s.journey) ?? 0))
    .map((s) => ({ place: s, startMs: s.firstEntryMs, isSpoken: true }));
  return [...written, ...spoken].filter(({ place, startMs, isSpoken }) => {
    const { inclusive, targetMs, businessClock, calendar } = settingsNow(place);
    const ageMs = businessClock && !isSpoken ? openMs(config, calendar, startMs, atMs) : atMs - startMs;
    return inclusive ? ageMs > targetMs : ageMs >= targetMs;
  }).length;
}

/** Gauges of the whole centre: its agents, cases, promised callbacks. */
export function wholeGauges(centre: Centre, { queue, channel }: RowKey, { atMs }: Now): Figures {
  const inside = (place: Place) =>
    (queue === ALL || place.queue === queue) && (channel === ALL || place.channel === channel);
  const isNow = ({ fromMs, untilMs }: { fromMs: number; untilMs: number }) => holds(fromMs, untilMs, atMs);
  const cases = centre.cases
    .filter((c) => (queue === ALL || c.queue === queue) && (channel === ALL || c.channel === channel))
    .filter(({ open }) => open.some(isNow));
  const conversations = centre.conversations.filter(
    ({ asynchronous, open }) => asynchronous && open.some((spell) => isNow(spell) && inside(spell)),
  );
  const items = { open_items_now: count(cases.length + conversations.length) };
  const callbacks = centre.callbacks.filter((c) => holds(c.fromMs, c.untilMs, atMs)).filter(inside);
  const promised = tally(callbacks.map((c) => (c.dueMs <= atMs ? 'due' : 'scheduled')));
  if (queue !== ALL) {
    const agents = agentsByState(centre.lives, atMs, queue);
    return { ...items, callbacks_pending_now: promised, agents_by_state_now: agents };
  }
  if (channel !== ALL) return { ...items, callbacks_pending_now: promised };
  return {
    ...items,
    agents_by_state_now: agentsByState(centre.lives, atMs),
    callbacks_pending_now: promised,
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
