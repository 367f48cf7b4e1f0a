import type { JudgedHandling, JudgedSegment } from './centre.ts';
import type { JudgedContact } from './contact.ts';
import type { Anchor, Conversation, Sample } from './conversation.ts';
import type { Mark } from './mark.ts';
import type { Formula, OracleFigure } from './types.ts';

/** Is this instant in the window? */
export type InWindow = (atMs: number) => boolean;

/** What counts in one row. */
export interface Scope {
  readonly segments: readonly JudgedSegment[];
  readonly handlings: readonly JudgedHandling[];
  /** Only for rows of `_all`; elsewhere contact-level figures do not exist. */
  readonly contacts: readonly JudgedContact[] | undefined;
  readonly firstResponses: readonly Sample[];
  readonly responses: readonly Sample[];
  readonly conversations: readonly Conversation[];
  readonly marks: readonly Mark[];
}

export type Figures = Record<string, OracleFigure>;

export const count = (n: number): OracleFigure => ({ value: n, n });

export const ratio = (num: number, den: number): OracleFigure =>
  den === 0 ? { value: null, n: 0, reason: 'no_data' } : { value: num / den, n: den };

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Mean of milliseconds, in seconds. */
export const mean = (values: readonly number[]): OracleFigure => ratio(sum(values) / 1000, values.length);

/** Nearest rank, no interpolation, in seconds. */
function percentile(values: readonly number[], p: number): OracleFigure {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.ceil((p * sorted.length) / 100) - 1];
  return value === undefined
    ? { value: null, n: 0, reason: 'no_data' }
    : { value: value / 1000, n: sorted.length };
}

/** A count with its breakdown; `total` where not everything counted has a word. */
export function tally(reasons: readonly string[], total = reasons.length): OracleFigure {
  return { ...count(total), ...breakdown(reasons) };
}

/** How often each word occurs. */
export function breakdown(words: readonly string[]): { by: Record<string, number> } {
  const by: Record<string, number> = {};
  for (const word of words) by[word] = (by[word] ?? 0) + 1;
  return { by };
}

/** What one decided segment adds to numerator and denominator of a service-level formula (`kpis.md` §2). */
export function serviceLevelShare(segment: JudgedSegment, formula: Formula): [num: number, den: number] {
  const { outcome, within, short, cause } = segment;
  const { includeFlowOuts } = segment.settings;
  if (outcome === 'lost') return [0, 0];
  if (formula === 'removed_within_threshold') return [within ? 1 : 0, 1];
  if (outcome === 'answered') return [within ? 1 : 0, 1];
  if (outcome === 'flow_out') {
    const included = Array.isArray(includeFlowOuts)
      ? includeFlowOuts.includes(cause)
      : includeFlowOuts === true;
    return [0, included ? 1 : 0];
  }
  switch (formula) {
    case 'answered_over_offered':
      return [0, 1];
    case 'exclude_short_abandons':
      return [0, short ? 0 : 1];
    case 'exclude_abandons_within_threshold':
      return [0, within ? 0 : 1];
    case 'abandons_within_threshold_positive':
      return [within ? 1 : 0, 1];
    case 'short_abandons_positive':
      return [short ? 1 : 0, 1];
    case 'answered_only':
      return [0, 0];
  }
}

export const FORMULAS: readonly Formula[] = [
  'answered_over_offered',
  'exclude_short_abandons',
  'exclude_abandons_within_threshold',
  'abandons_within_threshold_positive',
  'short_abandons_positive',
  'answered_only',
  'removed_within_threshold',
];

/** Numerator and denominator over decided segments, each judged by its own configuration, or all by one formula. */
export function serviceLevelNumbers(
  decided: readonly JudgedSegment[],
  formula?: Formula,
): { num: number; den: number } {
  let num = 0;
  let den = 0;
  for (const segment of decided) {
    const [n, d] = serviceLevelShare(segment, formula ?? segment.settings.formula);
    num += n;
    den += d;
  }
  return { num, den };
}

/** Segments of the population decided in the window: answered, abandoned or flowed out. */
export function decidedIn(scope: Scope, inWindow: InWindow): JudgedSegment[] {
  return scope.segments.filter(
    (s) =>
      s.outcome !== 'lost' &&
      inWindow(s.exitMs) &&
      s.settings.segmentKinds.includes(s.kind) &&
      (s.inHours || s.settings.includeOutOfHours),
  );
}

