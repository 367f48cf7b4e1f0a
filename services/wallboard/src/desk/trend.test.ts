import { expect, test } from 'vitest';

import { trendKey } from './answers.ts';
import { momentOf } from './moment.testkit.ts';
import { trendKpi, trendPainter } from './trend.ts';

const TRENDS = new Map([
  [trendKey('sales', 'voice'), [null, 20, 40]],
  [trendKey('web', 'chat'), [80, 60, null]],
]);

test('the trend is that of the figure sorted by, of the service level where its past is not known', () => {
  expect(['avg_wait', 'waiting_now', 'status', 'agents_by_state_now'].map(trendKpi)).toEqual([
    'avg_wait',
    'waiting_now',
    'service_level_live',
    'service_level_live',
  ]);
});

test('a row of another figure is drawn to its own greatest value, and told in its unit', () => {
  const trend = trendPainter('avg_wait', TRENDS, 'Avg. wait', momentOf([]));
  expect(trend('sales', 'voice', null)).toEqual({
    shares: [null, 0.5, 1],
    target: null,
    said: 'Avg. wait over the last hour, from 00:20 to 00:40',
  });
  expect(trend('web', 'chat', 160)).toMatchObject({ shares: [1, 0.75, null], target: null });
  expect(trend('none', 'voice', 40)).toEqual({ shares: [], target: null, said: '' });
});

test('a service level is drawn from nothing to all', () => {
  const trends = new Map([[trendKey('sales', 'voice'), [0.5, 0.6]]]);
  const trend = trendPainter('service_level_live', trends, 'Service level', momentOf([]));
  expect(trend('sales', 'voice', 0.8)).toMatchObject({ shares: [0.5, 0.6], target: 0.8 });
});
