import type { World } from './world.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** What an hour adds to the figures of its day. */
const HOURLY = {
  cost: 1450,
  orders: 260,
  revenue: 18_500,
  absence_hours: 2.5,
  scheduled_hours: 46,
  self_help_views: 900,
} as const;
/** What holds for a day as a whole. */
const DAILY = {
  active_customers: 21_000,
  customers_start: 20_800,
  customers_end: 21_000,
  customers_gained: 420,
  customers_lost: 220,
  customers_acquired: 390,
  acquisition_spend: 46_800,
  annual_revenue_per_customer: 640,
  customer_years: 3.5,
  revenue_start: 1_100_000,
  revenue_lost: 9900,
} as const;

/** Imports the figures of the business, as they stand every hour; those of a date replace one another. */
export function keepLedger(world: World): void {
  const dayStartMs = Math.floor(world.nowMs / DAY_MS) * DAY_MS;
  const date = new Date(dayStartMs).toISOString().slice(0, 10);
  const hours = (world.nowMs - dayStartMs) / HOUR_MS;
  const tell = (name: string, value: number) =>
    world.emit('vigie.business.figure', '*', { name, value: Math.round(value * 100) / 100, date });
  for (const [name, value] of Object.entries(HOURLY)) tell(name, value * hours);
  for (const [name, value] of Object.entries(DAILY)) tell(name, value);
  world.after(HOUR_MS, () => keepLedger(world));
}
