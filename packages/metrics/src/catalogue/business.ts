import type { EventType } from '@vigie/contracts';
import { FIGURE_NAMES, FIGURE_SCALE, type FigureName } from '../domain/period/figures.ts';
import { entry } from './declare.ts';
import { ARRIVALS, CASE_LIFE, HANDLINGS } from './events.ts';
import { count, nothing, sum, tally, type Figure, type Kpi, type Measures } from './kpi.ts';

const IMPORTED: readonly EventType[] = ['vigie.business.figure'];
const LOCAL_DATE = 'the local date of the imported figure';

const given = tally('figures');

/** An imported figure of the day, in its own unit; `undefined`: none was imported. */
const figure = (name: FigureName) => {
  const read = sum(`figure:${name}`);
  const number = FIGURE_NAMES.indexOf(name);
  return (m: Measures): number | undefined =>
    given(m)?.has(number) === true ? read(m) / FIGURE_SCALE : undefined;
};
const customersStart = figure('customers_start');
const customersEnd = figure('customers_end');
const customersGained = figure('customers_gained');
const customersLost = figure('customers_lost');
const acquisitionSpend = figure('acquisition_spend');
const customersAcquired = figure('customers_acquired');
const annualRevenue = figure('annual_revenue_per_customer');
const customerYears = figure('customer_years');
const revenue = figure('revenue');
const revenueStart = figure('revenue_start');
const revenueLost = figure('revenue_lost');
const cost = figure('cost');
const orders = figure('orders');
const activeCustomers = figure('active_customers');
const absenceHours = figure('absence_hours');
const scheduledHours = figure('scheduled_hours');
const selfHelpViews = figure('self_help_views');
const presented = sum('presented');
const handledContacts = sum('handledContacts');
const resolved = sum('casesResolved');

/** A quotient of figures; nothing when one was not imported, or there is nothing to divide by. */
function quotient(numerator: number | undefined, denominator: number | undefined): Figure {
  if (numerator === undefined || denominator === undefined || denominator === 0) return nothing();
  return { value: numerator / denominator, n: denominator };
}

function acquisitionCost(m: Measures): Figure {
  return quotient(acquisitionSpend(m), customersAcquired(m));
}

/** More customers kept than there were: some of those gained are missing from the import. */
function retention(m: Measures): Figure {
  const end = customersEnd(m);
  const gained = customersGained(m);
  if (end === undefined || gained === undefined) return nothing();
  const rate = quotient(end - gained, customersStart(m));
  return (rate.value ?? 0) > 1 ? { ...rate, partial: ['customers_gained'] } : rate;
}

function contactRate(m: Measures): Figure {
  const perOrder = quotient(presented(m), orders(m));
  if (perOrder.value !== null) return perOrder;
  const perCustomer = quotient(presented(m), activeCustomers(m));
  return perCustomer.value === null ? perCustomer : { ...perCustomer, partial: ['orders'] };
}

function lifetimeValue(m: Measures): Figure {
  const revenueOfYear = annualRevenue(m);
  const years = customerYears(m);
  if (revenueOfYear === undefined || years === undefined) return nothing();
  const cac = acquisitionCost(m);
  const gross = revenueOfYear * years;
  return cac.value === null
    ? { value: gross, n: 1, partial: ['cac'] }
    : { value: gross - cac.value, n: cac.n ?? 1 };
}

/** A figure that only today and whole days have, since what it is computed from comes by the day. */
function daily(
  definition: Omit<Parameters<typeof entry>[0], 'instant' | 'events'> & {
    readonly events?: readonly EventType[];
  },
): Kpi {
  const { compute, events = [] } = definition;
  return entry({
    ...definition,
    instant: LOCAL_DATE,
    events: [...IMPORTED, ...events],
    compute: (m) => (m.daily ? compute(m) : nothing()),
  });
}

