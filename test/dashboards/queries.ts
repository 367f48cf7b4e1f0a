import type { Kpi } from '@vigie/metrics';

/** What a dashboard is about: the whole of a centre, or the queues chosen on it. */
export type Scope = 'centre' | 'queues';

/** A query and the name of each of its lines. */
export interface Query {
  readonly expr: string;
  readonly legend: string;
}

/** Counters are shown as what was counted in so much time before each instant. */
export const COUNTED_IN = '15m';

/** Whichever gateway answers will do: all export the same. */
export const once = (series: string): string => `max without (instance, job) (${series})`;

/** The line or lines of a figure, as Prometheus has it. */
export function kpiQuery(kpi: Kpi, scope: Scope): Query {
  const series = (labels: string): string => {
    const selector = `${kpi.metric}{centre=~"$centre",${labels}}`;
    return once(kpi.counter ? `increase(${selector}[${COUNTED_IN}])` : selector);
  };
  const window = kpi.now || kpi.counter ? '' : ',window="$window"';
  const ofParts = kpi.parts === undefined ? '' : ` {{${kpi.parts.label}}}`;
  if (scope === 'queues') {
    const ofTotals = kpi.level === 'contact';
    const legend = `${kpi.level === 'agent' ? '{{queue}}' : '{{queue}} {{channel}}'}${ofParts}`;
    return { expr: series(`queue=~"${ofTotals ? '_all' : '$queue'}"${window}`), legend };
  }
  if (isSummed(kpi))
    return { expr: `sum by (centre) (${series(`queue!=""${window}`)})`, legend: '{{centre}}' };
  return { expr: series(`queue="_all",channel="_all"${window}`), legend: `{{centre}}${ofParts}` };
}

/** Counts of queues, and all counters, are exported by queue and channel only, and add up. */
export const isSummed = ({ counter, unit, level }: Kpi): boolean =>
  counter || (unit === 'count' && level === 'queue');

/** What the figures are by their targets: 0 ok, 1 warn, 2 alert. */
export function statusQuery(scope: Scope): Query {
  const queue = scope === 'centre' ? 'queue="_all",channel="_all"' : 'queue=~"$queue"';
  const legend = scope === 'centre' ? '{{kpi}} {{window}}' : '{{queue}} {{channel}} · {{kpi}} {{window}}';
  return { expr: once(`vigie_kpi_status{centre=~"$centre",${queue},window=~"|$window"}`), legend };
}
