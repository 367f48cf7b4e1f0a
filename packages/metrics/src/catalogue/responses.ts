import { entry, gauge } from './declare.ts';
import { CONVERSATIONS, REPLIES } from './events.ts';
import { age, count, level, meanSeconds, openItems, percentileSeconds, sum, type Kpi } from './kpi.ts';

const firstResponses = sum('firstResponses');
const firstResponseMs = sum('firstResponseMs');
const responses = sum('responses');
const responseMs = sum('responseMs');
const awaitingFirst = level('awaitingFirst');
const awaitingReply = openItems('awaitingReply');

/** How fast written conversations are answered. */
export const RESPONSE_KPIS: readonly Kpi[] = [
  entry({
    id: 'avg_first_response_time',
    name: { en: 'First response time', fr: 'Temps de première réponse' },
    abbreviation: { en: 'FRT' },
    unit: 'seconds',
    formula: 'Σ FRT / first responses',
    description: 'From the customer’s first word to the first human answer; one per conversation.',
    better: 'lower',
    instant: 'the first human reply',
    events: REPLIES,
    metric: 'vigie_first_response_time_seconds',
    compute: (m) => meanSeconds(firstResponseMs(m), firstResponses(m)),
  }),
  ...([50, 90] as const).map((percent) =>
    entry({
      id: `frt_p${percent}`,
      name: { en: `First response, ${percent}th percentile`, fr: `Première réponse, ${percent}e centile` },
      unit: 'seconds',
      formula: `nearest rank, ${percent} %, over first response times; error at most 1 %`,
      description: `${percent} % of first responses came no later than this.`,
      better: 'lower',
      instant: 'the first human reply',
      events: REPLIES,
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
    instant: 'the agent’s reply',
    events: REPLIES,
    metric: 'vigie_average_response_time_seconds',
    compute: (m) => meanSeconds(responseMs(m), responses(m)),
  }),
  gauge({
    id: 'awaiting_first_response_now',
    name: { en: 'No human answer yet', fr: 'En attente de première réponse' },
    unit: 'count',
    formula: 'conversations with a customer message and no first response, not held by a bot',
    description: 'Customers who wrote and whom no human has answered.',
    better: 'lower',
    events: CONVERSATIONS,
    metric: 'vigie_contacts_awaiting_first_response',
    compute: (m) => count(awaitingFirst(m)),
  }),
  gauge({
    id: 'awaiting_reply_now',
    name: { en: 'Customer spoke last', fr: 'En attente de réponse' },
    unit: 'count',
    formula: 'conversations with an open turn, not held by a bot',
    description: 'Conversations in which it is our turn.',
    better: 'lower',
    events: CONVERSATIONS,
    metric: 'vigie_contacts_awaiting_reply',
    compute: (m) => count(awaitingReply(m).size),
  }),
  gauge({
    id: 'oldest_unanswered_age_now',
    name: { en: 'Oldest unanswered', fr: 'Plus ancienne demande sans réponse' },
    unit: 'seconds',
    formula: 'max(now − turn start) over open turns',
    description: 'How long the customer who has waited longest for a reply has waited.',
    better: 'lower',
    events: CONVERSATIONS,
    metric: 'vigie_oldest_unanswered_age_seconds',
    compute: (m) => age(awaitingReply(m).oldestMs, m.nowMs),
  }),
];
