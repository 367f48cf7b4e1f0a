import { NO_WORDS } from '../domain/words.ts';
import { Histogram } from '../windowing/histogram.ts';
import type { Kpi, Measures } from './kpi.ts';

/** How much one unit of a measure adds to the two sides of a figure. */
export interface Share {
  /** Of a count: to the value; of a mean, in the unit of its sum. */
  readonly numerator: number;
  readonly denominator: number;
}

/** What a figure is made of, found out by computing it. */
export interface KpiParts {
  /** `count`: there is no denominator; `mean`: the numerator is a sum of samples, the denominator their number. */
  readonly kind: 'count' | 'ratio' | 'mean';
  /** By index of the sum, level, or set of open items. */
  readonly sums: ReadonlyMap<number, Share>;
  readonly levels: ReadonlyMap<number, Share>;
  readonly opens: ReadonlyMap<number, Share>;
  /** Histograms that are read: a sample in one counts. */
  readonly hists: ReadonlySet<number>;
  /** The largest wait is read. */
  readonly maxWait: boolean;
}

type Place = 'sums' | 'levels' | 'opens' | 'hists';

const BASE = 1000;
const parts = new Map<Kpi, KpiParts | undefined>();

/**
 * Which measures a figure reads and how each enters it: formulas are linear in them on either side of the division.
 * `undefined` for a figure that cannot be taken apart so.
 */
export function partsOf(kpi: Kpi): KpiParts | undefined {
  if (!parts.has(kpi)) parts.set(kpi, takeApart(kpi));
  return parts.get(kpi);
}

function takeApart(kpi: Kpi): KpiParts | undefined {
  try {
    const probe = new Probe();
    const base = sidesOf(kpi, probe);
    const sharesOf = (place: Exclude<Place, 'hists'>): ReadonlyMap<number, Share> => {
      const read = [...probe.read[place]];
      return new Map(
        read.map((index) => {
          const more = sidesOf(kpi, new Probe({ place, index }));
          const share = (side: 'numerator' | 'denominator'): number =>
            Math.round((more[side] - base[side]) * 1e6) / 1e6;
          return [index, { numerator: share('numerator'), denominator: share('denominator') }];
        }),
      );
    };
    return {
      kind: base.kind,
      sums: sharesOf('sums'),
      levels: sharesOf('levels'),
      opens: sharesOf('opens'),
      hists: probe.read.hists,
      maxWait: probe.readMax,
    };
  } catch {
    return undefined;
  }
}

function sidesOf(kpi: Kpi, probe: Probe): { kind: KpiParts['kind']; numerator: number; denominator: number } {
  const { value, n, numerator, denominator } = kpi.compute(probe.measures);
  if (numerator !== undefined && denominator !== undefined) return { kind: 'ratio', numerator, denominator };
  if (n === undefined || kpi.unit === 'count') {
    return { kind: 'count', numerator: value ?? 0, denominator: 0 };
  }
  return { kind: 'mean', numerator: (value ?? 0) * n, denominator: n };
}

/** Measures of which every sum is the same, but for one; it notes which are read. */
class Probe {
  readonly read: Readonly<Record<Place, Set<number>>> = {
    sums: new Set(),
    levels: new Set(),
    opens: new Set(),
    hists: new Set(),
  };
  readMax = false;
  readonly measures: Measures;

  constructor(raised?: { readonly place: Place; readonly index: number }) {
    const of = <T>(place: Place, make: (value: number) => T): readonly T[] =>
      new Proxy<T[]>([], {
        get: (list, key) => {
          if (typeof key !== 'string' || !/^\d+$/.test(key)) return Reflect.get(list, key) as unknown;
          const index = Number(key);
          this.read[place].add(index);
          return make(BASE + (raised?.place === place && raised.index === index ? 1 : 0));
        },
      });
    const totals = {
      sums: of('sums', (value) => value),
      hists: of('hists', (value) => histogramOf(value)),
      tallies: [],
      version: 0,
      histsVersion: 0,
    };
    const present = {
      levels: of('levels', (value) => value),
      opens: of('opens', (value) => ({ size: value, oldestMs: 0 })),
    };
    const agents = { totals, levels: present.levels, fromMs: 0, toMs: 1 };
    const noteMax = (): void => void (this.readMax = true);
    this.measures = {
      totals,
      today: totals,
      present,
      agents,
      nowMs: 1,
      rolling: true,
      daily: true,
      words: NO_WORDS,
      get maxWaitMs() {
        noteMax();
        return 1;
      },
    } as unknown as Measures;
  }
}

function histogramOf(count: number): Histogram {
  const histogram = new Histogram();
  histogram.observe(1000, count);
  return histogram;
}