/** Every figure that counts dated facts in a window; the gauges of now are elsewhere. */
export function windowFigures(
  scope: Scope,
  inWindow: InWindow,
  offeredIn: (segment: JudgedSegment) => boolean,
): Figures {
  const decided = decidedIn(scope, inWindow);
  const answered = decided.filter((s) => s.outcome === 'answered');
  const abandoned = decided.filter((s) => s.outcome === 'abandoned');
  const flowOuts = decided.filter((s) => s.outcome === 'flow_out');
  const short = abandoned.filter((s) => s.short).length;
  const waits = (segments: readonly JudgedSegment[]) => segments.map((s) => s.waitMs);
  const { num, den } = serviceLevelNumbers(decided);
  const [a, b, all] = [answered.length, abandoned.length, decided.length];
  const first = scope.conversations.filter((c) => c.firstResponse && inWindow(c.firstResponse.atMs));
  const frt = scope.firstResponses.filter((s) => inWindow(s.atMs)).map((s) => s.durationMs);
  const art = scope.responses.filter((s) => inWindow(s.atMs)).map((s) => s.durationMs);
  const longest = Math.max(...waits(decided));
  return {
    ...contactFigures(scope.contacts, inWindow),
    offered: count(scope.segments.filter((s) => inWindow(s.enteredMs) && offeredIn(s)).length),
    answered: count(a),
    abandoned: count(b),
    short_abandoned: count(short),
    flow_outs: tally(flowOuts.map((s) => s.cause)),
    service_level: ratio(num, den),
    answer_rate: ratio(a, all),
    abandonment_rate: ratio(b, all),
    abandonment_rate_net: ratio(b - short, all - short),
    asa: mean(waits(answered)),
    avg_wait: mean(waits(decided)),
    avg_abandon_time: mean(waits(abandoned)),
    max_wait: all === 0 ? { value: null, n: 0, reason: 'no_data' } : { value: longest / 1000, n: all },
    wait_p50: percentile(waits(answered), 50),
    wait_p90: percentile(waits(answered), 90),
    wait_p95: percentile(waits(answered), 95),
    ...handlingFigures(scope.handlings, inWindow),
    avg_first_response_time: mean(frt),
    frt_p50: percentile(frt, 50),
    frt_p90: percentile(frt, 90),
    frt_within_target_rate: ratio(first.filter((c) => c.firstInTime).length, first.length),
    ...anchoredFigures(scope, inWindow),
    avg_response_time: mean(art),
    answer_rate_within: ratio(answered.filter((s) => s.within).length, all),
  };
}

const ANCHORS: readonly (readonly [id: string, anchor: Anchor])[] = [
  ['from_first_message', 'customer_first_message'],
  ['from_queue_entry', 'queue_entry'],
  ['from_assignment', 'agent_assignment'],
  ['from_handoff', 'bot_handoff'],
];

function anchoredFigures({ conversations }: Scope, inWindow: InWindow): Figures {
  const replied = conversations.filter((c) => Object.values(c.anchored).some((s) => inWindow(s.atMs)));
  return Object.fromEntries(
    ANCHORS.map(([suffix, anchor]) => {
      const samples = replied.flatMap((c) => c.anchored[anchor] ?? []);
      return [`avg_first_response_time_${suffix}`, mean(samples.map((s) => s.durationMs))];
    }),
  );
}

function contactFigures(contacts: readonly JudgedContact[] | undefined, inWindow: InWindow): Figures {
  if (contacts === undefined) return {};
  const decided = contacts.filter((c) => c.counts && c.decidedMs !== undefined && inWindow(c.decidedMs));
  const missed = decided.flatMap((c) => (c.missedReason === undefined ? [] : [c.missedReason]));
  const presented = contacts.filter((c) => c.presentedMs !== undefined && inWindow(c.presentedMs));
  const inTime = decided.filter((c) => c.missedReason === undefined && c.inTime);
  return {
    presented: count(presented.length),
    missed_contacts: tally(missed),
    abandoned_contacts: count(missed.filter((reason) => reason === 'abandoned').length),
    qos_rate: ratio(decided.length - missed.length, decided.length),
    qos_within_target_rate: ratio(inTime.length, decided.length),
  };
}

/** All the work that ended in a window, and what is missing from it. */
export function handlingSum(
  { handlings }: Scope,
  inWindow: InWindow,
): { sumMs: number; partial: { partial?: readonly string[] } } {
  const handled = handlings.filter((h) => h.handledMs !== undefined && inWindow(h.handledMs));
  return {
    sumMs: sum(handled.map((h) => h.talkMs + h.holdMs + h.acwMs)),
    partial: handled.every((h) => h.reportsAcw) ? {} : { partial: ['acw'] },
  };
}

function handlingFigures(handlings: readonly JudgedHandling[], inWindow: InWindow): Figures {
  const handled = handlings.filter((h) => h.handledMs !== undefined && inWindow(h.handledMs));
  const tellHold = handled.filter((h) => h.reportsHold);
  const tellAcw = handled.filter((h) => h.reportsAcw);
  const reported = (figure: OracleFigure): OracleFigure =>
    handled.length > 0 && figure.value === null ? { value: null, n: 0, reason: 'not_reported' } : figure;
  return {
    handled: count(handled.length),
    aht: {
      ...mean(handled.map((h) => h.talkMs + h.holdMs + h.acwMs)),
      ...(tellAcw.length < handled.length ? { partial: ['acw'] } : {}),
    },
    avg_communication_time: mean(handled.map((h) => h.talkMs + h.holdMs)),
    avg_talk_time: mean(handled.map((h) => h.talkMs)),
    avg_hold_time: reported(mean(tellHold.map((h) => h.holdMs))),
    avg_hold_time_held:
      handled.length > 0 && tellHold.length === 0
        ? { value: null, n: 0, reason: 'not_reported' }
        : mean(tellHold.filter((h) => h.holdMs > 0).map((h) => h.holdMs)),
    transfer_rate: ratio(handled.filter((h) => h.endedInTransfer).length, handled.length),
    avg_acw: reported(mean(tellAcw.map((h) => h.acwMs))),
  };
}