/** What the business pays, earns and keeps: from daily figures that are imported. */
export const BUSINESS_KPIS: readonly Kpi[] = [
  daily({
    id: 'cost_per_contact',
    name: { en: 'Cost per contact', fr: 'Coût par contact' },
    unit: 'currency',
    formula: 'cost / handled_contacts',
    description: 'What a contact that an agent handled costs. Only for today and whole days.',
    better: 'lower',
    level: 'contact',
    events: HANDLINGS,
    metric: 'vigie_cost_per_contact',
    compute: (m) => quotient(cost(m), handledContacts(m)),
  }),
  daily({
    id: 'cost_per_ticket',
    name: { en: 'Cost per ticket', fr: 'Coût par ticket' },
    unit: 'currency',
    formula: 'cost / cases_resolved',
    description: 'What a resolution costs. Only for today and whole days.',
    better: 'lower',
    events: CASE_LIFE,
    metric: 'vigie_cost_per_ticket',
    compute: (m) => quotient(cost(m), resolved(m)),
  }),
  daily({
    id: 'absenteeism_rate',
    name: { en: 'Absenteeism', fr: 'Taux d’absentéisme' },
    unit: 'ratio',
    formula: 'absence_hours / scheduled_hours',
    description:
      'Share of the scheduled hours in which agents were absent; planned leave, parental leave, training and union leave are not absence.',
    better: 'lower',
    metric: 'vigie_absenteeism_ratio',
    compute: (m) => quotient(absenceHours(m), scheduledHours(m)),
  }),
  daily({
    id: 'self_help_views',
    name: { en: 'FAQ and page traffic', fr: 'Trafic pages, FAQ' },
    unit: 'count',
    formula: 'self_help_views as imported',
    description: 'How often help pages were read.',
    better: 'neither',
    metric: 'vigie_self_help_views',
    compute: (m) => {
      const views = selfHelpViews(m);
      return views === undefined ? nothing() : count(views);
    },
  }),
  daily({
    id: 'contact_rate',
    name: { en: 'Contact rate', fr: 'Taux de contact' },
    unit: 'ratio',
    formula: 'presented / orders; where no orders are imported, presented / active_customers',
    description:
      'Contacts an order. Where orders are missing it is contacts an active customer, marked as partial. May exceed 1.',
    better: 'lower',
    level: 'contact',
    events: ARRIVALS,
    metric: 'vigie_contact_ratio',
    compute: contactRate,
  }),
  daily({
    id: 'retention_rate',
    name: { en: 'Customer retention', fr: 'Taux de rétention' },
    abbreviation: { en: 'CRR' },
    unit: 'ratio',
    formula: '(customers_end − customers_gained) / customers_start',
    description:
      'Share of the customers at the start who stayed. Above 1 the import is wrong: it is marked as partial.',
    better: 'higher',
    metric: 'vigie_retention_ratio',
    compute: retention,
  }),
  daily({
    id: 'churn_rate',
    name: { en: 'Churn', fr: 'Attrition' },
    unit: 'ratio',
    formula: 'customers_lost / customers_start',
    description: 'Share of the customers at the start who left; 1 − retention only if none comes back.',
    better: 'lower',
    metric: 'vigie_churn_ratio',
    compute: (m) => quotient(customersLost(m), customersStart(m)),
  }),
  daily({
    id: 'revenue_churn_rate',
    name: { en: 'Revenue churn', fr: 'Attrition des recettes' },
    unit: 'ratio',
    formula: 'revenue_lost / revenue_start',
    description: 'Share of the recurring revenue at the start that was lost.',
    better: 'lower',
    metric: 'vigie_revenue_churn_ratio',
    compute: (m) => quotient(revenueLost(m), revenueStart(m)),
  }),
  daily({
    id: 'cac',
    name: { en: 'Acquisition cost', fr: 'Coût d’acquisition' },
    abbreviation: { en: 'CAC', fr: 'CAC' },
    unit: 'currency',
    formula: 'acquisition_spend / customers_acquired',
    description: 'What sales and marketing spend on a new customer.',
    better: 'lower',
    metric: 'vigie_cac',
    compute: acquisitionCost,
  }),
  daily({
    id: 'clv',
    name: { en: 'Lifetime value', fr: 'Valeur vie client' },
    abbreviation: { en: 'CLV', fr: 'CLV' },
    unit: 'currency',
    formula: 'annual_revenue_per_customer × customer_years − cac',
    description:
      'What a customer brings in over the years, less the cost to win him. Without that cost it is gross, marked as partial.',
    better: 'higher',
    metric: 'vigie_clv',
    compute: lifetimeValue,
  }),
  daily({
    id: 'revenue_per_customer',
    name: { en: 'Revenue per customer', fr: 'Revenu par client' },
    unit: 'currency',
    formula: 'revenue / active_customers, failing that / customers_end',
    description: 'What a customer brings in.',
    better: 'higher',
    metric: 'vigie_revenue_per_customer',
    compute: (m) => quotient(revenue(m), activeCustomers(m) ?? customersEnd(m)),
  }),
];
