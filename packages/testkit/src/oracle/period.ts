import type { Centre } from './centre.ts';
import { dimensionsOf, foldOrder } from './facts.ts';
import { ratio, type Figures } from './figures.ts';
import type { OracleFigure } from './types.ts';

/** Values of the imported figures of some dates, by name: the last word on each figure, dimensions and date. */
export function importedOn(
  { facts }: Pick<Centre, 'facts'>,
  dates: readonly string[],
): (name: string) => number | undefined {
  const last = new Map<string, { readonly name: string; readonly value: number }>();
  const inOrder = [...facts.figures].sort(
    (a, b) => a.authority - b.authority || a.revision - b.revision || foldOrder(a, b),
  );
  for (const { data } of inOrder) {
    if (data.name === undefined || data.value === undefined || !dates.includes(data.date ?? '')) continue;
    const key = JSON.stringify([data.name, dimensionsOf(data), data.date]);
    last.set(key, { name: data.name, value: data.value });
  }
  const told = [...last.values()];
  return (name) => {
    const values = told.filter((figure) => figure.name === name).map(({ value }) => value);
    return values.length === 0 ? undefined : values.reduce((a, b) => a + b, 0);
  };
}

/** What the day's counted facts bring to the figures of business. */
export interface Counted {
  readonly presented: number;
  readonly handledContacts: number;
  readonly casesResolved: number;
}

/** `kpis.md` §4.6, and the imported ones of §4.2 and §4.4; of whole days only. */
export function periodFigures(of: (name: string) => number | undefined, counted: Counted): Figures {
  const over = (num: number | undefined, den: number | undefined) =>
    num === undefined || den === undefined ? ratio(0, 0) : ratio(num, den);
  const minus = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? undefined : a - b;
  const cac = over(of('acquisition_spend'), of('customers_acquired'));
  const revenue = of('annual_revenue_per_customer');
  const years = of('customer_years');
  const views = of('self_help_views');
  const perOrder = over(counted.presented, of('orders'));
  const retained = over(minus(of('customers_end'), of('customers_gained')), of('customers_start'));
  return {
    self_help_views: views === undefined ? ratio(0, 0) : { value: views, n: views },
    absenteeism_rate: over(of('absence_hours'), of('scheduled_hours')),
    cost_per_contact: over(of('cost'), counted.handledContacts),
    cost_per_ticket: over(of('cost'), counted.casesResolved),
    // By active customers where no orders are known.
    contact_rate:
      perOrder.value === null ? flagged(over(counted.presented, of('active_customers')), 'orders') : perOrder,
    // More kept than there were: the input is wrong.
    retention_rate: (retained.value ?? 0) > 1 ? flagged(retained, 'customers_gained') : retained,
    churn_rate: over(of('customers_lost'), of('customers_start')),
    revenue_churn_rate: over(of('revenue_lost'), of('revenue_start')),
    cac,
    clv:
      revenue === undefined || years === undefined
        ? ratio(0, 0)
        : cac.value === null
          ? flagged({ value: revenue * years, n: 1 }, 'cac')
          : { value: revenue * years - cac.value, n: cac.n },
    revenue_per_customer: over(of('revenue'), of('active_customers') ?? of('customers_end')),
  };
}

/** It stands on less than it should. */
const flagged = (figure: OracleFigure, what: string): OracleFigure =>
  figure.value === null ? figure : { ...figure, partial: [what] };
