import { expect, test } from 'vitest';

import { correctionsView } from './corrections-view.ts';
import { dayPlot } from './day-plot.ts';
import { momentOf, NOW_MS } from './moment.testkit.ts';
import { agentsView, outcomesView, waitingView } from './people-view.ts';
import { sparkPath } from '../sparkline.ts';

const ago = (seconds: number): string => new Date(NOW_MS - seconds * 1000).toISOString();
const contact = (
  id: string,
  seconds: number,
  state: 'waiting' | 'ringing' | 'talking',
  queue = 'billing',
) => ({
  ...{ contact: id, queue, channel: 'voice', state, since: ago(seconds), overThreshold: false },
});

test('who waits is listed oldest first, with how long over the threshold', () => {
  const contacts = [
    contact('b', 12, 'ringing'),
    contact('a', 65, 'waiting'),
    contact('t', 300, 'talking'),
    contact('s', 9, 'waiting', 'sales'),
  ];
  const view = waitingView(contacts, { queue: 'billing', channel: '_all' }, () => 20, momentOf([]));
  expect(
    view.map(({ name, stateWord, lasts, detail, isLate }) => [name, stateWord, lasts, detail, isLate]),
  ).toEqual([
    ['a', 'waiting', '01:05', '00:45 too long', true],
    ['b', 'ringing', '00:12', '', false],
  ]);
});

test('agents of a queue are listed by state, those who have left not at all', () => {
  const agent = (name: string, state: string, seconds: number, queues = ['billing']) => ({
    ...{ agent: name, name, state, reason: state === 'paused' ? 'lunch' : null, since: ago(seconds), queues },
    kpis: { handled: { value: 12, n: 12 }, aht: { value: 201, n: 12 } },
  });
  const agents = [
    agent('Paul', 'paused', 600),
    agent('Gone', 'logged_out', 1),
    agent('Ada', 'available', 30),
    agent('Eve', 'available', 9, ['sales']),
  ];
  expect(
    agentsView(agents, 'billing', momentOf([])).map(({ name, stateWord, detail, lasts, handled, aht }) => [
      ...[name, stateWord, detail, lasts, handled, aht],
    ]),
  ).toEqual([
    ['Ada', 'Free', '', '00:30', '12', '03:21'],
    ['Paul', 'Paused', 'lunch', '10:00', '12', '03:21'],
  ]);
});

test('outcomes are the latest, newest first, without those who still wait', () => {
  const behind = (id: string, seconds: number, waitSeconds: number | null) => ({
    ...{ id, atMs: NOW_MS - seconds * 1000, effect: 'for', reason: 'short abandon', waitSeconds },
  });
  const view = outcomesView(
    [behind('a', 60, 5), behind('w', 40, null), behind('b', 30, 7)],
    momentOf([], 'fr'),
  );
  expect(view.map(({ id, wait, outcome }) => [id, wait, outcome])).toEqual([
    ['b', '00:07', 'abandon court'],
    ['a', '00:05', 'abandon court'],
  ]);
});

test('a correction says what was shown and what is true, of the figures that are shown', () => {
  const correction = {
    ...{
      id: 4,
      at: ago(5),
      queue: 'billing',
      channel: 'voice',
      start: ago(900),
      end: ago(0),
      reason: 'late' as const,
    },
    contacts: ['c1', 'c2', 'c3', 'c4'],
    kpis: {
      service_level: { from: { value: 0.9, n: 10 }, to: { value: 0.8, n: 11 } },
      csat: { from: { value: null }, to: { value: 1 } },
    },
  };
  const all = correctionsView([correction], { queue: null, kpis: null }, momentOf([]));
  expect(all[0]).toMatchObject({
    queue: 'Facturation',
    quarter: '12:45–13:00',
    reason: 'told late',
    contacts: 'c1, c2, c3, …',
  });
  const shown = correctionsView([correction], { queue: 'billing', kpis: ['service_level'] }, momentOf([]));
  expect(shown[0]?.changes.map(({ kpi, fromTo }) => `${kpi} ${fromTo}`.replaceAll('\u202f', ''))).toEqual([
    'Service level 90.0% → 80.0%',
  ]);
  expect(correctionsView([correction], { queue: 'sales', kpis: null }, momentOf([]))).toEqual([]);
});

test('a day is plotted from its first contact to the quarter hour that is on, three hours at least', () => {
  const interval = (quarter: number, offered: number) => ({
    ...{ queue: 'a', channel: 'voice', startMs: quarter * 900_000, endMs: (quarter + 1) * 900_000 },
    kpis: { offered: { value: offered, n: offered } },
  });
  const day = Array.from({ length: 96 }, (_, quarter) => interval(quarter, quarter >= 40 ? quarter : 0));
  const plot = dayPlot(day, 60 * 900_000 + 1);
  expect([plot.at[0], plot.at.at(-1), plot.offered[0]]).toEqual([40 * 900, 60 * 900, 40]);
  expect(dayPlot(day, 44 * 900_000).at).toHaveLength(12);
});

test('a sparkline has gaps where there is no value', () => {
  expect(sparkPath([1, null, 0, 0.5])).toBe('M0.0 1.0M64.0 23.0L96.0 12.0');
});
