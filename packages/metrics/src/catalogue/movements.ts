import { TRANSFER_KINDS } from '../domain/contact/measures.ts';
import { counter, entry, gauge } from './declare.ts';
import {
  ABANDONMENTS,
  BOTS,
  CALLBACK_ANSWERS,
  CALLBACKS,
  CALLBACKS_PENDING,
  CONSULTS,
  OFFERS_ENDED,
  SELF_CARE,
  TRANSFERS,
} from './events.ts';
import { count, countBy, level, meanSeconds, ratio, sum, sumsBy, type Kpi } from './kpi.ts';

const agentNoAnswer = sum('agentNoAnswer');
const transfersOut = sum('transfersOut');
const transfersOutBy = sumsBy('transfersOut', TRANSFER_KINDS);
const transfersIn = sum('transfersIn');
const transfersInBy = sumsBy('transfersIn', TRANSFER_KINDS);
const consults = sum('consults');
const holdDisconnects = sum('holdDisconnects');
const abandonedAfterTransfer = sum('abandonedAfterTransfer');
const callbacksRequested = sum('callbacksRequested');
const callbacksAnswered = sum('callbacksAnswered');
const callbackWaitMs = sum('callbackWaitMs');
const due = level('callbacksDue');
const scheduled = level('callbacksScheduled');
const selfCare = sum('selfCare');
const presentedOrSelfCare = sum('presentedOrSelfCare');
const botContacts = sum('botContacts');
const contained = sum('botContactsContained');

