import { COUNTED_CAUSES, MISSED_REASONS } from '../domain/measures.ts';
import { counter, entry } from './declare.ts';
import { ABANDONMENTS, ANSWERS, ARRIVALS, DECISIONS, ENTRIES, FLOW_OUTS, HANDLINGS } from './events.ts';
import { count, countBy, ratio, sum, type Kpi, type Measures } from './kpi.ts';

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

const bySum = (prefix: 'flowOut' | 'missed', words: readonly string[]) => {
  const readers = words.map((word) => [word, sum(`${prefix}:${word}`)] as const);
  return (m: Measures): Record<string, number> =>
    Object.fromEntries(readers.map(([word, read]) => [word, read(m)]));
};
const flowOutsByCause = bySum('flowOut', COUNTED_CAUSES);
const missedByReason = bySum('missed', MISSED_REASONS);

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
];
