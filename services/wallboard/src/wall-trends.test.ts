import { expect, test } from 'vitest';

import type { Api, Parameters } from './api.ts';
import type { ScreenPage } from './wall-pages.ts';
import { trendQueue, WallTrends } from './wall-trends.ts';

const page = (queues: readonly string[], figures = ['service_level']): ScreenPage => ({
  ...{ name: '', queues, figures, window: 'today' },
  viewing: { distanceM: 5, diagonalInches: 55 },
  ...{ theme: 'auto', language: 'en', timeZone: null, overscan: 0 },
});

test('the past is told of the total and of a single queue, not of what a wall adds up itself', () => {
  expect([[], ['sales'], ['sales-*'], ['a', 'b']].map((queues) => trendQueue({ queues }))).toEqual([
    ...['_all', 'sales', null, null],
  ]);
});

test('a page is asked for once, and not at all where it does not show the figure', async () => {
  const asked: [string, Parameters][] = [];
  const get = async (path: string, parameters: Parameters = {}): Promise<unknown> => {
    asked.push([path, parameters]);
    return { rows: [{ queue: '_all', channel: '_all', values: [0.5, null, 0.7] }] };
  };
  const api: Api = { get, post: get, liveUrl: async () => '' };
  const answered = new Promise<void>((resolve) => {
    const trends = new WallTrends(api, null, Date.UTC(2026, 10, 22), () => {
      expect(trends.of(page([]), '["_all","_all"]')).toEqual([0.5, null, 0.7]);
      resolve();
    });
    expect(trends.of(page([]), '["_all","_all"]')).toEqual([]);
    expect(trends.of(page([], ['waiting']), '["_all","_all"]')).toEqual([]);
  });
  await answered;
  expect(asked).toEqual([
    [
      'v1/queues/_all/series',
      { kpi: 'service_level_live', window: '30m', centre: null, at: '2026-11-22T00:00:00.000Z' },
    ],
  ]);
});
