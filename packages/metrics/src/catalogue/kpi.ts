import { ALL, type EventType, type KpiValue, type NullReason } from '@vigie/contracts';
import { percentiles, type Histogram } from '../windowing/histogram.ts';
import { MEASURES } from '../domain/codes.ts';
import { NO_WORDS, type Words } from '../domain/words.ts';
import { Present, Totals } from '../windowing/measures.ts';
import { histIndex, levelIndex, openIndex, sumIndex, tallyIndex } from '../domain/measures.ts';

/** `ratio`: 0 to 1 unless the entry says otherwise; `score`: its range is in the formula; `currency`: that of the imported figures. */
export const UNITS = ['count', 'ratio', 'seconds', 'number', 'score', 'currency'] as const;
export type Unit = (typeof UNITS)[number];

/** By what a figure can be asked. */
export type Dimension = 'queue' | 'channel' | 'team' | 'site' | 'agent' | 'category' | 'direction';

/** What a figure is computed from: the measures of one group over one window, at one instant. */
export interface Measures {
  readonly totals: Totals;
  /** Since the day began: what a source reports at all is judged by it. */
  readonly today: Totals;
  readonly present: Present;
  /** Largest wait decided in the window, ms. */
  readonly maxWaitMs: number | undefined;
  readonly nowMs: number;
  readonly agents: AgentMeasures;
  /** A rolling window or "today" reaches up to now; an interval of the past does not. */
  readonly rolling: boolean;
  /** It is today or a whole local day: imported daily figures have a meaning. */
  readonly daily: boolean;
  /** The words that tallies count. */
  readonly words: Words;
  /** All its queues are closed: there is nothing because nothing was to be expected. */
  readonly closed?: boolean | undefined;
  /** The oldest open turn, where business hours count; else it is read off {@link present}. */
  readonly oldestUnanswered?: Figure | undefined;
}

