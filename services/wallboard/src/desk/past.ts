import type { Row } from '@vigie/contracts';

import { type Api, ApiError } from '../api.ts';
import { type Interval, readIntervals, readSnapshot } from './answers.ts';
import type { PastFigures } from './moment.ts';
import { DESK_KPIS } from './queues-view.ts';

const DAY_MS = 86_400_000;

/** What was known of a past instant: its minute, or the quarter hour it lies in where minutes are no longer kept. */
export async function pastFigures(
  api: Api,
  asked: { readonly atMs: number; readonly window: string; readonly centre: string | null },
): Promise<PastFigures> {
  const { atMs, window, centre } = asked;
  try {
    const at = new Date(atMs).toISOString();
    const body = await api.get('v1/snapshot', { at, window, centre, kpi: DESK_KPIS });
    const { rows, asOfMs } = readSnapshot(body);
    return { rows, atMs: asOfMs, interval: null };
  } catch (error) {
    if (!(error instanceof ApiError) || error.parameter !== 'at') throw error;
    return await quarterHour(api, asked);
  }
}

/** The quarter hour of an instant, from the rows of its local day: where the day begins, the centre's zone says. */
async function quarterHour(
  api: Api,
  {
    atMs,
    window,
    centre,
  }: { readonly atMs: number; readonly window: string; readonly centre: string | null },
): Promise<PastFigures> {
  for (const dayMs of [atMs, atMs - DAY_MS, atMs + DAY_MS]) {
    const date = new Date(dayMs).toISOString().slice(0, 10);
    const asked = {
      date,
      centre,
      kpi: [...DESK_KPIS.filter((kpi) => !kpi.endsWith('_now')), 'service_level'],
    };
    const [queues, total] = await Promise.all(
      ['*', '_all'].map(async (queue) =>
        readIntervals(await api.get(`v1/queues/${encodeURIComponent(queue)}/intervals`, asked)),
      ),
    );
    const rows = [...(queues ?? []), ...(total ?? [])].filter(
      ({ startMs, endMs }) => startMs <= atMs && atMs < endMs,
    );
    const first = rows[0];
    if (first === undefined) continue;
    return {
      rows: rows.map((row) => asRow(row, window)),
      atMs: first.endMs,
      interval: { fromMs: first.startMs, toMs: first.endMs },
    };
  }
  return { rows: [], atMs, interval: null };
}

/** A quarter hour as a row of the table; what is ended has no live figures, so the plain ones stand for them. */
function asRow({ queue, channel, kpis }: Interval, window: string): Row {
  const { service_level: level, ...others } = kpis;
  return {
    ...{ queue, channel, window, state: 'live' },
    kpis: level === undefined ? others : { ...others, service_level_live: level },
  };
}