/** How contacts move about: offers refused, transfers, consultations, callbacks, self-care, bots. */
export const MOVEMENT_KPIS: readonly Kpi[] = [
  counter({
    id: 'agent_no_answer',
    name: { en: 'Ring no answer, declined', fr: 'Non-réponses d’agents' },
    formula: 'offers to an agent that the agent did not take',
    description:
      'Each attempt counts, several in one stay; lost races and callers who left meanwhile do not.',
    better: 'lower',
    instant: 'the refusal or time-out',
    events: OFFERS_ENDED,
    metric: 'vigie_agent_no_answer_total',
    compute: (m) => count(agentNoAnswer(m)),
  }),
  counter({
    id: 'transfers_out',
    name: { en: 'Transfers out', fr: 'Transferts sortants' },
    formula: 'contacts handed on by an agent, by kind',
    description:
      'Transfers to a queue, an agent or out of the centre, where they were made. A consultation alone is none.',
    better: 'neither',
    instant: 'completion of the transfer',
    events: TRANSFERS,
    metric: 'vigie_transfers_out_total',
    compute: (m) => countBy(transfersOut(m), transfersOutBy(m)),
  }),
  counter({
    id: 'transfers_in',
    name: { en: 'Transfers in', fr: 'Transferts entrants' },
    formula: 'contacts handed on to this queue or to an agent working for it, by kind',
    description: 'Transfers where they arrived; those out of the centre arrive nowhere.',
    better: 'neither',
    instant: 'completion of the transfer',
    events: TRANSFERS,
    metric: 'vigie_transfers_in_total',
    compute: (m) => countBy(transfersIn(m), transfersInBy(m)),
  }),
  counter({
    id: 'consults',
    name: { en: 'Consultations', fr: 'Consultations' },
    formula: 'times an agent asked somebody while the customer was on hold',
    description: 'Consultations, whether or not a transfer followed.',
    better: 'neither',
    instant: 'its beginning',
    events: CONSULTS,
    metric: 'vigie_consults_total',
    compute: (m) => count(consults(m)),
  }),
  counter({
    id: 'hold_disconnects',
    name: { en: 'Hung up on hold', fr: 'Raccrochés en garde' },
    formula: 'contacts that the customer ended while on hold',
    description: 'Customers who were answered, put on hold, and left.',
    better: 'lower',
    instant: 'the contact’s end',
    events: ['vigie.contact.held', 'vigie.contact.unheld', 'vigie.contact.ended'],
    metric: 'vigie_hold_disconnects_total',
    compute: (m) => count(holdDisconnects(m)),
  }),
  counter({
    id: 'abandoned_after_transfer',
    name: { en: 'Abandoned after a transfer', fr: 'Abandons après transfert' },
    formula: 'transfer segments abandoned after a human had answered the contact',
    description: 'Customers who were answered, handed on to this queue, and left it unanswered.',
    better: 'lower',
    instant: 'the abandonment',
    events: ABANDONMENTS,
    metric: 'vigie_contacts_abandoned_after_transfer_total',
    compute: (m) => count(abandonedAfterTransfer(m)),
  }),
  counter({
    id: 'callbacks_requested',
    name: { en: 'Callbacks requested', fr: 'Rappels demandés' },
    formula: 'requests to be called back; retries of one are one',
    description: 'Customers who left the queue to be called back.',
    better: 'neither',
    instant: 'the request',
    events: CALLBACKS,
    metric: 'vigie_callbacks_requested_total',
    compute: (m) => count(callbacksRequested(m)),
  }),
  counter({
    id: 'callbacks_answered',
    name: { en: 'Callbacks answered', fr: 'Rappels aboutis' },
    formula: 'callback segments in which the customer was connected to a human',
    description: 'Callbacks that reached the customer.',
    better: 'higher',
    instant: 'the connection',
    events: CALLBACK_ANSWERS,
    metric: 'vigie_callbacks_answered_total',
    compute: (m) => count(callbacksAnswered(m)),
  }),
  entry({
    id: 'callback_wait',
    name: { en: 'Callback wait', fr: 'Attente des rappels' },
    unit: 'seconds',
    formula: 'Σ (connected − due and queued) / callbacks answered',
    description: 'How long a due callback waits until the customer talks to a human.',
    better: 'lower',
    instant: 'the connection',
    events: CALLBACK_ANSWERS,
    metric: 'vigie_callback_wait_seconds',
    compute: (m) => meanSeconds(callbackWaitMs(m), callbacksAnswered(m)),
  }),
  gauge({
    id: 'callbacks_pending_now',
    name: { en: 'Callbacks pending', fr: 'Rappels en attente' },
    unit: 'count',
    formula: 'callbacks requested, neither answered, failed nor cancelled: due and scheduled',
    description: 'Customers who were promised a call.',
    better: 'lower',
    events: CALLBACKS_PENDING,
    metric: 'vigie_callbacks_pending',
    compute: (m) => countBy(due(m) + scheduled(m), { due: due(m), scheduled: scheduled(m) }),
  }),
  counter({
    id: 'self_care_transfers',
    name: { en: 'Sent to self-care', fr: 'Transferts vers le selfcare' },
    formula: 'distinct contacts redirected to FAQ, portal, forum or bot',
    description: 'Contacts taken off the assisted path.',
    better: 'neither',
    instant: 'the redirection',
    events: SELF_CARE,
    level: 'contact',
    metric: 'vigie_self_care_transfers_total',
    compute: (m) => count(selfCare(m)),
  }),
  entry({
    id: 'self_care_transfer_rate',
    name: { en: 'Transfer to self-care', fr: 'Taux de transfert vers le selfcare' },
    unit: 'ratio',
    formula: 'contacts redirected / contacts presented or redirected',
    description:
      'Share of contacts that were sent to self-care, whether or not they had asked for a human before.',
    better: 'neither',
    instant: 'the redirection; of the others, arrival',
    events: [...SELF_CARE, 'vigie.contact.queued', 'vigie.contact.rejected'],
    level: 'contact',
    metric: 'vigie_self_care_transfer_ratio',
    compute: (m) => ratio(selfCare(m), presentedOrSelfCare(m)),
  }),
  entry({
    id: 'containment_rate',
    name: { en: 'Bot containment', fr: 'Autonomie des robots' },
    unit: 'ratio',
    formula: 'contacts of bots that the bot completed without a human / contacts of bots that ended',
    description:
      'Share of what bots began that they finished. Who left the bot was deflected, not contained.',
    better: 'higher',
    instant: 'the contact’s end',
    events: BOTS,
    level: 'contact',
    metric: 'vigie_containment_ratio',
    compute: (m) => ratio(contained(m), botContacts(m)),
  }),
];
