import type { Row } from '@vigie/contracts';

import { type Api, ApiError, type Parameters } from './api.ts';
import { type Interval, readIntervals, readSnapshot } from './desk/answers.ts';
import type { Standing } from './feed-view.ts';
import type { Formats } from './format.ts';
import { ALL } from './rows.ts';
import type { Text } from './text.ts';
import { localMinute } from './zone.ts';

const DAY_MS = 86_400_000;

/** What was answered for a past instant. `interval`: minutes are no longer kept, the quarter hour stands for them. */
export interface PastFigures {
  readonly rows: readonly Row[];
  readonly atMs: number;
  readonly interval: { readonly fromMs: number; readonly toMs: number } | null;
}

/** Which figures of a past instant are asked for. */
export interface PastAsked {
  readonly atMs: number;
  readonly windows: readonly string[];
  readonly kpis: readonly string[];
  /** None: every queue and the total. */
  readonly queues?: readonly string[];
  readonly centre: string | null;
  readonly timeZone: string | undefined;
}

/** What was known of a past instant: its minute, or the quarter hour it lies in where minutes are no longer kept. */
export async function pastFigures(api: Api, asked: PastAsked): Promise<PastFigures> {
  const { atMs, windows, kpis, queues = [], centre } = asked;
  try {
    const at = new Date(atMs).toISOString();
    const body = await api.get('v1/snapshot', { at, window: windows, queue: queues, centre, kpi: kpis });
    const { rows, asOfMs } = readSnapshot(body);
    return { rows, atMs: asOfMs, interval: null };
  } catch (error) {
    if (!(error instanceof ApiError) || error.parameter !== 'at') throw error;
    return await quarterHour(api, asked);
  }
}

/** The quarter hour of an instant, from the rows of its day; where a day begins is the centre's affair. */
async function quarterHour(api: Api, asked: PastAsked): Promise<PastFigures> {
  const { atMs, windows, kpis, centre, timeZone } = asked;
  for (const dayMs of [atMs, atMs - DAY_MS, atMs + DAY_MS]) {
    const date = localMinute(dayMs, timeZone).slice(0, 10);
    const kept = kpis.filter((kpi) => !kpi.endsWith('_now') && kpi !== 'service_level_live');
    const rows = (await intervalsOf(api, { date, centre, kpi: [...kept, 'service_level'] })).filter(
      ({ startMs, endMs }) => startMs <= atMs && atMs < endMs,
    );
    const first = rows[0];
    if (first === undefined) continue;
    return {
      rows: windows.flatMap((window) => rows.map((row) => asRow(row, window))),
      atMs: first.endMs,
      interval: { fromMs: first.startMs, toMs: first.endMs },
    };
  }
  return { rows: [], atMs, interval: null };
}

/** Of every queue and of the total; a key that may see some queues only gets those. */
async function intervalsOf(api: Api, asked: Parameters): Promise<readonly Interval[]> {
  const [queues, total] = await Promise.all([
    api.get('v1/queues/*/intervals', asked),
    api.get(`v1/queues/${ALL}/intervals`, asked).catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 403) return null;
      throw error;
    }),
  ]);
  return [...readIntervals(queues), ...readIntervals(total)];
}

/** A quarter hour as a row of the table; what is ended has no live figures, so the plain ones stand for them. */
function asRow({ queue, channel, kpis }: Interval, window: string): Row {
  const { service_level: level, ...others } = kpis;
  return {
    ...{ queue, channel, window, state: 'live' },
    kpis: level === undefined ? others : { ...others, service_level_live: level },
  };
}

/** How a page of the past stands: nothing of it ages, and its head says what it is, or why there is nothing. */
export function pastStanding(
  atMs: number,
  figures: PastFigures | null,
  error: string | null,
  { text, formats }: { readonly text: Text; readonly formats: Formats },
): Standing {
  const shownMs = figures?.atMs ?? atMs;
  const interval = figures?.interval ?? null;
  const told =
    error !== null
      ? text.failed(error)
      : interval === null
        ? text.past(formats.dateTime(shownMs))
        : text.pastInterval(formats.dateTime(interval.fromMs), formats.hourMinute(interval.toMs));
  return {
    ...{ atMs: shownMs, ageMs: figures === null ? null : 0, lost: false, asOfMs: shownMs },
    banner: { level: error === null ? 'warn' : 'alert', text: told },
  };
}
