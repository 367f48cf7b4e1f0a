import { CHANNELS } from '@vigie/contracts';
import { TREATMENTS } from '../domain/contact/measures.ts';
import { COUNTED_CAUSES, MISSED_REASONS } from '../domain/measures.ts';
import { counter, entry } from './declare.ts';
import {
  ABANDONMENTS,
  ANSWERS,
  ARRIVALS,
  DECISIONS,
  ENTRIES,
  FLOW_OUTS,
  HANDLINGS,
  OUTCOMES,
} from './events.ts';
import { count, countBy, ratio, sum, sumsBy, type Kpi } from './kpi.ts';

const offered = sum('offered');
const answered = sum('answered');
const abandoned = sum('abandoned');
const abandonedShort = sum('abandonedShort');
const flowedOut = sum('flowedOut');
const handled = sum('handled');
const presented = sum('presented');
const decided = sum('decided');
const decidedAnswered = sum('decidedAnswered');
const missed = sum('missed');

const decidedWithin = sum('decidedWithin');
const abandonedContacts = sum('missed:abandoned');
const inHours = sum('inHours');
const outOfHours = sum('outOfHours');
const lost = sum('lost');
const heldOutcomes = sum('heldOutcomes');

const flowOutsByCause = sumsBy('flowOut', COUNTED_CAUSES);
const missedByReason = sumsBy('missed', MISSED_REASONS);
const outOfHoursBy = sumsBy('outOfHours', TREATMENTS);
const arrivedBy = sumsBy('arrived', CHANNELS);

