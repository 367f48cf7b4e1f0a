import { COUNTED_CAUSES, MISSED_REASONS, sumIndex } from '../domain/measures.ts';
import {
  age,
  count,
  countBy,
  level,
  meanSeconds,
  nothing,
  openItems,
  percentileSeconds,
  ratio,
  sum,
  type Figure,
  type Kpi,
  type Measures,
} from './kpi.ts';

const s = {
  offered: sum('offered'),
  answered: sum('answered'),
  answeredWaitMs: sum('answeredWaitMs'),
  abandoned: sum('abandoned'),
  abandonedShort: sum('abandonedShort'),
  abandonedWaitMs: sum('abandonedWaitMs'),
  flowedOut: sum('flowedOut'),
  flowedOutWaitMs: sum('flowedOutWaitMs'),
  hits: sum('serviceLevelHits'),
  base: sum('serviceLevelBase'),
  presented: sum('presented'),
  decided: sum('decided'),
  decidedAnswered: sum('decidedAnswered'),
  missed: sum('missed'),
  handled: sum('handled'),
  talkMs: sum('talkMs'),
  holdMs: sum('holdMs'),
  acwMs: sum('acwMs'),
  holdReported: sum('holdReported'),
  acwReported: sum('acwReported'),
  firstResponses: sum('firstResponses'),
  firstResponseMs: sum('firstResponseMs'),
  responses: sum('responses'),
  responseMs: sum('responseMs'),
};
const now = {
  waiting: openItems('waiting'),
  waitingRing: level('waitingRing'),
  alerting: level('alerting'),
  overThreshold: level('overThreshold'),
  inProgress: level('inProgress'),
  awaitingFirst: level('awaitingFirst'),
  awaitingReply: openItems('awaitingReply'),
};
const decidedSegments = (m: Measures): number => s.answered(m) + s.abandoned(m) + s.flowedOut(m);
const ENTERED = sumIndex('entered');
const ENTERED_RING = sumIndex('enteredRing');

/** Ringing now; nothing is known of it when no source of this group tells the start of ringing. */
function alertingNow(m: Measures): Figure {
  const entered = m.today.sums[ENTERED]! + now.waiting(m).size;
  const ring = m.today.sums[ENTERED_RING]! + now.waitingRing(m);
  return entered > 0 && ring === 0 ? nothing('not_reported') : count(now.alerting(m));
}

/** A mean over the handlings whose source reports the part at all: unknown is not 0. */
function reportedMean(sumMs: number, reported: number, handled: number): Figure {
  if (handled > 0 && reported === 0) return nothing('not_reported');
  return meanSeconds(sumMs, reported);
}

function withoutAcw(figure: Figure, m: Measures): Figure {
  return s.handled(m) > 0 && s.acwReported(m) < s.handled(m) ? { ...figure, partial: ['acw'] } : figure;
}

function longestWait(m: Measures): Figure {
  const n = decidedSegments(m);
  const oldest = m.rolling ? now.waiting(m).oldestMs : undefined;
  const openMs = oldest === undefined ? undefined : m.nowMs - oldest;
  if (openMs !== undefined && openMs >= (m.maxWaitMs ?? 0)) return { ...age(oldest, m.nowMs), n };
  return m.maxWaitMs === undefined ? nothing() : { value: m.maxWaitMs / 1000, n };
}

const bySum = (prefix: 'flowOut' | 'missed', words: readonly string[]) => {
  const readers = words.map((word) => [word, sum(`${prefix}:${word}`)] as const);
  return (m: Measures): Record<string, number> =>
    Object.fromEntries(readers.map(([word, read]) => [word, read(m)]));
};
const flowOutsByCause = bySum('flowOut', COUNTED_CAUSES);
const missedByReason = bySum('missed', MISSED_REASONS);

type Entry = Omit<Kpi, 'level' | 'now' | 'counter' | 'dimensions'> &
  Partial<Pick<Kpi, 'level' | 'now' | 'counter'>>;

