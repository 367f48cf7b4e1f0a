/** Imported daily figures (`kpis.md` §4.6): the names of `business.figure` that Vigie computes with. */
export const FIGURE_NAMES = [
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
] as const;
export type FigureName = (typeof FIGURE_NAMES)[number];

/** Imported values are counted in millionths, as integers, so that what is taken back leaves nothing. */
export const FIGURE_SCALE = 1_000_000;
/** Larger values are cut to this: beyond, sums of millionths would no longer be exact. */
const MAX_VALUE = 4e9;

/** A value in whole millionths. */
export function scaled(value: number): number {
  return Math.round(Math.max(-MAX_VALUE, Math.min(MAX_VALUE, value)) * FIGURE_SCALE);
}

export function isFigureName(name: string): name is FigureName {
  return (FIGURE_NAMES as readonly string[]).includes(name);
}
