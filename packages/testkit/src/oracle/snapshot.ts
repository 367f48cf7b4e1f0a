import { isOpen } from './calendar.ts';
import { foldCentre, type Centre } from './centre.ts';
import { configAt, durationMs, settingsOf } from './config.ts';
import type { Lateness } from './facts.ts';
import { decidedIn, ratio, serviceLevelNumbers, type Figures } from './figures.ts';
import { gaugesAt, lateFirst, overThreshold, wholeGauges, type Now } from './gauges.ts';
import { figuresOf } from './row-figures.ts';
import { ALL, rowKeys, scopeOf, type RowKey } from './rows.ts';
import { instantMs, intervalsOfDay, localDayOf, localText } from './time.ts';
import type {
  OracleAccounts,
  OracleConfig,
  OracleEvent,
  OracleFigure,
  OracleIntervalRow,
  OracleRow,
} from './types.ts';

export const WINDOWS: readonly string[] = ['5m', '15m', '30m', '60m', 'today'];
const BUCKET_MS = 1000;

export interface OracleOptions {
  /** The first version; `config.changed` events bring the others. */
  readonly config?: OracleConfig;
  /** The instant asked, in milliseconds. */
  readonly at: number;
  readonly windows?: readonly string[];
  /** Judge late and future by `ingestedtime`; without it nothing is. */
  readonly lateness?: Lateness;
}

/** The figures of one instant, from all events given: facts dated after it show only in what they took back. */
export function oracleSnapshot(
  events: readonly OracleEvent[],
  { config = {}, at, windows, lateness }: OracleOptions,
): { rows: OracleRow[] } {
  return { rows: snapshotOf(foldCentre(events, config, lateness), at, windows) };
}

/** The same from a centre folded before, for asking several instants. */
export function snapshotOf(centre: Centre, atMs: number, windows = WINDOWS): OracleRow[] {
  const config = configAt(centre.timeline, atMs);
  const timeZone = config.centre?.timeZone ?? 'UTC';
  const today = localDayOf(atMs, timeZone, config.centre?.dayStart ?? '00:00');
  const now: Now = {
    atMs,
    todayFromMs: today.startMs,
    config,
    settingsNow: (place) => settingsOf(config, place.queue, place.channel),
  };
  const bucket = (ms: number) => Math.floor(ms / BUCKET_MS);
  const rows: OracleRow[] = [];
  for (const key of rowKeys(centre, config)) {
    const scope = scopeOf(centre, key);
    const gauges = { ...gaugesAt(scope, now), ...wholeGauges(centre, key, now) };
    const over = overThreshold(scope, now).length;
    for (const window of windows) {
      const rolling = window !== 'today';
      const fromMs = rolling
        ? (bucket(atMs) - durationMs(window) / BUCKET_MS + 1) * BUCKET_MS
        : today.startMs;
      const inWindow = (ms: number): boolean => fromMs <= ms && ms <= atMs;
      const dates = rolling ? [] : [today.date];
      const figures = figuresOf(centre, key, scope, { fromMs, toMs: atMs, inWindow, dates, atMs });
      const { num, den } = serviceLevelNumbers(decidedIn(scope, inWindow));
      const kpis: Figures = {
        ...figures,
        ...gauges,
        service_level_live: ratio(num, den + over),
        frt_within_target_rate_live: withOpen(
          figures['frt_within_target_rate'],
          lateFirst(centre, scope, now),
        ),
      };
      if (rolling) kpis['max_wait'] = longer(kpis['max_wait'], kpis['longest_wait_now']);
      rows.push({ ...key, window, kpis: isClosed(centre, key, config, atMs) ? closed(kpis) : kpis });
    }
  }
  return rows;
}

