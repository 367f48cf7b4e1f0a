import { sumIndex } from '../domain/measures.ts';
import { entry, gauge } from './declare.ts';
import { ABANDONMENTS, ANSWERS, OFFERS, OUTCOMES } from './events.ts';
import {
  age,
  count,
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

const answered = sum('answered');
const answeredIn = sum('answeredIn');
const abandoned = sum('abandoned');
const abandonedShort = sum('abandonedShort');
const flowedOut = sum('flowedOut');
const answeredWaitMs = sum('answeredWaitMs');
const abandonedWaitMs = sum('abandonedWaitMs');
const flowedOutWaitMs = sum('flowedOutWaitMs');
const hits = sum('serviceLevelHits');
const base = sum('serviceLevelBase');
const waiting = openItems('waiting');
const waitingRing = level('waitingRing');
const alerting = level('alerting');
const overThreshold = level('overThreshold');
const decidedSegments = (m: Measures): number => answered(m) + abandoned(m) + flowedOut(m);

const ENTERED = sumIndex('entered');
const ENTERED_RING = sumIndex('enteredRing');

/** Ringing now; nothing is known of it when no source of this group tells the start of ringing. */
function alertingNow(m: Measures): Figure {
  const entered = m.today.sums[ENTERED]! + waiting(m).size;
  const ring = m.today.sums[ENTERED_RING]! + waitingRing(m);
  return entered > 0 && ring === 0 ? nothing('not_reported') : count(alerting(m));
}

function longestWait(m: Measures): Figure {
  const n = decidedSegments(m);
  const oldest = m.rolling ? waiting(m).oldestMs : undefined;
  const openMs = oldest === undefined ? undefined : m.nowMs - oldest;
  if (openMs !== undefined && openMs >= (m.maxWaitMs ?? 0)) return { ...age(oldest, m.nowMs), n };
  return m.maxWaitMs === undefined ? nothing() : { value: m.maxWaitMs / 1000, n };
}

/** How customers are served and how long they wait. */
export const WAITING_KPIS: readonly Kpi[] = [
  entry({
    id: 'service_level',
    name: { en: 'Service level', fr: 'Niveau de service' },
    abbreviation: { en: 'SL', fr: 'NS' },
    unit: 'ratio',
    formula: 'by the configured variant, e.g. A_in / (A + B − B_short)',
    description: 'Share of contacts answered within the threshold, among those decided in the window.',
    better: 'higher',
    instant: 'the segment’s outcome',
    events: OUTCOMES,
    metric: 'vigie_service_level_ratio',
    compute: (m) => ratio(hits(m), base(m)),
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
    instant: 'the segment’s outcome, and now for those still waiting',
    events: OUTCOMES,
    metric: 'vigie_service_level_live_ratio',
    live: true,
    compute: (m) => ratio(hits(m), base(m) + overThreshold(m)),
  }),
  gauge({
    id: 'waiting_now',
    name: { en: 'Contacts waiting', fr: 'Contacts en attente' },
    unit: 'count',
    formula: 'open segments of any kind but consult, ringing ones included',
    description: 'How many wait now.',
    better: 'lower',
    events: OUTCOMES,
    metric: 'vigie_contacts_waiting',
    compute: (m) => count(waiting(m).size),
  }),
  gauge({
    id: 'longest_wait_now',
    name: { en: 'Longest wait now', fr: 'Attente la plus longue en cours' },
    unit: 'seconds',
    formula: 'max(now − entered) over those waiting',
    description: 'Age of the oldest contact waiting now.',
    better: 'lower',
    events: OUTCOMES,
    metric: 'vigie_longest_wait_seconds',
    compute: (m) => age(waiting(m).oldestMs, m.nowMs),
  }),
  gauge({
    id: 'over_threshold_now',
    name: { en: 'Waiting beyond the threshold', fr: 'En attente hors délai' },
    unit: 'count',
    formula: 'W_over: open segments of the population older than the threshold',
    description: 'How many wait longer than the service level allows.',
    better: 'lower',
    events: OUTCOMES,
    metric: 'vigie_contacts_over_threshold',
    compute: (m) => count(overThreshold(m)),
  }),
  entry({
    id: 'abandonment_rate',
    name: { en: 'Abandonment rate', fr: 'Taux d’abandon' },
    unit: 'ratio',
    formula: 'B / (A + B + F)',
    description: 'Share that left before an answer, short abandons included.',
    better: 'lower',
    instant: 'the segment’s outcome',
    events: OUTCOMES,
    metric: 'vigie_abandonment_ratio',
    compute: (m) => ratio(abandoned(m), decidedSegments(m)),
  }),
  entry({
    id: 'abandonment_rate_net',
    name: { en: 'Abandonment net of short ones', fr: 'Taux d’abandon net' },
    unit: 'ratio',
    formula: '(B − B_short) / (A + B + F − B_short)',
    description: 'Share that left before an answer, short abandons left out on both sides.',
    better: 'lower',
    instant: 'the segment’s outcome',
    events: OUTCOMES,
    metric: 'vigie_abandonment_net_ratio',
    compute: (m) => ratio(abandoned(m) - abandonedShort(m), decidedSegments(m) - abandonedShort(m)),
  }),
  entry({
    id: 'answer_rate',
    name: { en: 'Answer rate', fr: 'Taux de décroché' },
    unit: 'ratio',
    formula: 'A / (A + B + F)',
    description: 'Share answered by a human in this queue, however late.',
    better: 'higher',
    instant: 'the segment’s outcome',
    events: OUTCOMES,
    metric: 'vigie_answer_ratio',
    compute: (m) => ratio(answered(m), decidedSegments(m)),
  }),
  entry({
    id: 'answer_rate_within',
    name: { en: 'Answer rate within the threshold', fr: 'Taux de décroché dans le délai' },
    unit: 'ratio',
    formula: 'A_in / (A + B + F)',
    description: 'Share answered by a human in this queue within its service-level threshold.',
    better: 'higher',
    instant: 'the segment’s outcome',
    events: OUTCOMES,
    metric: 'vigie_answer_rate_within_ratio',
    compute: (m) => ratio(answeredIn(m), decidedSegments(m)),
  }),
  entry({
    id: 'asa',
    name: { en: 'Average speed of answer', fr: 'Vitesse moyenne de réponse' },
    abbreviation: { en: 'ASA', fr: 'VMR' },
    unit: 'seconds',
    formula: 'Σ wait of answered / A',
    description: 'How long those who were answered had waited, ringing included.',
    better: 'lower',
    instant: 'the answer',
    events: ANSWERS,
    metric: 'vigie_asa_seconds',
    compute: (m) => meanSeconds(answeredWaitMs(m), answered(m)),
  }),
  entry({
    id: 'avg_wait',
    name: { en: 'Average wait', fr: 'Temps moyen d’attente' },
    abbreviation: { fr: 'TMA' },
    unit: 'seconds',
    formula: 'Σ wait / (A + B + F)',
    description: 'How long everybody waited who left the queue, answered or not.',
    better: 'lower',
    instant: 'the segment’s outcome',
    events: OUTCOMES,
    metric: 'vigie_average_wait_seconds',
    compute: (m) =>
      meanSeconds(answeredWaitMs(m) + abandonedWaitMs(m) + flowedOutWaitMs(m), decidedSegments(m)),
  }),
  entry({
    id: 'avg_abandon_time',
    name: { en: 'Average time to abandon', fr: 'Temps moyen avant abandon' },
    unit: 'seconds',
    formula: 'Σ wait of abandoned / B',
    description: 'How long those who left had waited.',
    better: 'neither',
    instant: 'the abandonment',
    events: ABANDONMENTS,
    metric: 'vigie_average_abandon_time_seconds',
    compute: (m) => meanSeconds(abandonedWaitMs(m), abandoned(m)),
  }),
  entry({
    id: 'max_wait',
    name: { en: 'Longest wait', fr: 'Attente maximale' },
    unit: 'seconds',
    formula: 'max wait of segments decided in the window, and the longest wait now if rolling',
    description: 'The longest anybody waited.',
    better: 'lower',
    instant: 'the segment’s outcome, and now for those still waiting',
    events: OUTCOMES,
    metric: 'vigie_max_wait_seconds',
    fromTotals: false,
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
      instant: 'the answer',
      events: ANSWERS,
      metric: `vigie_wait_p${percent}_seconds`,
      compute: percentileSeconds('wait', percent),
    }),
  ),
  gauge({
    id: 'alerting_now',
    name: { en: 'Ringing at an agent', fr: 'En sonnerie' },
    unit: 'count',
    formula: 'those waiting that are offered to an agent',
    description: 'How many of those waiting ring at an agent.',
    better: 'neither',
    events: OFFERS,
    metric: 'vigie_contacts_alerting',
    compute: alertingNow,
  }),
];
