import { counter, entry, gauge } from './declare.ts';
import { CONVERSATIONS, REPLIES } from './events.ts';
import { age, count, level, meanSeconds, openItems, percentileSeconds, ratio, sum, type Kpi } from './kpi.ts';

const firstResponses = sum('firstResponses');
const firstResponseMs = sum('firstResponseMs');
const firstResponsesWithin = sum('firstResponsesWithin');
const firstResponseOver = level('firstResponseOver');
const unansweredConversations = sum('unansweredConversations');
const unansweredTurns = sum('unansweredTurns');
const responses = sum('responses');
const responseMs = sum('responseMs');
const awaitingFirst = level('awaitingFirst');
const awaitingReply = openItems('awaitingReply');

/** First response times from each of the anchors, whichever is configured. */
const ANCHOR_KPIS = (
  [
    ['firstMessage', 'first_message', 'the first message', 'le premier message'],
    ['queueEntry', 'queue_entry', 'the first queue entry', 'la première mise en file'],
    ['assignment', 'assignment', 'the assignment to an agent', 'l’affectation à un agent'],
    ['handoff', 'handoff', 'the hand-off by the bot', 'le relais par le robot'],
  ] as const
).map(([anchor, id, en, fr]) => {
  const responses = sum(`firstResponses:${anchor}`);
  const ms = sum(`firstResponseMs:${anchor}`);
  return entry({
    id: `avg_first_response_time_from_${id}`,
    name: { en: `First response from ${en}`, fr: `Première réponse depuis ${fr}` },
    unit: 'seconds',
    formula: `Σ time from ${en} to the first response / first responses that have one`,
    description: `How long the first human answer took, counted from ${en}.`,
    better: 'lower',
    instant: 'the first human reply',
    events: REPLIES,
    metric: `vigie_first_response_time_from_${id}_seconds`,
    compute: (m) => meanSeconds(ms(m), responses(m)),
  });
});

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
  ...ANCHOR_KPIS,
  entry({
    id: 'frt_within_target_rate',
    name: { en: 'First responses on target', fr: 'Premières réponses dans le délai' },
    unit: 'ratio',
    formula: 'first responses within the target / first responses',
    description: 'Share of conversations whose first human answer came in time.',
    better: 'higher',
    instant: 'the first human reply',
    events: REPLIES,
    metric: 'vigie_frt_within_target_ratio',
    compute: (m) => ratio(firstResponsesWithin(m), firstResponses(m)),
  }),
  entry({
    id: 'frt_within_target_rate_live',
    name: { en: 'First responses on target, live', fr: 'Premières réponses dans le délai, temps réel' },
    unit: 'ratio',
    formula: 'first responses within the target / (first responses + those open beyond the target)',
    description: 'The same, counting those who still wait for a first answer beyond the target: for walls.',
    better: 'higher',
    instant: 'the first human reply, and now for those still waiting',
    events: CONVERSATIONS,
    metric: 'vigie_frt_within_target_live_ratio',
    live: true,
    compute: (m) => ratio(firstResponsesWithin(m), firstResponses(m) + firstResponseOver(m)),
  }),
  counter({
    id: 'unanswered_conversations',
    name: { en: 'Conversations never answered', fr: 'Conversations sans réponse' },
    formula: 'conversations closed without a human answer',
    description: 'Customers who wrote and whom no human ever answered; those whom a bot served count too.',
    better: 'lower',
    instant: 'the closing',
    events: CONVERSATIONS,
    metric: 'vigie_unanswered_conversations_total',
    compute: (m) => count(unansweredConversations(m)),
  }),
  counter({
    id: 'unanswered_turns',
    name: { en: 'Turns never answered', fr: 'Tours sans réponse' },
    formula: 'turns open when the conversation was closed',
    description: 'Messages of customers to which the conversation’s end was the answer.',
    better: 'lower',
    instant: 'the closing',
    events: CONVERSATIONS,
    metric: 'vigie_unanswered_turns_total',
    compute: (m) => count(unansweredTurns(m)),
  }),
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
    compute: (m) => m.oldestUnanswered ?? age(awaitingReply(m).oldestMs, m.nowMs),
  }),
];
