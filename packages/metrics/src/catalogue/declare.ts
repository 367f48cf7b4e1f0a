import type { Kpi } from './kpi.ts';

/** What an entry must say; the rest follows from it. */
type Entry = Omit<Kpi, 'level' | 'now' | 'fromTotals' | 'counter' | 'dimensions'> &
  Partial<Pick<Kpi, 'level' | 'now' | 'fromTotals' | 'counter'>>;

/** A figure of a queue, or of contacts as a whole. */
export function entry(definition: Entry): Kpi {
  const contact = definition.level === 'contact';
  const fromTotals = definition.now !== true;
  const complete = { level: 'queue' as const, now: false, fromTotals, counter: false, ...definition };
  return { ...complete, dimensions: contact ? ['channel'] : ['queue', 'channel'] };
}
/** A count: cumulative in Prometheus. */
export const counter = (definition: Omit<Entry, 'unit' | 'counter'>): Kpi =>
  entry({ ...definition, unit: 'count', counter: true });
/** A figure of now. */
export const gauge = (definition: Omit<Entry, 'now'>): Kpi => entry({ ...definition, now: true });
