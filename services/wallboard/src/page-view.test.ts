import type { KpiValue, Row, ServerMessage } from '@vigie/contracts';
import { type FeedInput, type FeedState, reduceFeed, startFeed } from '@vigie/client';
import { describe, expect, test } from 'vitest';

import { formatsOf } from './format.ts';
import { readQueueNames } from './names.ts';
import type { TILES } from './layout.ts';
import { pageView } from './page-view.ts';
import type { TileView } from './tile-view.ts';
import type { Language } from './text.ts';

const T0 = Date.parse('2026-11-21T13:03:12Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const said = (body: ServerMessage): FeedInput => ({ type: 'message', data: JSON.stringify(body) });
const run = (state: FeedState, nowMs: number, ...inputs: FeedInput[]): FeedState =>
  inputs.reduce((held, input) => reduceFeed(held, input, nowMs, 0).state, state);
const beat = (nowMs: number, more: object = {}): FeedInput =>
  said({ op: 'heartbeat', now: iso(nowMs), watermark: null, state: 'live', ...more });

const row = (queue: string, kpis: Record<string, KpiValue>, more: Partial<Row> = {}): Row => ({
  queue,
  channel: queue === '_all' ? '_all' : 'voice',
  window: '30m',
  state: 'live',
  kpis,
  ...more,
});
const all = (kpis: Record<string, KpiValue>, more: Partial<Row> = {}): Row => row('_all', kpis, more);
const SL: KpiValue = { value: 0.72, n: 143, target: 0.8, status: 'warn' };

function feedOf(...rows: Row[]): FeedState {
  return run(
    startFeed({}, T0).state,
    T0,
    { type: 'open' },
    said({ op: 'subscribed', id: 's1', channel: 'c1' }),
    said({ op: 'snapshot', channel: 'c1', epoch: 1, seq: 1, asOf: iso(T0), state: 'live', rows }),
    beat(T0),
  );
}
const NAMES = {
  kpis: new Map(),
  queues: readQueueNames({
    queues: [
      { queue: 'sales', name: 'Ventes', channels: { voice: { threshold: 20 } } },
      { queue: 'night', name: 'Nuit', channels: { voice: { opensAt: '2026-11-21T19:00:00Z' } } },
      { queue: 'week', name: 'Semaine', channels: { voice: { opensAt: '2026-11-23T07:00:00Z' } } },
    ],
  }),
};
function view(feed: FeedState, nowMs = T0, language: Language = 'en') {
  const page = pageView({
    feed,
    nowMs,
    window: '30m',
    queues: [],
    language,
    formats: formatsOf(language, [], 'Europe/Paris'),
    names: NAMES,
  });
  return { ...page, tiles: Object.fromEntries(page.tiles) as Record<(typeof TILES)[number], TileView> };
}

test('a service level stands with its target, threshold, window and sample', () => {
  const tile = view(feedOf(all({ service_level_live: SL }), row('sales', {}))).tiles.service_level;
  expect(tile).toMatchObject({
    figure: { number: '72', unit: '%' },
    status: 'warn',
    statusWord: 'Watch',
    details: ['target 80% in 20 s', 'last 30 min · n = 143'],
  });
  expect(tile.spoken).toBe('Service level: 72%, Watch, target 80% in 20 s, last 30 min · n = 143');
});

test('the longest wait counts up from its instant and names the queue', () => {
  const wait: KpiValue = { value: 42, since: iso(T0 - 42_000) };
  const feed = feedOf(all({ longest_wait_now: wait }), row('sales', { longest_wait_now: wait }));
  expect(view(feed).tiles.longest_wait).toMatchObject({
    figure: { number: '00:42' },
    details: ['Ventes · since 14:02:30'],
  });
  expect(view(feed, T0 + 3_500).tiles.longest_wait.figure.number).toBe('00:45');
});

describe('zero, nothing and closed', () => {
  const tile = (kpi: KpiValue | undefined) =>
    view(feedOf(all(kpi === undefined ? {} : { waiting_now: kpi }))).tiles.waiting;

  test('look different', () => {
    expect(tile({ value: 0, n: 0 })).toMatchObject({ figure: { number: '0', kind: 'value' } });
    expect(tile({ value: null, reason: 'no_data' })).toMatchObject({
      figure: { number: '—', kind: 'nothing' },
      details: ['no data', ''],
    });
    expect(tile({ value: null, reason: 'closed' })).toMatchObject({
      figure: { number: 'closed', kind: 'closed' },
    });
    expect(tile(undefined).figure.kind).toBe('nothing');
  });

  test('what is closed says when it opens, with the day where that is not today', () => {
    const closed: KpiValue = { value: null, reason: 'closed' };
    const page = view(
      feedOf(
        all({ waiting_now: closed }),
        ...['night', 'week'].map((queue) => row(queue, { waiting_now: closed })),
      ),
    );
    expect(page.tiles.waiting.details[0]).toBe('opens 20:00');
    expect(page.tiles.waiting.spoken).toContain('closed');
    expect(page.rows.map(({ name, mark }) => `${name}: ${mark}`)).toEqual([
      'Nuit: opens 20:00',
      'Semaine: opens Mon 08:00',
    ]);
  });

  test('nobody waiting is a wait of zero', () => {
    const { longest_wait } = view(
      feedOf(all({ waiting_now: { value: 0, n: 0 }, longest_wait_now: { value: null } })),
    ).tiles;
    expect(longest_wait).toMatchObject({
      figure: { number: '00:00', kind: 'value' },
      details: ['nobody waiting'],
    });
  });
});

describe('the ladder of a silent feed', () => {
  const feed = feedOf(all({ service_level_live: SL, waiting_now: { value: 3, n: 3 } }));
  const after = (seconds: number) => view(feed, T0 + seconds * 1000);

  test('begins within five seconds, with age and banner', () => {
    expect(after(4).tiles.service_level.rung).toBe('fresh');
    expect(after(4).banner).toBeNull();
    expect(after(4.5)).toMatchObject({
      rung: 'delayed',
      banner: { level: 'alert', text: 'Connection lost since 14:03:12' },
      tiles: { service_level: { rung: 'delayed', status: 'none', details: ['target 80%', 'delayed 4 s'] } },
    });
  });

  test('then dims, without a verdict, as of an instant', () => {
    expect(after(31).tiles.service_level).toMatchObject({
      rung: 'dimmed',
      status: 'none',
      statusWord: '',
      figure: { number: '72' },
      details: ['target 80%', 'as of 14:03:12'],
    });
  });

  test('and ends without a value, never with zero', () => {
    expect(after(120).tiles.waiting).toMatchObject({
      rung: 'gone',
      figure: { number: '—', kind: 'nothing' },
      details: ['no data', 'since 14:03'],
    });
    expect(after(120).total?.cells.map(({ text }) => text)).not.toContain('0');
  });
});

test('a lost connection is told after a blink, a quick return is not', () => {
  const lost = run(feedOf(all({})), T0, { type: 'closed', code: 1006 });
  expect(view(lost, T0 + 1_000)).toMatchObject({ banner: null, rung: 'fresh' });
  expect(view(lost, T0 + 2_000)).toMatchObject({ banner: { level: 'alert' }, rung: 'delayed' });
});

test.each([
  ['recovering', 'warn', 'Recovering since 14:02:12'],
  ['incomplete', 'warn', 'Incomplete data since 14:02:12'],
  ['stale', 'alert', 'No data from the source since 14:02:12'],
] as const)('a feed that says it is %s is told with since when', (state, level, text) => {
  const feed = run(feedOf(all({})), T0, beat(T0, { state, since: iso(T0 - 60_000), reason: 'no_feed' }));
  expect(view(feed).banner).toEqual({ level, text });
});

test.each([
  [{ since: iso(T0 - 60_000), until: iso(T0 - 30_000) }, 'Incomplete data from 14:02:12 to 14:02:42'],
  [{ until: iso(T0 - 30_000) }, 'Incomplete data until 14:02:42'],
])('a feed of which something is missing says from when to when, as far as it is known', (gap, text) => {
  const feed = run(feedOf(all({})), T0, beat(T0, { state: 'incomplete', ...gap }));
  expect(view(feed).banner).toEqual({ level: 'warn', text });
});

test('one stale queue ages on its own, the page does not', () => {
  const stale = row(
    'sales',
    { waiting_now: { value: 3, n: 3 } },
    { state: 'stale', since: iso(T0 - 45_000) },
  );
  const page = view(feedOf(all({}), stale, row('web', {})));
  expect(page.rung).toBe('fresh');
  expect(page.rows.map(({ name, rung, mark }) => [name, rung, mark])).toEqual([
    ['Ventes', 'dimmed', 'as of 14:02:27'],
    ['web', 'fresh', ''],
  ]);
});

test('an incomplete figure is never called OK', () => {
  const ok: KpiValue = { value: 0.9, n: 10, target: 0.8, status: 'ok' };
  const tile = view(feedOf(all({ service_level_live: ok }, { state: 'incomplete' }))).tiles.service_level;
  expect(tile).toMatchObject({ status: 'none', statusWord: 'partial' });
});

test('figures of conversations have no meaning for calls, and columns of their own only where there are some', () => {
  const chat = row('web', { avg_first_response_time: { value: 44, n: 2 } }, { channel: 'chat' });
  const kpis = (feed: FeedState) => view(feed).columns.map(({ kpi }) => kpi);
  expect(kpis(feedOf(row('sales', {})))).not.toContain('avg_first_response_time');
  const page = view(feedOf(row('sales', {}), chat));
  const cells = page.rows.map(({ cells }) => cells.find(({ kpi }) => kpi === 'avg_first_response_time'));
  expect(cells.map((cell) => [cell?.kind, cell?.text])).toEqual([
    ['absent', ''],
    ['value', '00:44'],
  ]);
});

test('the order is kept while somebody points at it', () => {
  const feed = feedOf(row('a', {}), row('b', { asa: { value: 1, n: 1, status: 'alert' } }));
  const input = {
    feed,
    nowMs: T0,
    window: '30m',
    queues: [],
    language: 'en',
    formats: formatsOf('en'),
    names: NAMES,
  } as const;
  expect(pageView(input).rows.map(({ name }) => name)).toEqual(['b', 'a']);
  const held = ['a', 'b'].map((queue) => JSON.stringify([queue, 'voice']));
  expect(pageView({ ...input, keepOrder: held }).rows.map(({ name }) => name)).toEqual(['a', 'b']);
});

test('French says it in French', () => {
  const tile = view(feedOf(all({ service_level_live: SL }), row('sales', {})), T0, 'fr').tiles.service_level;
  expect(tile.label).toBe('Niveau de service');
  expect(tile.details.map((line) => line.replace(/[\u00a0\u202f]/g, ' '))).toEqual([
    'objectif 80 % en 20 s',
    '30 dern. min · n = 143',
  ]);
});

test('a subscription that is refused is told with why, in words', () => {
  const refused = run(
    startFeed({}, T0).state,
    T0,
    { type: 'open' },
    said({ op: 'error', id: 's1', code: 'unknown_centre', message: 'no centre of that name' }),
  );
  expect(view(refused).banner).toEqual({
    level: 'alert',
    text: 'Refused by the server: there is no such centre',
  });
});

test('before the first figure the page says that it connects, and shows no value', () => {
  const page = view(startFeed({}, T0).state);
  expect(page.banner).toEqual({ level: 'info', text: 'Connecting…' });
  expect(page.tiles.waiting).toMatchObject({
    rung: 'gone',
    figure: { number: '—' },
    details: ['no data yet', ''],
  });
});
