import { CASE_LIFE, CASE_CONTACTS, CLASSIFICATION, FIRST_CONTACT, OPEN_ITEMS } from './events.ts';
import { counter, entry, gauge } from './declare.ts';
import { count, countBy, level, meanSeconds, nothing, ratio, sum, tallyBy, type Kpi } from './kpi.ts';

const opened = sum('casesOpened');
const resolved = sum('casesResolved');
const reopened = sum('casesReopened');
const resolutionTimes = sum('resolutionTimes');
const resolutionMs = sum('resolutionMs');
const firstResolved = sum('casesFirstResolved');
const oneAgentResolved = sum('oneAgentResolved');
const firstResolutionTimes = sum('firstResolutionTimes');
const firstResolutionMs = sum('firstResolutionMs');
const standingResolved = sum('casesStandingResolved');
const contactsOfResolved = sum('contactsOfResolved');
const standingUnresolved = sum('casesStandingUnresolved');
const fcrCohort = sum('fcrCohort');
const fcrHits = sum('fcrHits');
const fcrProvisionalCohort = sum('fcrProvisionalCohort');
const fcrProvisionalHits = sum('fcrProvisionalHits');
const classified = sum('classified');
const repeats = sum('repeats');
const openItems = level('openItems');

const byCategory = tallyBy('categories');

