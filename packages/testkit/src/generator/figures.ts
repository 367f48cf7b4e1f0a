import type { Random } from './random.ts';
import { systemDraft, type Draft } from './script.ts';

const NAMES = [
  'customers_start',
  'customers_end',
  'customers_gained',
  'customers_lost',
  'acquisition_spend',
  'customers_acquired',
  'annual_revenue_per_customer',
  'customer_years',
  'revenue',
  'revenue_start',
  'revenue_lost',
  'cost',
  'orders',
  'active_customers',
  'absence_hours',
  'scheduled_hours',
  'self_help_views',
];

/** The figures of some days as imports tell them: most of them, some of them again, by another source too. */
export function importedFigures(
  random: Random,
  newId: (prefix: string) => string,
  dates: readonly string[],
  atMs: number,
): Draft[] {
  const drafts: Draft[] = [];
  for (const date of dates) {
    for (const name of NAMES) {
      if (!random.chance(0.8)) continue;
      const tell = (value: number, revision: object, source = 'erp://daily', laterMs = 0) =>
        drafts.push(
          systemDraft(newId('e'), source, 'business.figure', atMs + laterMs + random.int(0, 1000), {
            name,
            value,
            unit: 'x',
            date,
            ...revision,
          }),
        );
      tell(random.int(0, 500), {});
      if (random.chance(0.2)) tell(random.int(0, 500), { revision: 1 });
      if (random.chance(0.1)) tell(random.int(0, 500), {}, 'shop://main', 2000);
    }
  }
  return drafts;
}