function entry(definition: Entry): Kpi {
  const contact = definition.level === 'contact';
  const complete = { level: 'queue' as const, now: false, counter: false, ...definition };
  return { ...complete, dimensions: contact ? ['channel'] : ['queue', 'channel'] };
}
const counter = (definition: Omit<Entry, 'unit' | 'counter'>): Kpi =>
  entry({ ...definition, unit: 'count', counter: true });
const gauge = (definition: Omit<Entry, 'now'>): Kpi => entry({ ...definition, now: true });

/**
 * Every KPI Vigie computes, declared once. REST, WebSocket, Prometheus, wall, command line and documentation derive from
 * this list; adding a KPI is adding an entry. Definitions: `docs/kpis.md`. Order: importance for a reader.
 */
export const CATALOGUE: readonly Kpi[] = [
  entry({
    id: 'service_level',
    name: { en: 'Service level', fr: 'Niveau de service' },
    abbreviation: { en: 'SL', fr: 'NS' },
    unit: 'ratio',
    formula: 'by the configured variant, e.g. A_in / (A + B − B_short)',
    description: 'Share of contacts answered within the threshold, among those decided in the window.',
    better: 'higher',
    metric: 'vigie_service_level_ratio',
    compute: (m) => ratio(s.hits(m), s.base(m)),
  }),
  entry({
    id: 'service_level_live',
    name: { en: 'Live service level', fr: 'Niveau de service temps réel' },
    abbreviation: { en: 'Live SL', fr: 'NS temps réel' },
    unit: 'ratio',
    formula: 'numerator of service_level / (its denominator + W_over)',
    description:
      'Service level that also counts those still waiting beyond the threshold: for walls and alarms.',
    better: 'higher',
    metric: 'vigie_service_level_live_ratio',
    compute: (m) => ratio(s.hits(m), s.base(m) + now.overThreshold(m)),
  }),
  gauge({
    id: 'waiting_now',
    name: { en: 'Contacts waiting', fr: 'Contacts en attente' },
    unit: 'count',
    formula: 'open segments of any kind but consult, ringing ones included',
    description: 'How many wait now.',
    better: 'lower',
    metric: 'vigie_contacts_waiting',
    compute: (m) => count(now.waiting(m).size),
  }),
  gauge({
    id: 'longest_wait_now',
    name: { en: 'Longest wait now', fr: 'Attente la plus longue en cours' },
    unit: 'seconds',
    formula: 'max(now − entered) over those waiting',
    description: 'Age of the oldest contact waiting now.',
    better: 'lower',
    metric: 'vigie_longest_wait_seconds',
    compute: (m) => age(now.waiting(m).oldestMs, m.nowMs),
  }),
  gauge({
    id: 'over_threshold_now',
    name: { en: 'Waiting beyond the threshold', fr: 'En attente hors délai' },
    unit: 'count',
    formula: 'W_over: open segments of the population older than the threshold',
    description: 'How many wait longer than the service level allows.',
    better: 'lower',
    metric: 'vigie_contacts_over_threshold',
    compute: (m) => count(now.overThreshold(m)),
  }),
  entry({
    id: 'abandonment_rate',
    name: { en: 'Abandonment rate', fr: 'Taux d’abandon' },
    unit: 'ratio',
    formula: 'B / (A + B + F)',
    description: 'Share that left before an answer, short abandons included.',
    better: 'lower',
    metric: 'vigie_abandonment_ratio',
    compute: (m) => ratio(s.abandoned(m), decidedSegments(m)),
  }),
  entry({
    id: 'abandonment_rate_net',
    name: { en: 'Abandonment net of short ones', fr: 'Taux d’abandon net' },
    unit: 'ratio',
    formula: '(B − B_short) / (A + B + F − B_short)',
    description: 'Share that left before an answer, short abandons left out on both sides.',
    better: 'lower',
    metric: 'vigie_abandonment_net_ratio',
    compute: (m) => ratio(s.abandoned(m) - s.abandonedShort(m), decidedSegments(m) - s.abandonedShort(m)),
  }),
  entry({
    id: 'answer_rate',
    name: { en: 'Answer rate', fr: 'Taux de décroché' },
    unit: 'ratio',
    formula: 'A / (A + B + F)',
    description: 'Share answered by a human in this queue, however late.',
    better: 'higher',
    metric: 'vigie_answer_ratio',
    compute: (m) => ratio(s.answered(m), decidedSegments(m)),
  }),
  entry({
    id: 'asa',
    name: { en: 'Average speed of answer', fr: 'Vitesse moyenne de réponse' },
    abbreviation: { en: 'ASA', fr: 'VMR' },
    unit: 'seconds',
    formula: 'Σ wait of answered / A',
    description: 'How long those who were answered had waited, ringing included.',
    better: 'lower',
    metric: 'vigie_asa_seconds',
    compute: (m) => meanSeconds(s.answeredWaitMs(m), s.answered(m)),
  }),
  entry({
    id: 'avg_wait',
    name: { en: 'Average wait', fr: 'Temps moyen d’attente' },
    abbreviation: { fr: 'TMA' },
    unit: 'seconds',
    formula: 'Σ wait / (A + B + F)',
    description: 'How long everybody waited who left the queue, answered or not.',
    better: 'lower',
    metric: 'vigie_average_wait_seconds',
    compute: (m) =>
      meanSeconds(s.answeredWaitMs(m) + s.abandonedWaitMs(m) + s.flowedOutWaitMs(m), decidedSegments(m)),
  }),
  entry({
    id: 'avg_abandon_time',
    name: { en: 'Average time to abandon', fr: 'Temps moyen avant abandon' },
    unit: 'seconds',
    formula: 'Σ wait of abandoned / B',
    description: 'How long those who left had waited.',
    better: 'neither',
    metric: 'vigie_average_abandon_time_seconds',
    compute: (m) => meanSeconds(s.abandonedWaitMs(m), s.abandoned(m)),
  }),
  entry({
    id: 'max_wait',
    name: { en: 'Longest wait', fr: 'Attente maximale' },
    unit: 'seconds',
    formula: 'max wait of segments decided in the window, and the longest wait now if rolling',
    description: 'The longest anybody waited.',
    better: 'lower',
    metric: 'vigie_max_wait_seconds',
    compute: longestWait,
  }),
  ...([50, 90, 95] as const).map((percent) =>
    entry({
      id: `wait_p${percent}`,
      name: { en: `Wait, ${percent}th percentile`, fr: `Attente, ${percent}e centile` },
      unit: 'seconds',
      formula: `nearest rank, ${percent} %, over answered waits; error at most 1 %`,
      description: `${percent} % of those answered waited no longer than this.`,
      better: 'lower',
      metric: `vigie_wait_p${percent}_seconds`,
      compute: percentileSeconds('wait', percent),
    }),
  ),
  counter({
    id: 'offered',
    name: { en: 'Offered', fr: 'Offerts' },
    formula: 'segments that entered the queue',
    description: 'Stays in the queue that began, transfers and overflows counted again.',
    better: 'neither',
    metric: 'vigie_contacts_offered_total',
    compute: (m) => count(s.offered(m)),
  }),
  counter({
    id: 'answered',
    name: { en: 'Answered', fr: 'Décrochés' },
    formula: 'A',
    description: 'Stays that ended at a human.',
    better: 'higher',
    metric: 'vigie_contacts_answered_total',
    compute: (m) => count(s.answered(m)),
  }),
  counter({
    id: 'abandoned',
    name: { en: 'Abandoned', fr: 'Abandonnés' },
    formula: 'B, short ones included',
    description: 'Customers who left before an answer.',
    better: 'lower',
    metric: 'vigie_contacts_abandoned_total',
    compute: (m) => count(s.abandoned(m)),
  }),
  counter({
    id: 'short_abandoned',
    name: { en: 'Short abandons', fr: 'Abandons courts' },
    formula: 'B_short',
    description: 'Customers who left within the short-abandon limit.',
    better: 'neither',
    metric: 'vigie_contacts_short_abandoned_total',
    compute: (m) => count(s.abandonedShort(m)),
  }),
  counter({
    id: 'flow_outs',
    name: { en: 'Flow-outs', fr: 'Débordements et sorties de file' },
    formula: 'F by cause',
    description: 'Left the queue otherwise than to an agent or by the customer’s leaving.',
    better: 'neither',
    metric: 'vigie_flow_outs_total',
    compute: (m) => countBy(s.flowedOut(m), flowOutsByCause(m)),
  }),
  counter({
    id: 'handled',
    name: { en: 'Handled', fr: 'Traités' },
    formula: 'handlings ended, inbound',
    description: 'Agents’ pieces of work that ended, wrap-up included; two agents on a contact are two.',
    better: 'neither',
    metric: 'vigie_contacts_handled_total',
    compute: (m) => count(s.handled(m)),
  }),
  counter({
    id: 'presented',
    name: { en: 'Presented', fr: 'Présentés' },
    formula: 'inbound contacts that asked for a human',
    description: 'Contacts, counted once whatever their stays in queues.',
    better: 'neither',
    level: 'contact',
    metric: 'vigie_contacts_presented_total',
    compute: (m) => count(s.presented(m)),
  }),
  counter({
    id: 'missed_contacts',
    name: { en: 'Missed contacts', fr: 'Contacts manqués' },
    formula: 'contacts decided without a human answer, by reason',
    description: 'Contacts that ended with no human answer, whatever the cause.',
    better: 'lower',
    level: 'contact',
    metric: 'vigie_missed_contacts_total',
    compute: (m) => countBy(s.missed(m), missedByReason(m)),
  }),
  entry({
    id: 'qos_rate',
    name: { en: 'Quality-of-service rate', fr: 'Taux de qualité de service' },
    abbreviation: { fr: 'QS' },
    unit: 'ratio',
    formula: 'contacts answered / contacts decided',
    description: 'Share of contacts answered by a human somewhere, among those decided in the window.',
    better: 'higher',
    level: 'contact',
    metric: 'vigie_qos_ratio',
    compute: (m) => ratio(s.decidedAnswered(m), s.decided(m)),
  }),
  entry({
    id: 'aht',
    name: { en: 'Average handling time', fr: 'Durée moyenne de traitement' },
    abbreviation: { en: 'AHT', fr: 'DMT' },
    unit: 'seconds',
    formula: 'Σ (talk + hold + acw) / handlings ended',
    description: 'How long an agent works on a contact, waiting not included.',
    better: 'neither',
    metric: 'vigie_aht_seconds',
    compute: (m) => withoutAcw(meanSeconds(s.talkMs(m) + s.holdMs(m) + s.acwMs(m), s.handled(m)), m),
  }),
  entry({
    id: 'avg_communication_time',
    name: { en: 'Talk and hold', fr: 'Durée moyenne de communication' },
    abbreviation: { fr: 'DMC' },
    unit: 'seconds',
    formula: 'Σ (talk + hold) / handlings ended',
    description: 'How long agent and customer are connected.',
    better: 'neither',
    metric: 'vigie_average_communication_time_seconds',
    compute: (m) => meanSeconds(s.talkMs(m) + s.holdMs(m), s.handled(m)),
  }),
  entry({
    id: 'avg_talk_time',
    name: { en: 'Talk', fr: 'Conversation' },
    unit: 'seconds',
    formula: 'Σ talk / handlings ended',
    description: 'How long agent and customer talk, hold not included where the source reports it.',
    better: 'neither',
    metric: 'vigie_average_talk_time_seconds',
    compute: (m) => meanSeconds(s.talkMs(m), s.handled(m)),
  }),
  entry({
    id: 'avg_hold_time',
    name: { en: 'Hold', fr: 'Mise en garde' },
    unit: 'seconds',
    formula: 'Σ hold / handlings ended whose source reports hold',
    description: 'How long the customer is on hold.',
    better: 'lower',
    metric: 'vigie_average_hold_time_seconds',
    compute: (m) => reportedMean(s.holdMs(m), s.holdReported(m), s.handled(m)),
  }),
  entry({
    id: 'avg_acw',
    name: { en: 'After-contact work', fr: 'Post-appel' },
    abbreviation: { en: 'ACW' },
    unit: 'seconds',
    formula: 'Σ acw / handlings ended whose source reports it',
    description: 'How long agents work after the contact.',
    better: 'lower',
    metric: 'vigie_average_acw_seconds',
    compute: (m) => reportedMean(s.acwMs(m), s.acwReported(m), s.handled(m)),
  }),
  entry({
    id: 'avg_first_response_time',
    name: { en: 'First response time', fr: 'Temps de première réponse' },
    abbreviation: { en: 'FRT' },
    unit: 'seconds',
    formula: 'Σ FRT / first responses',
    description: 'From the customer’s first word to the first human answer; one per conversation.',
    better: 'lower',
    metric: 'vigie_first_response_time_seconds',
    compute: (m) => meanSeconds(s.firstResponseMs(m), s.firstResponses(m)),
  }),
  ...([50, 90] as const).map((percent) =>
    entry({
      id: `frt_p${percent}`,
      name: { en: `First response, ${percent}th percentile`, fr: `Première réponse, ${percent}e centile` },
      unit: 'seconds',
      formula: `nearest rank, ${percent} %, over first response times; error at most 1 %`,
      description: `${percent} % of first responses came no later than this.`,
      better: 'lower',
      metric: `vigie_frt_p${percent}_seconds`,
      compute: percentileSeconds('firstResponse', percent),
    }),
  ),
  entry({
    id: 'avg_response_time',
    name: { en: 'Response time', fr: 'Temps de réponse moyen' },
    abbreviation: { en: 'ART', fr: 'TRM' },
    unit: 'seconds',
    formula: 'Σ response time of closed turns / closed turns',
    description: 'From the oldest unanswered customer message to the human reply, turn by turn.',
    better: 'lower',
    metric: 'vigie_average_response_time_seconds',
    compute: (m) => meanSeconds(s.responseMs(m), s.responses(m)),
  }),
  gauge({
    id: 'alerting_now',
    name: { en: 'Ringing at an agent', fr: 'En sonnerie' },
    unit: 'count',
    formula: 'those waiting that are offered to an agent',
    description: 'How many of those waiting ring at an agent.',
    better: 'neither',
    metric: 'vigie_contacts_alerting',
    compute: alertingNow,
  }),
  gauge({
    id: 'in_progress_now',
    name: { en: 'In conversation or wrap-up', fr: 'En cours de traitement' },
    unit: 'count',
    formula: 'open handlings',
    description: 'How many contacts agents work on.',
    better: 'neither',
    metric: 'vigie_contacts_in_progress',
    compute: (m) => count(now.inProgress(m)),
  }),
  gauge({
    id: 'awaiting_first_response_now',
    name: { en: 'No human answer yet', fr: 'En attente de première réponse' },
    unit: 'count',
    formula: 'conversations with a customer message and no first response, not held by a bot',
    description: 'Customers who wrote and whom no human has answered.',
    better: 'lower',
    metric: 'vigie_contacts_awaiting_first_response',
    compute: (m) => count(now.awaitingFirst(m)),
  }),
  gauge({
    id: 'awaiting_reply_now',
    name: { en: 'Customer spoke last', fr: 'En attente de réponse' },
    unit: 'count',
    formula: 'conversations with an open turn, not held by a bot',
    description: 'Conversations in which it is our turn.',
    better: 'lower',
    metric: 'vigie_contacts_awaiting_reply',
    compute: (m) => count(now.awaitingReply(m).size),
  }),
  gauge({
    id: 'oldest_unanswered_age_now',
    name: { en: 'Oldest unanswered', fr: 'Plus ancienne demande sans réponse' },
    unit: 'seconds',
    formula: 'max(now − turn start) over open turns',
    description: 'How long the customer who has waited longest for a reply has waited.',
    better: 'lower',
    metric: 'vigie_oldest_unanswered_age_seconds',
    compute: (m) => age(now.awaitingReply(m).oldestMs, m.nowMs),
  }),
];

/** The entry of an id, or `undefined`. */
export function kpiOf(id: string): Kpi | undefined {
  return CATALOGUE.find((kpi) => kpi.id === id);
}