/** The time of the agents whom a row is about, over a stretch of time. */
export interface AgentMeasures {
  /** What was counted in the stretch. */
  readonly totals: Totals;
  /** Levels at its end. */
  readonly levels: Float64Array;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Of a row without agents. */
export const NO_AGENTS: AgentMeasures = {
  totals: new Totals(MEASURES),
  levels: new Present(MEASURES).levels,
  fromMs: 0,
  toMs: 0,
};

const NOTHING_PRESENT = new Present(MEASURES);

/**
 * Measures of which only some are known. What is left out is as where nothing was counted and nobody is there: not a
 * rolling window, not a whole day, of no instant; `today` is what `totals` are. What stands in for it must not be changed.
 */
export function measuresOf(known: Partial<Measures>): Measures {
  const totals = known.totals ?? new Totals(MEASURES);
  return {
    totals,
    today: totals,
    present: NOTHING_PRESENT,
    maxWaitMs: undefined,
    nowMs: 0,
    agents: NO_AGENTS,
    rolling: false,
    daily: false,
    words: NO_WORDS,
    ...known,
  };
}

/** A computed figure: the wire's value plus, for ratios, the counts it is the quotient of (targets compare counts). */
export interface Figure extends KpiValue {
  readonly numerator?: number;
  readonly denominator?: number;
  /** The instant behind `since`, ms. */
  readonly sinceMs?: number;
}

/** One entry of the catalogue: everything that REST, Prometheus, wall, command line and documentation say of a KPI. */
export interface Kpi {
  /** Stable id of `kpis.md`. */
  readonly id: string;
  readonly name: { readonly en: string; readonly fr: string };
  readonly abbreviation?: { readonly en?: string; readonly fr?: string };
  readonly unit: Unit;
  /** The formula over counted facts, in words and symbols of `kpis.md`. */
  readonly formula: string;
  readonly description: string;
  readonly better: 'higher' | 'lower' | 'neither';
  /**
   * `contact`: a figure of contacts as a whole; it lives in the totals only. `agent`: of agents' time, which belongs to
   * no channel: it lives in the rows of queues, teams and sites, and in the total of all channels.
   */
  readonly level: 'queue' | 'contact' | 'agent';
  /** A figure of now has the same value in every window. */
  readonly now: boolean;
  /** Counts what is open now beside what was counted: of no meaning for an interval of the past. */
  readonly live: boolean;
  /** Computed from the window's totals alone, so that it stays as it is until they move. */
  readonly fromTotals: boolean;
  /**
   * By position of the sums, and last for all histograms: 1 where `compute` has read that of its window so far. What has
   * read none that moved has the same value as before.
   */
  readonly reads: Uint8Array;
  /** Name in Prometheus. A count of events is a counter there, see {@link counter}. */
  readonly metric: string;
  /** Exported as a cumulative counter rather than as the window's value. */
  readonly counter: boolean;
  /** Of a figure that Prometheus has in its parts only: they add up to it, so that it is not beside them. */
  readonly parts?: PartsLabel;
  readonly dimensions: readonly Dimension[];
  /** The event time that what is counted belongs to, in words. */
  readonly instant: string;
  /** What happens within the FCR window after an interval may still move it, though the interval is final. */
  readonly matures: boolean;
  /** Types of the events it is counted from. */
  readonly events: readonly EventType[];
  compute(measures: Measures): Figure;
}

/** The label that tells the parts of a figure (its `by`) in Prometheus. */
export interface PartsLabel {
  readonly label: string;
  /** Of a figure of now, all there are: one that is not there now is 0, not missing. */
  readonly values?: readonly string[];
}

/** What can be told of a KPI: its entry without its computing. */
export interface KpiDescription extends Pick<
  Kpi,
  'id' | 'name' | 'abbreviation' | 'unit' | 'formula' | 'description' | 'better' | 'metric' | 'instant'
> {
  readonly dimensions: Dimension[];
  readonly events: EventType[];
}

/** An entry as `GET /v1/kpis` and `vigie kpis --json` tell it. */
export function describeKpi(kpi: Kpi): KpiDescription {
  const { id, name, abbreviation, unit, formula, description, better, metric, instant } = kpi;
  return {
    id,
    name,
    ...(abbreviation === undefined ? {} : { abbreviation }),
    ...{ unit, formula, description, better },
    dimensions: [...kpi.dimensions],
    ...{ metric, instant },
    events: [...kpi.events],
  };
}

/** Does a row have the figure? A row of a team or site has those of a queue. */
export function isInRow({ level }: Kpi, { queue, channel, team, site }: RowOf): boolean {
  const isTotal = queue === ALL && team === undefined && site === undefined;
  if (level === 'contact') return isTotal;
  return level === 'queue' || !isTotal || channel === ALL;
}

/** What a row is about. */
export interface RowOf {
  readonly queue: string;
  readonly channel: string;
  readonly team?: string | undefined;
  readonly site?: string | undefined;
}

/** A figure of the catalogue, with the reason why there is none. */
export function figureOf(kpi: Kpi, measures: Measures): Figure {
  const figure = kpi.compute(measures);
  const isIdle = measures.closed === true && figure.value === null && figure.reason === 'no_data';
  return isIdle ? { ...figure, reason: 'closed' } : figure;
}

type SumName = Parameters<typeof sumIndex>[0];

const HISTOGRAMS = MEASURES.sums;
/** {@link Kpi.reads} of the figure that is being computed. */
let reads = new Uint8Array(HISTOGRAMS + 1);

/** The formula, made to note what it reads of the totals. */
export function noting(formula: Kpi['compute']): Pick<Kpi, 'compute' | 'reads'> {
  const own = new Uint8Array(HISTOGRAMS + 1);
  const compute = (measures: Measures): Figure => {
    reads = own;
    return formula(measures);
  };
  return { compute, reads: own };
}

/** Reads sums by name; names are resolved once, when the catalogue is made. */
export function sum(name: SumName): (m: Measures) => number {
  const index = sumIndex(name);
  return (m) => {
    reads[index] = 1;
    return m.totals.sums[index]!;
  };
}

/** Reads the counts of a tally by number. */
export function tally(
  name: Parameters<typeof tallyIndex>[0],
): (m: Measures) => ReadonlyMap<number, number> | undefined {
  const index = tallyIndex(name);
  return (m) => {
    reads[HISTOGRAMS] = 1;
    return m.totals.tallies[index];
  };
}

/** The counts of a tally by word, in the order of the words. */
export function tallyBy(name: Parameters<typeof tallyIndex>[0]): (m: Measures) => Record<string, number> {
  const counts = tally(name);
  return (m) => {
    const told = [...(counts(m) ?? [])].map(([word, n]) => [m.words.wordOf(word), n] as const);
    return Object.fromEntries(told.sort(([a], [b]) => (a < b ? -1 : 1)));
  };
}

/** Reads the parts of a sum by their words. */
export function sumsBy(prefix: string, words: readonly string[]): (m: Measures) => Record<string, number> {
  const readers = words.map((word) => [word, sum(`${prefix}:${word}` as SumName)] as const);
  return (m) => Object.fromEntries(readers.map(([word, read]) => [word, read(m)]));
}

export function level(name: Parameters<typeof levelIndex>[0]): (m: Measures) => number {
  const index = levelIndex(name);
  return (m) => m.present.levels[index]!;
}

export const openItems = (name: Parameters<typeof openIndex>[0]) => {
  const index = openIndex(name);
  return (m: Measures) => m.present.opens[index]!;
};

export function count(value: number): Figure {
  return { value, n: value };
}

export function nothing(reason: NullReason = 'no_data'): Figure {
  return { value: null, n: 0, reason };
}

/** `numerator / denominator`, `null` when there is nothing to divide by. */
export function ratio(numerator: number, denominator: number): Figure {
  if (denominator === 0) return nothing();
  return { value: numerator / denominator, n: denominator, numerator, denominator };
}

/** Mean of a duration summed in ms, in seconds. */
export function meanSeconds(sumMs: number, n: number): Figure {
  return n === 0 ? nothing() : { value: sumMs / n / 1000, n };
}

/** Percents that the catalogue asks of a histogram, rising: all are read in one pass. */
const asked = new Map<number, number[]>();
/** What was last read off the histograms of a window, by histogram; most windows are asked again before they move. */
const readings = new WeakMap<Totals, { version: number; byHist: (readonly Figure[] | undefined)[] }>();

export function percentileSeconds(
  name: Parameters<typeof histIndex>[0],
  percent: number,
): (m: Measures) => Figure {
  const index = histIndex(name);
  const percents = asked.get(index) ?? [];
  asked.set(index, percents);
  percents.push(percent);
  percents.sort((a, b) => a - b);
  return ({ totals }) => {
    reads[HISTOGRAMS] = 1;
    let known = readings.get(totals);
    if (known === undefined || known.version !== totals.histsVersion) {
      known = { version: totals.histsVersion, byHist: [] };
      readings.set(totals, known);
    }
    const figures = (known.byHist[index] ??= readPercentiles(totals.hists[index]!, percents));
    return figures[percents.indexOf(percent)]!;
  };
}

function readPercentiles(histogram: Histogram, percents: readonly number[]): readonly Figure[] {
  const read = percentiles(histogram, percents);
  if (read === undefined) return percents.map(() => nothing());
  return read.values.map((value) => ({ value: value / 1000, n: read.n }));
}

/** Age of the oldest open item; `since` lets a viewer count on. */
export function age(oldestMs: number | undefined, nowMs: number): Figure {
  if (oldestMs === undefined) return { value: null, reason: 'no_data' };
  return { value: (nowMs - oldestMs) / 1000, sinceMs: oldestMs, since: new Date(oldestMs).toISOString() };
}

/** A count with its parts; parts that are 0 are left out. */
export function countBy(total: number, parts: Readonly<Record<string, number>>): Figure {
  let by: Record<string, number> | undefined;
  for (const name in parts) if (parts[name] !== 0) (by ??= {})[name] = parts[name]!;
  return by === undefined ? count(total) : { value: total, n: total, by };
}
