import { counter, entry, gauge } from './declare.ts';
import { ARRIVALS, HANDLINGS } from './events.ts';
import {
  count,
  level,
  meanSeconds,
  nothing,
  ratio,
  sum,
  type Figure,
  type Kpi,
  type Measures,
} from './kpi.ts';

const handled = sum('handled');
const talkMs = sum('talkMs');
const holdMs = sum('holdMs');
const acwMs = sum('acwMs');
const holdReported = sum('holdReported');
const acwReported = sum('acwReported');
const handledWithHold = sum('handledWithHold');
const handledTransferred = sum('handledTransferred');
const handledContacts = sum('handledContacts');
const contactsEnded = sum('contactsEnded');
const contactDurationMs = sum('contactDurationMs');
const inProgress = level('inProgress');

/** A mean over the handlings whose source reports the part at all: unknown is not 0. */
function reportedMean(sumMs: number, reported: number, handled: number): Figure {
  if (handled > 0 && reported === 0) return nothing('not_reported');
  return meanSeconds(sumMs, reported);
}

/** Hold of those held; nothing is known of it where no source reports hold. */
function heldMean(m: Measures): Figure {
  if (handled(m) > 0 && holdReported(m) === 0) return nothing('not_reported');
  return meanSeconds(holdMs(m), handledWithHold(m));
}

function withoutAcw(figure: Figure, m: Measures): Figure {
  return handled(m) > 0 && acwReported(m) < handled(m) ? { ...figure, partial: ['acw'] } : figure;
}

/** How long agents work on a contact. */
export const HANDLING_KPIS: readonly Kpi[] = [
  entry({
    id: 'aht',
    name: { en: 'Average handling time', fr: 'Durée moyenne de traitement' },
    abbreviation: { en: 'AHT', fr: 'DMT' },
    unit: 'seconds',
    formula: 'Σ (talk + hold + acw) / handlings ended',
    description: 'How long an agent works on a contact, waiting not included.',
    better: 'neither',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_aht_seconds',
    compute: (m) => withoutAcw(meanSeconds(talkMs(m) + holdMs(m) + acwMs(m), handled(m)), m),
  }),
  entry({
    id: 'avg_communication_time',
    name: { en: 'Talk and hold', fr: 'Durée moyenne de communication' },
    abbreviation: { fr: 'DMC' },
    unit: 'seconds',
    formula: 'Σ (talk + hold) / handlings ended',
    description: 'How long agent and customer are connected.',
    better: 'neither',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_average_communication_time_seconds',
    compute: (m) => meanSeconds(talkMs(m) + holdMs(m), handled(m)),
  }),
  entry({
    id: 'avg_talk_time',
    name: { en: 'Talk', fr: 'Conversation' },
    unit: 'seconds',
    formula: 'Σ talk / handlings ended',
    description: 'How long agent and customer talk, hold not included where the source reports it.',
    better: 'neither',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_average_talk_time_seconds',
    compute: (m) => meanSeconds(talkMs(m), handled(m)),
  }),
  entry({
    id: 'avg_hold_time',
    name: { en: 'Hold', fr: 'Mise en garde' },
    unit: 'seconds',
    formula: 'Σ hold / handlings ended whose source reports hold',
    description: 'How long the customer is on hold.',
    better: 'lower',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_average_hold_time_seconds',
    compute: (m) => reportedMean(holdMs(m), holdReported(m), handled(m)),
  }),
  entry({
    id: 'avg_acw',
    name: { en: 'After-contact work', fr: 'Post-appel' },
    abbreviation: { en: 'ACW' },
    unit: 'seconds',
    formula: 'Σ acw / handlings ended whose source reports it',
    description: 'How long agents work after the contact.',
    better: 'lower',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_average_acw_seconds',
    compute: (m) => reportedMean(acwMs(m), acwReported(m), handled(m)),
  }),
  entry({
    id: 'avg_hold_time_held',
    name: { en: 'Hold, of those held', fr: 'Mise en garde, des contacts mis en garde' },
    unit: 'seconds',
    formula: 'Σ hold / handlings ended with a hold',
    description: 'How long the customer is on hold, where there was a hold at all.',
    better: 'lower',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_average_hold_time_held_seconds',
    compute: (m) => heldMean(m),
  }),
  entry({
    id: 'handle_time_per_contact',
    name: { en: 'Handling time per contact', fr: 'Temps de traitement par contact' },
    unit: 'seconds',
    formula: 'Σ (talk + hold + acw) / contacts handled',
    description: 'How long all agents together work on a contact.',
    better: 'neither',
    instant: 'end of after-contact work; a contact at its last one',
    events: HANDLINGS,
    metric: 'vigie_handle_time_per_contact_seconds',
    compute: (m) => withoutAcw(meanSeconds(talkMs(m) + holdMs(m) + acwMs(m), handledContacts(m)), m),
  }),
  counter({
    id: 'handled_contacts',
    name: { en: 'Contacts handled', fr: 'Contacts traités' },
    formula: 'distinct contacts with a handling that ended, inbound',
    description:
      'Contacts that agents worked on, each once, however many agents it took, in the queue of the last.',
    better: 'neither',
    instant: 'end of after-contact work of the last handling',
    events: HANDLINGS,
    metric: 'vigie_handled_contacts_total',
    compute: (m) => count(handledContacts(m)),
  }),
  entry({
    id: 'avg_contact_duration',
    name: { en: 'Customer’s total time', fr: 'Durée totale vécue' },
    unit: 'seconds',
    formula: 'Σ (contact end − arrival) / contacts ended',
    description: 'How long the contact took the customer, waiting included.',
    better: 'lower',
    instant: 'the contact’s end',
    events: [...ARRIVALS, 'vigie.contact.ended'],
    level: 'contact',
    metric: 'vigie_average_contact_duration_seconds',
    compute: (m) => meanSeconds(contactDurationMs(m), contactsEnded(m)),
  }),
  entry({
    id: 'transfer_rate',
    name: { en: 'Transfer rate', fr: 'Taux de transfert' },
    unit: 'ratio',
    formula: 'handlings ended in a transfer / handlings ended',
    description: 'Share of agents’ pieces of work that ended by handing the contact on.',
    better: 'lower',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_transfer_ratio',
    compute: (m) => ratio(handledTransferred(m), handled(m)),
  }),
  gauge({
    id: 'in_progress_now',
    name: { en: 'In conversation or wrap-up', fr: 'En cours de traitement' },
    unit: 'count',
    formula: 'open handlings',
    description: 'How many contacts agents work on.',
    better: 'neither',
    events: HANDLINGS,
    metric: 'vigie_contacts_in_progress',
    compute: (m) => count(inProgress(m)),
  }),
];
