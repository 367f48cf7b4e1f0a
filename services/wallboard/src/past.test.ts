import { expect, test } from 'vitest';

import { type Api, ApiError, type Parameters } from './api.ts';
import { formatsOf } from './format.ts';
import { pastFigures, pastStanding } from './past.ts';
import { TEXT } from './text.ts';

const AT = Date.parse('2026-11-22T23:40:00Z');
const asked = {
  ...{ atMs: AT, windows: ['30m', 'today'], kpis: ['waiting_now', 'offered', 'service_level_live'] },
  ...{ centre: null, timeZone: 'Europe/Paris' },
};
const refusing = (parameter: string | null, status = 400) => new ApiError('no', status, parameter);
const quarter = (queue: string) => ({
  ...{ queue, channel: 'voice', start: '2026-11-22T23:30:00Z', end: '2026-11-22T23:45:00Z' },
  kpis: { offered: { value: 7, n: 7 }, service_level: { value: 0.5, n: 6 } },
});

/** An API that answers by path, and what it was asked. */
function api(answer: (path: string) => unknown): { api: Api; calls: [string, Parameters][] } {
  const calls: [string, Parameters][] = [];
  const get = async (path: string, parameters: Parameters = {}): Promise<unknown> => {
    calls.push([path, parameters]);
    const answered = answer(path);
    if (answered instanceof Error) throw answered;
    return answered;
  };
  return { api: { get, post: get, liveUrl: async () => '' }, calls };
}

test('of a minute that is kept the snapshot of then is shown', async () => {
  const served = api(() => ({ asOf: '2026-11-22T23:40:00Z', rows: [] }));
  expect(await pastFigures(served.api, asked)).toEqual({ rows: [], atMs: AT, interval: null });
  expect(served.calls[0]?.[1]).toMatchObject({ at: '2026-11-22T23:40:00.000Z', window: ['30m', 'today'] });
});

test('of an older one the quarter hour of its local day, in every window of the page', async () => {
  const served = api((path) =>
    path === 'v1/snapshot' ? refusing('at') : { rows: path.includes('*') ? [quarter('sales')] : [] },
  );
  const { rows, interval, atMs } = await pastFigures(served.api, asked);
  expect(served.calls[1]?.[1]).toMatchObject({ date: '2026-11-23', kpi: ['offered', 'service_level'] });
  expect(rows.map(({ window, kpis }) => [window, kpis['service_level_live']?.value])).toEqual([
    ['30m', 0.5],
    ['today', 0.5],
  ]);
  expect([atMs, interval?.fromMs]).toEqual([
    Date.parse('2026-11-22T23:45:00Z'),
    Date.parse('2026-11-22T23:30:00Z'),
  ]);
});

test('a key that sees no total gets the quarter hours of its queues; another refusal is told', async () => {
  const scoped = api((path) =>
    path === 'v1/snapshot'
      ? refusing('at')
      : path.includes('_all')
        ? refusing(null, 403)
        : { rows: [quarter('sales')] },
  );
  expect((await pastFigures(scoped.api, asked)).rows).toHaveLength(2);
  await expect(pastFigures(api(() => refusing(null, 503)).api, asked)).rejects.toThrow('no');
});

test('the head of the page says what is shown, or why there is nothing', () => {
  const words = { text: TEXT.en, formats: formatsOf('en', [], 'Europe/Paris') };
  expect(pastStanding(AT, { rows: [], atMs: AT, interval: null }, null, words)).toMatchObject({
    ...{ ageMs: 0, lost: false },
    banner: { level: 'warn', text: 'PAST: 23/11/2026, 00:40:00, as known now' },
  });
  expect(pastStanding(AT, null, 'out of reach', words)).toMatchObject({
    ageMs: null,
    banner: { level: 'alert', text: 'Not answered: out of reach' },
  });
});
