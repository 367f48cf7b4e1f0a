import { valueText } from '../value-text.ts';
import { trendKey, type Trends } from './answers.ts';
import type { Moment } from './moment.ts';

/** Figures of the table whose past is known, with their units. */
const UNITS = {
  service_level_live: 'ratio',
  waiting_now: 'count',
  longest_wait_now: 'seconds',
  abandonment_rate: 'ratio',
  avg_wait: 'seconds',
} as const;
export type TrendKpi = keyof typeof UNITS;

/** The last hour of a row as it is drawn, from 0 at the foot to 1 at the top, and in words. */
export interface TrendView {
  readonly shares: readonly (number | null)[];
  readonly target: number | null;
  readonly said: string;
}

/** The figure whose last hour stands in the table: the one it is sorted by, where its past is known, else the service level. */
export const trendKpi = (sort: string): TrendKpi =>
  Object.keys(UNITS).find((kpi): kpi is TrendKpi => kpi === sort) ?? 'service_level_live';

/**
 * Draws rows of one figure: service levels from nothing to all, other figures to the greatest value of their own row, since
 * a mail waits for minutes where a call waits for seconds.
 */
export function trendPainter(
  kpi: TrendKpi,
  trends: Trends,
  label: string,
  { desk, context: { formats } }: Moment,
): (queue: string, channel: string, target: number | null) => TrendView {
  const shown = (value: number): string => valueText(UNITS[kpi], value, formats);
  return (queue, channel, target) => {
    const trend = trends.get(trendKey(queue, channel)) ?? [];
    const known = trend.filter((value): value is number => value !== null);
    const most = kpi === 'service_level_live' ? 1 : Math.max(0, ...known) || 1;
    const [from, to] = [known[0], known[known.length - 1]];
    return {
      shares: trend.map((value) => (value === null ? null : value / most)),
      target: target === null || target > most ? null : target / most,
      said: from === undefined || to === undefined ? '' : desk.trendSpoken(label, shown(from), shown(to)),
    };
  };
}