/** Is no queue of the row open? */
function isClosed(centre: Centre, key: RowKey, config: OracleConfig, atMs: number): boolean {
  const leaves = rowKeys(centre, config).filter(({ queue, channel }) => queue !== ALL && channel !== ALL);
  const own = leaves.filter(
    ({ queue, channel }) => [ALL, queue].includes(key.queue) && [ALL, channel].includes(key.channel),
  );
  const open = ({ queue, channel }: RowKey) =>
    isOpen(config, settingsOf(config, queue, channel).calendar, atMs);
  return own.length > 0 && !own.some(open);
}

/** Outside hours nothing is expected to be there. */
function closed(figures: Figures): Figures {
  return Object.fromEntries(
    Object.entries(figures).map(([id, figure]) => [
      id,
      figure.reason === 'no_data' ? { ...figure, reason: 'closed' } : figure,
    ]),
  );
}

/** A ratio with so many more in its denominator. */
function withOpen(figure: OracleFigure | undefined, open: number): OracleFigure {
  const { value, n } = figure ?? ratio(0, 0);
  return ratio((value ?? 0) * n, n + open);
}

function longer(a: Figures[string] | undefined, b: Figures[string] | undefined): Figures[string] {
  const values = [a?.value, b?.value].filter((value) => typeof value === 'number');
  const n = (a?.n ?? 0) + (b?.n ?? 0);
  return values.length === 0 ? { value: null, n: 0, reason: 'no_data' } : { value: Math.max(...values), n };
}

/** Where each event ended up, and what the fold set aside or found contradictory, as of all events. */
export function oracleAccounts(
  events: readonly OracleEvent[],
  { config = {}, lateness }: { config?: OracleConfig; lateness?: Lateness } = {},
): OracleAccounts {
  const { facts, held, conflicts } = foldCentre(events, config, lateness);
  const { read, applied, duplicate, late, future } = facts;
  return { read, applied, duplicate, late, future, held, conflicts };
}

export interface IntervalOptions {
  readonly config?: OracleConfig;
  /** Default: the configuration's, else UTC. */
  readonly timeZone?: string;
  readonly intervalMs: number | 'day';
  /** Facts dated after it are not there yet. */
  readonly judgedAt: number;
  readonly lateness?: Lateness;
}

/** Rows of every interval of every local day from the first to the last event, for every queue and the totals. */
export function oracleIntervals(
  events: readonly OracleEvent[],
  { config = {}, timeZone, intervalMs, judgedAt, lateness }: IntervalOptions,
): OracleIntervalRow[] {
  if (events.length === 0) return [];
  const centre = foldCentre(events, config, lateness);
  const inForce = configAt(centre.timeline, judgedAt);
  const zone = timeZone ?? inForce.centre?.timeZone ?? 'UTC';
  const dayStart = inForce.centre?.dayStart ?? '00:00';
  const times = events.map((event) => instantMs(event.time));
  const lastMs = times.reduce((a, b) => Math.max(a, b));
  const rows: OracleIntervalRow[] = [];
  const keys = rowKeys(centre, inForce).map((key) => ({ key, scope: scopeOf(centre, key) }));
  let day = localDayOf(
    times.reduce((a, b) => Math.min(a, b)),
    zone,
    dayStart,
  );
  while (day.startMs <= lastMs) {
    for (const { startMs, endMs } of intervalsOfDay(day, intervalMs, zone)) {
      const inside = (ms: number): boolean => startMs <= ms && ms < endMs && ms <= judgedAt;
      const span = {
        fromMs: startMs,
        toMs: Math.min(endMs, judgedAt),
        inWindow: inside,
        dates: intervalMs === 'day' ? [day.date] : [],
        atMs: judgedAt,
      };
      for (const { key, scope } of keys) {
        rows.push({
          ...key,
          start: new Date(startMs).toISOString(),
          end: new Date(endMs).toISOString(),
          kpis: figuresOf(centre, key, scope, span),
        });
      }
    }
    day = localDayOf(day.endMs, zone, dayStart);
  }
  return rows;
}

/** The local day of an instant, for tests that look for edges. */
export { localDayOf, localText };