/** What became of problems: cases, tickets, and customers who come back. */
export const CASE_KPIS: readonly Kpi[] = [
  counter({
    id: 'tickets_created',
    name: { en: 'Ticket volume', fr: 'Volume de tickets' },
    formula: 'cases opened',
    description: 'Cases opened; one that is reopened is no new ticket.',
    better: 'neither',
    instant: 'the opening',
    events: CASE_LIFE,
    metric: 'vigie_tickets_created_total',
    compute: (m) => count(opened(m)),
  }),
  entry({
    id: 'tickets_by_category',
    name: { en: 'Ticket categories', fr: 'Catégories de tickets' },
    unit: 'count',
    formula: 'cases opened, by their category as of now; the share is that of all',
    description: 'What customers come for. Cases without a category count as uncategorised.',
    better: 'neither',
    matures: true,
    instant: 'the opening',
    events: CASE_CONTACTS,
    dimensions: ['queue', 'channel', 'team', 'site', 'category'],
    metric: 'vigie_tickets_by_category',
    compute: (m) => countBy(opened(m), byCategory(m)),
  }),
  counter({
    id: 'cases_resolved',
    name: { en: 'Resolved', fr: 'Résolus' },
    formula: 'resolutions',
    description: 'Every resolution, also of a case resolved before.',
    better: 'higher',
    instant: 'the resolution',
    events: CASE_LIFE,
    metric: 'vigie_cases_resolved_total',
    compute: (m) => count(resolved(m)),
  }),
  counter({
    id: 'cases_reopened',
    name: { en: 'Reopened', fr: 'Rouverts' },
    formula: 'reopenings',
    description: 'Every reopening of a case that had been closed.',
    better: 'lower',
    instant: 'the reopening',
    events: CASE_LIFE,
    metric: 'vigie_cases_reopened_total',
    compute: (m) => count(reopened(m)),
  }),
  gauge({
    id: 'open_items_now',
    name: { en: 'Untreated e-mails, open tickets', fr: 'Encours, e-mails non traités' },
    unit: 'count',
    formula: 'cases opened and neither resolved nor closed + open conversations of asynchronous channels',
    description: 'Work that is still to be done. A conversation and the ticket made of it are two items.',
    better: 'lower',
    events: OPEN_ITEMS,
    metric: 'vigie_open_items',
    compute: (m) => count(openItems(m)),
  }),
  entry({
    id: 'avg_resolution_time',
    name: { en: 'Average resolution time', fr: 'Temps moyen de résolution' },
    abbreviation: { fr: 'DMR' },
    unit: 'seconds',
    formula: 'Σ (resolved − first opened) / resolutions whose opening is known',
    description:
      'From the opening of a case to its resolution; resolved again, it gives a second, longer sample. A contact resolved without a case is timed from its first sign of life.',
    better: 'lower',
    instant: 'the resolution',
    events: CASE_LIFE,
    metric: 'vigie_average_resolution_time_seconds',
    compute: (m) => meanSeconds(resolutionMs(m), resolutionTimes(m)),
  }),
  entry({
    id: 'avg_first_resolution_time',
    name: { en: 'Time to first resolution', fr: 'Délai de première résolution' },
    unit: 'seconds',
    formula: 'Σ (first resolved − opened) / first resolutions whose opening is known',
    description: 'From the opening of a case to its first resolution.',
    better: 'lower',
    instant: 'the first resolution',
    events: CASE_LIFE,
    metric: 'vigie_average_first_resolution_time_seconds',
    compute: (m) => meanSeconds(firstResolutionMs(m), firstResolutionTimes(m)),
  }),
  entry({
    id: 'fcr_rate',
    name: { en: 'First contact resolution', fr: 'Résolution au premier contact' },
    abbreviation: { en: 'FCR', fr: 'RTCE' },
    unit: 'ratio',
    formula:
      'cases with exactly one contact before their resolution, not reopened, and without a further contact of the customer in the same category, within the FCR window / cases of known customers whose FCR window has passed',
    description:
      'Share of problems solved at the first contact, as it stands when that is certain. It belongs to the first resolution: figures of past days fill up as their cases mature, those of today are empty until then.',
    better: 'higher',
    matures: true,
    instant: 'the first resolution, once the FCR window has passed',
    events: FIRST_CONTACT,
    metric: 'vigie_fcr_ratio',
    compute: (m) => ratio(fcrHits(m), fcrCohort(m)),
  }),
  entry({
    id: 'fcr_provisional_rate',
    name: { en: 'First contact resolution so far', fr: 'Résolution au premier contact, provisoire' },
    abbreviation: { en: 'FCR so far', fr: 'RTCE provisoire' },
    unit: 'ratio',
    formula: 'the test of fcr_rate with what is known now / all cases of known customers first resolved',
    description:
      'Share of problems solved at the first contact as far as is known: it falls when customers come back.',
    better: 'higher',
    matures: true,
    instant: 'the first resolution',
    events: FIRST_CONTACT,
    metric: 'vigie_fcr_provisional_ratio',
    compute: (m) => ratio(fcrProvisionalHits(m), fcrProvisionalCohort(m)),
  }),
  entry({
    id: 'one_agent_resolution_rate',
    name: { en: 'Solved by one agent', fr: 'Résolu par un seul agent' },
    unit: 'ratio',
    formula: 'cases touched by exactly one human / cases first resolved',
    description: 'Share of cases that one agent solved alone.',
    better: 'higher',
    matures: true,
    instant: 'the first resolution',
    events: CASE_CONTACTS,
    metric: 'vigie_one_agent_resolution_ratio',
    compute: (m) => ratio(oneAgentResolved(m), firstResolved(m)),
  }),
  entry({
    id: 'resolution_rate',
    name: { en: 'Overall resolution rate', fr: 'Taux de résolution global' },
    unit: 'ratio',
    formula: 'resolved / (resolved + closed unresolved), distinct cases by their last state',
    description: 'Share of closed cases that are resolved; one reopened counts again when it is closed.',
    better: 'higher',
    matures: true,
    instant: 'the last closing',
    events: CASE_LIFE,
    metric: 'vigie_resolution_ratio',
    compute: (m) => ratio(standingResolved(m), standingResolved(m) + standingUnresolved(m)),
  }),
  entry({
    id: 'contacts_per_resolution',
    name: { en: 'Contacts to close', fr: 'Interactions pour clôturer' },
    unit: 'number',
    formula: 'Σ inbound contacts of resolved cases until their resolution / resolved cases',
    description: 'How many contacts a resolved case took.',
    better: 'lower',
    matures: true,
    instant: 'the resolution that stands',
    events: CASE_CONTACTS,
    metric: 'vigie_contacts_per_resolution',
    compute: (m) => {
      const cases = standingResolved(m);
      return cases === 0 ? nothing() : { value: contactsOfResolved(m) / cases, n: cases };
    },
  }),
  counter({
    id: 'repeat_contacts',
    name: { en: 'Repeat contacts', fr: 'Réitérations' },
    formula:
      'contacts of known customers with an earlier handled contact of the same category within the FCR window',
    description: 'Customers who had to come back. Contacts of unknown customers are not classified.',
    better: 'lower',
    matures: true,
    instant: 'arrival of the repeat',
    events: CLASSIFICATION,
    metric: 'vigie_repeat_contacts_total',
    compute: (m) => count(repeats(m)),
  }),
  entry({
    id: 'repeat_contact_rate',
    name: { en: 'Repeat rate', fr: 'Taux de réitération' },
    unit: 'ratio',
    formula: 'repeat_contacts / contacts of known customers',
    description: 'Share of contacts that repeat an earlier one.',
    better: 'lower',
    matures: true,
    instant: 'arrival',
    events: CLASSIFICATION,
    metric: 'vigie_repeat_contact_ratio',
    compute: (m) => ratio(repeats(m), classified(m)),
  }),
];