/** What happened: counts of stays, contacts and pieces of work. */
export const ACTIVITY_KPIS: readonly Kpi[] = [
  counter({
    id: 'offered',
    name: { en: 'Offered', fr: 'Offerts' },
    formula: 'segments that entered the queue',
    description: 'Stays in the queue that began, transfers and overflows counted again.',
    better: 'neither',
    instant: 'entry into the queue',
    events: ENTRIES,
    metric: 'vigie_contacts_offered_total',
    compute: (m) => count(offered(m)),
  }),
  counter({
    id: 'answered',
    name: { en: 'Answered', fr: 'Décrochés' },
    formula: 'A',
    description: 'Stays that ended at a human.',
    better: 'higher',
    instant: 'the answer',
    events: ANSWERS,
    metric: 'vigie_contacts_answered_total',
    compute: (m) => count(answered(m)),
  }),
  counter({
    id: 'abandoned',
    name: { en: 'Abandoned', fr: 'Abandonnés' },
    formula: 'B, short ones included',
    description: 'Customers who left before an answer.',
    better: 'lower',
    instant: 'the abandonment',
    events: ABANDONMENTS,
    metric: 'vigie_contacts_abandoned_total',
    compute: (m) => count(abandoned(m)),
  }),
  counter({
    id: 'short_abandoned',
    name: { en: 'Short abandons', fr: 'Abandons courts' },
    formula: 'B_short',
    description: 'Customers who left within the short-abandon limit.',
    better: 'neither',
    instant: 'the abandonment',
    events: ABANDONMENTS,
    metric: 'vigie_contacts_short_abandoned_total',
    compute: (m) => count(abandonedShort(m)),
  }),
  counter({
    id: 'flow_outs',
    name: { en: 'Flow-outs', fr: 'Débordements et sorties de file' },
    formula: 'F by cause',
    description: 'Left the queue otherwise than to an agent or by the customer’s leaving.',
    better: 'neither',
    instant: 'exit from the queue',
    events: FLOW_OUTS,
    metric: 'vigie_flow_outs_total',
    parts: { label: 'reason' },
    compute: (m) => countBy(flowedOut(m), flowOutsByCause(m)),
  }),
  counter({
    id: 'handled',
    name: { en: 'Handled', fr: 'Traités' },
    formula: 'handlings ended, inbound',
    description: 'Agents’ pieces of work that ended, wrap-up included; two agents on a contact are two.',
    better: 'neither',
    instant: 'end of after-contact work',
    events: HANDLINGS,
    metric: 'vigie_contacts_handled_total',
    compute: (m) => count(handled(m)),
  }),
  counter({
    id: 'presented',
    name: { en: 'Presented', fr: 'Présentés' },
    formula: 'inbound contacts that asked for a human',
    description: 'Contacts, counted once whatever their stays in queues.',
    better: 'neither',
    instant: 'arrival: first entry into a queue, or rejection',
    events: ARRIVALS,
    level: 'contact',
    metric: 'vigie_contacts_presented_total',
    compute: (m) => count(presented(m)),
  }),
  counter({
    id: 'missed_contacts',
    name: { en: 'Missed contacts', fr: 'Contacts manqués' },
    formula: 'contacts decided without a human answer, by reason',
    description: 'Contacts that ended with no human answer, whatever the cause.',
    better: 'lower',
    instant: 'when the contact is decided',
    events: DECISIONS,
    level: 'contact',
    metric: 'vigie_missed_contacts_total',
    parts: { label: 'reason' },
    compute: (m) => countBy(missed(m), missedByReason(m)),
  }),
  entry({
    id: 'qos_rate',
    name: { en: 'Quality-of-service rate', fr: 'Taux de qualité de service' },
    abbreviation: { fr: 'QS' },
    unit: 'ratio',
    formula: 'contacts answered / contacts decided',
    description: 'Share of contacts answered by a human somewhere, among those decided in the window.',
    better: 'higher',
    instant: 'first human answer, else when the contact is decided',
    events: DECISIONS,
    level: 'contact',
    metric: 'vigie_qos_ratio',
    compute: (m) => ratio(decidedAnswered(m), decided(m)),
  }),
  entry({
    id: 'qos_within_target_rate',
    name: { en: 'Timely quality of service', fr: 'Qualité de service dans le délai imparti' },
    abbreviation: { fr: 'QS délai' },
    unit: 'ratio',
    formula: 'contacts answered within the threshold of their channel / contacts decided',
    description:
      'Share of contacts answered by a human in time, counted from their first queue; asynchronous ones by their first response.',
    better: 'higher',
    instant: 'first human answer, else when the contact is decided',
    events: DECISIONS,
    level: 'contact',
    metric: 'vigie_qos_within_target_ratio',
    compute: (m) => ratio(decidedWithin(m), decided(m)),
  }),
  counter({
    id: 'abandoned_contacts',
    name: { en: 'Contacts abandoned', fr: 'Contacts abandonnés' },
    formula: 'contacts decided whose last stay was abandoned, no human having answered',
    description:
      'Customers who left for good before any human answered; the contact-level twin of abandoned.',
    better: 'lower',
    instant: 'when the contact is decided',
    events: DECISIONS,
    level: 'contact',
    metric: 'vigie_abandoned_contacts_total',
    compute: (m) => count(abandonedContacts(m)),
  }),
  counter({
    id: 'contacts_in_hours',
    name: { en: 'In business hours', fr: 'Contacts en heures ouvrées' },
    abbreviation: { fr: 'HO' },
    formula: 'contacts presented while the queue they came to was open',
    description: 'Contacts that arrived inside the opening calendar of their first queue.',
    better: 'neither',
    instant: 'arrival: first entry into a queue, or rejection',
    events: ARRIVALS,
    metric: 'vigie_contacts_in_hours_total',
    compute: (m) => count(inHours(m)),
  }),
  counter({
    id: 'contacts_out_of_hours',
    name: { en: 'Out of business hours', fr: 'Contacts en heures non ouvrées' },
    abbreviation: { fr: 'HNO' },
    formula: 'contacts presented while the queue they came to was closed, by treatment',
    description:
      'Contacts that arrived outside the opening calendar of their first queue: by treatment those that were turned away (deterrence), left a voicemail or had a bot.',
    better: 'neither',
    instant: 'arrival: first entry into a queue, or rejection',
    events: [...ARRIVALS, 'vigie.contact.flow_out'],
    metric: 'vigie_contacts_out_of_hours_total',
    compute: (m) => countBy(outOfHours(m), outOfHoursBy(m)),
  }),
  counter({
    id: 'contacts_by_channel',
    name: { en: 'Contacts by channel', fr: 'Contacts par canal' },
    formula: 'contacts presented and contacts of bots alone, by channel of arrival',
    description: 'Which channels customers prefer: what asked for a human, and what stayed with a bot.',
    better: 'neither',
    instant: 'arrival',
    events: [...ARRIVALS, 'vigie.contact.created', 'vigie.message.posted'],
    level: 'contact',
    metric: 'vigie_contacts_by_channel_total',
    compute: (m) => {
      const by = arrivedBy(m);
      return countBy(
        Object.values(by).reduce((total, part) => total + part, 0),
        by,
      );
    },
  }),
  counter({
    id: 'lost_segments',
    name: { en: 'Stays lost', fr: 'Passages perdus' },
    formula: 'segments of which nobody knows how they ended',
    description: 'Stays in a queue cut off by a restart or grown over-age: outside every rate.',
    better: 'lower',
    instant: 'the loss',
    events: [...OUTCOMES, 'vigie.source.restarted'],
    metric: 'vigie_lost_segments_total',
    compute: (m) => count(lost(m)),
  }),
  counter({
    id: 'held_outcomes',
    name: { en: 'Outcomes set aside', fr: 'Issues mises de côté' },
    formula: 'outcomes whose entry is unknown or lies more than 2 s after them',
    description: 'Outcomes that make no sense yet; each counts as soon as a fact explains it.',
    better: 'lower',
    instant: 'the outcome',
    events: OUTCOMES,
    metric: 'vigie_held_outcomes_total',
    compute: (m) => count(heldOutcomes(m)),
  }),
];
