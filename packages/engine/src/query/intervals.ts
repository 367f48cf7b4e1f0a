import { ALL, formatInstant, type KpiValue } from '@vigie/contracts';
import {
  CATALOGUE,
  larger,
  measuresOf,
  NO_AGENTS,
  QUARTER_MS,
  type AgentMeasures,
  type Kpi,
  type Measures,
  type Totals,
  type Words,
  type Zone,
} from '@vigie/metrics';
import { AgentLevels } from './agent-levels.ts';
import { computeKpis, mergeMeasures } from './measure-rows.ts';
import type { RowName } from './row-names.ts';

/** `15m`, `30m`, `1h` as milliseconds, or whole local days. */
export type IntervalSize = number | 'day';

/** Figures of an interval: `start` and `end` are UTC instants, `label` is local with offset. */
export interface IntervalRow {
  readonly queue: string;
  readonly channel: string;
  readonly team?: string;
  readonly site?: string;
  readonly start: string;
  readonly end: string;
  readonly label: string;
  /** It never changes again, but for the figures that `provisional` names. */
  readonly final: boolean;
  readonly provisional: readonly string[];
  readonly kpis: Readonly<Record<string, KpiValue>>;
}

/** A stretch of time, ms: from the first instant to the one after the last. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Calls `visit` with what each group counted in the quarter hours that begin in `[fromMs, toMs)`. */
export type CountedIn = (
  fromMs: number,
  toMs: number,
  visit: (group: number, totals: Totals, maxWaitMs: number | undefined) => void,
) => void;

export interface IntervalsAsked {
  readonly zone: Zone;
  /** Rows of every interval of the local days that these two lie in. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly size: IntervalSize;
  /** These instead of whole days. */
  readonly spans?: readonly { readonly start: number; readonly end: number }[];
  readonly judgedAtMs: number;
  /** Intervals that end by then never change again. */
  readonly finalUntilMs: number;
  /** Of intervals that end by then those figures neither that go on maturing after they are final. */
  readonly matureUntilMs: number;
  readonly words: Words;
  /** Leaves out figures nobody asked for. */
  readonly wanted?: ((kpi: Kpi) => boolean) | undefined;
  /** Were the queues of these groups closed from one instant to another? */
  readonly closed: (groups: readonly number[], fromMs: number, toMs: number) => boolean;
}

/** Figures of now, and those that count what is open now, have no meaning for an interval. */
export function belongsToIntervals(kpi: Kpi): boolean {
  return !kpi.now && !kpi.live;
}

/** The levels of a group at the instant that intervals are judged at. */
export type LevelsOf = (group: number) => Float64Array | undefined;

/** The rows named, of every interval in turn, empty ones too. */
export function* intervalRows(
  names: readonly RowName[],
  counted: CountedIn,
  levelsOf: LevelsOf,
  asked: IntervalsAsked,
): Generator<readonly IntervalRow[], void, undefined> {
  const { zone, fromMs, toMs, size, finalUntilMs, matureUntilMs } = asked;
  const { judgedAtMs: nowMs, words } = asked;
  const empty = (): Measures => measuresOf({ nowMs, daily: size === 'day', words });
  const wanted = (kpi: Kpi): boolean => belongsToIntervals(kpi) && (asked.wanted?.(kpi) ?? true);
  const ofNothing = new Map<string, IntervalRow['kpis']>();
  const figuresOf = (
    name: RowName,
    parts: readonly Measures[],
    agents: AgentMeasures | undefined,
    closed: boolean,
  ): IntervalRow['kpis'] => {
    if (parts.length > 0 || agents !== undefined) {
      const measures = parts.length === 0 ? empty() : mergeMeasures(parts);
      return computeKpis(name, { ...measures, agents: agents ?? NO_AGENTS, closed }, undefined, wanted);
    }
    const { queue, channel, team, site } = name;
    const kind = `${queue === ALL} ${channel === ALL} ${team === undefined && site === undefined} ${closed}`;
    const kpis = ofNothing.get(kind) ?? computeKpis(name, { ...empty(), closed }, undefined, wanted);
    ofNothing.set(kind, kpis);
    return kpis;
  };
  const intervals = asked.spans ?? intervalsOf(zone, fromMs, toMs, size);
  const levels = new AgentLevels(names, levelsOf, counted, intervals[0]?.start ?? fromMs);
  for (const { start, end } of intervals) {
    const slots = new Map<number, Measures>();
    counted(start, end, (group, totals, maxWaitMs) => {
      const held = slots.get(group) ?? empty();
      held.totals.add(totals);
      slots.set(group, { ...held, maxWaitMs: larger(held.maxWaitMs, maxWaitMs) });
    });
    const label = zone.label(start);
    const final = end <= finalUntilMs;
    const maturing = end <= matureUntilMs ? [] : MATURING;
    const times = { start: formatInstant(start), end: formatInstant(end), label, final };
    const span = { fromMs: start, toMs: Math.max(start, Math.min(end, asked.judgedAtMs)) };
    for (const [group, { totals }] of slots) levels.pass(group, totals);
    yield names.map((row): IntervalRow => {
      const { groups, agents, ...name } = row;
      const parts = groups.flatMap((group) => slots.get(group) ?? []);
      const totals = slots.get(agents ?? -1)?.totals ?? NO_AGENTS.totals;
      const time = agents === undefined ? undefined : { totals, levels: levels.of(agents), ...span };
      const closed = asked.closed(groups, start, end);
      const kpis = figuresOf(row, parts, time, closed);
      const provisional = maturing.filter((id) => kpis[id] !== undefined);
      return { ...name, ...times, provisional, kpis };
    });
  }
}

/** Figures that what happens later may still move when the interval is final. */
export const MATURING: readonly string[] = CATALOGUE.filter(({ matures }) => matures).map(({ id }) => id);

/** First instant of a local date and of the day after it, `2026-11-21`; `undefined` when the zone never had that day. */
export function localDay(
  zone: Zone,
  date: string,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  const noon = Date.parse(`${date}T12:00:00Z`);
  if (Number.isNaN(noon)) return undefined;
  const near = noon + zone.dayStartMs - zone.offsetMinutes(noon) * 60_000;
  const fromMs = zone.dayStart(near);
  return zone.label(fromMs).startsWith(date) ? { fromMs, toMs: zone.nextDayStart(near) } : undefined;
}

/** Every interval of the local days that `fromMs` and `toMs` lie in, empty ones too, aligned on the local clock. */
export function intervalsOf(
  zone: Zone,
  fromMs: number,
  toMs: number,
  size: IntervalSize,
): readonly { readonly start: number; readonly end: number }[] {
  const intervals: { start: number; end: number }[] = [];
  let day = zone.dayStart(fromMs);
  const last = zone.dayStart(toMs);
  while (day <= last) {
    const next = zone.nextDayStart(day);
    let start = day;
    while (start < next) {
      const end = size === 'day' ? next : Math.min(alignedEnd(zone, start, size), next);
      intervals.push({ start, end });
      start = end;
    }
    day = next;
  }
  return intervals;
}

/** End of the interval that begins at `start`: the next local multiple of `size`, never across an offset change. */
function alignedEnd(zone: Zone, start: number, size: number): number {
  const local = start + zone.offsetMinutes(start) * 60_000;
  const aligned = start + (size - (((local % size) + size) % size));
  for (let at = start + QUARTER_MS; at < aligned; at += QUARTER_MS) {
    if (zone.offsetMinutes(at) !== zone.offsetMinutes(start)) return at;
  }
  return aligned;
}
