import { noting, type Kpi } from './kpi.ts';

/** What an entry must say; the rest follows from it. */
type Entry = Omit<
  Kpi,
  'reads' | 'level' | 'now' | 'live' | 'fromTotals' | 'counter' | 'matures' | 'dimensions'
> &
  Partial<Pick<Kpi, 'level' | 'now' | 'live' | 'fromTotals' | 'counter' | 'matures' | 'dimensions'>>;

/** A figure of a queue, or of contacts as a whole. */
export function entry(definition: Entry): Kpi {
  const contact = definition.level === 'contact';
  return {
    level: 'queue',
    now: false,
    live: false,
    fromTotals: definition.now !== true && definition.live !== true,
    counter: false,
    matures: false,
    dimensions: contact ? ['channel'] : ['queue', 'channel', 'team', 'site'],
    ...definition,
    ...noting(definition.compute),
  };
}
/** A count: cumulative in Prometheus. */
export const counter = (definition: Omit<Entry, 'unit' | 'counter'>): Kpi =>
  entry({ ...definition, unit: 'count', counter: true });
/** A figure of now. */
export const gauge = (definition: Omit<Entry, 'now' | 'instant'>): Kpi =>
  entry({ ...definition, now: true, instant: 'now' });
