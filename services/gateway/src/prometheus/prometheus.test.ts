import type { FeedCounters } from '@vigie/engine';
import { CentreView, WAIT_BOUNDS_SECONDS } from '@vigie/engine';
import { afterEach, describe, expect, test } from 'vitest';
import {
  NOW_MS,
  configured,
  frame,
  row,
  startGateway,
  stopGateways,
  type TestGateway,
} from '../gateway.testkit.ts';
import { planner } from '../plan.ts';
import { parseExposition } from './exposition.testkit.ts';
import { kpiFamilies } from './kpi-families.ts';

afterEach(stopGateways);

const FILE = { queues: { sales: { channel: 'voice' } }, prometheus: { windows: ['30m'] } };

async function scrape({ http }: TestGateway) {
  return parseExposition((await http.inject('/metrics')).body);
}
/** Value of the series with exactly these labels, besides the centre. */
async function valueOf(gateway: TestGateway, name: string, labels: Record<string, string> = {}) {
  const { samples } = await scrape(gateway);
  const wanted = { centre: 'default', ...labels };
  const found = samples.filter((each) => each.name === name && sameLabels(each.labels, wanted));
  expect(found.length).toBeLessThanOrEqual(1);
  return found[0]?.value;
}
const sameLabels = (a: Record<string, string>, b: Record<string, string>) => labelsText(a) === labelsText(b);
const labelsText = (labels: Record<string, string>) =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}=${JSON.stringify(labels[name])}`)
    .join();

const SALES = { queue: 'sales', channel: 'voice' };
const TOTAL = { queue: '_all', channel: '_all' };
const all = { channel: '_all' };

function counters(key: { queue: string; channel: string }, counts: Record<string, number>): FeedCounters {
  return { ...key, counts, waits: {} };
}

async function speaking(file: unknown = FILE) {
  const gateway = await startGateway(file);
  const ratio = {
    service_level: { value: 0.5, n: 12, status: 'alert' as const, target: 0.8 },
    abandonment_rate: { value: 0, n: 3, status: 'none' as const, target: 0.05 },
    asa: { value: null, n: 0, reason: 'no_data' as const },
  };
  const now = {
    waiting_now: { value: 3, n: 3 },
    longest_wait_now: { value: 7, since: '2026-11-21T10:14:50.000Z' },
  };
  const missed = { missed_contacts: { value: 1, n: 1 }, qos_rate: { value: 1, n: 2 } };
  await gateway.feed.publish(
    frame(
      1,
      ['30m', 'today'].flatMap((window) => [
        row('sales', { ...ratio, ...now, offered: { value: 9, n: 9 } }, { window }),
        row('_all', { ...ratio, ...now, ...missed }, { window, ...all }),
        row('_all', { ...ratio, ...now, ...missed }, { window }),
      ]),
      {
        counters: [
          counters(SALES, { offered: 12, 'flow_outs:timeout': 2, 'flow_outs:overflow': 1 }),
          counters(TOTAL, { offered: 12, presented: 8 }),
          counters({ queue: '_all', channel: 'voice' }, { presented: 8, 'missed_contacts:abandoned': 3 }),
        ],
      },
    ),
  );
  return gateway;
}

describe('figures', () => {
  test('are those of the snapshot, with their window; those of now have none', async () => {
    const gateway = await speaking();
    expect(await valueOf(gateway, 'vigie_service_level_ratio', { ...SALES, window: '30m' })).toBe(0.5);
    expect(await valueOf(gateway, 'vigie_contacts_waiting', SALES)).toBe(3);
    expect(await valueOf(gateway, 'vigie_longest_wait_seconds', SALES)).toBe(10);
  });

  test('have no sample when they are null, and a sample size of 0', async () => {
    const gateway = await speaking();
    expect(await valueOf(gateway, 'vigie_asa_seconds', { ...SALES, window: '30m' })).toBeUndefined();
    const size = (kpi: string) => valueOf(gateway, 'vigie_kpi_sample_size', { kpi, ...SALES, window: '30m' });
    expect([await size('asa'), await size('service_level')]).toEqual([0, 12]);
  });

  test('with a target have their status; what is not judged has none', async () => {
    const gateway = await speaking();
    const status = (kpi: string) => valueOf(gateway, 'vigie_kpi_status', { kpi, ...SALES, window: '30m' });
    expect([await status('service_level'), await status('abandonment_rate')]).toEqual([2, undefined]);
  });

  test('of windows that are not configured are not exported', async () => {
    const { samples } = await scrape(await speaking());
    expect(new Set(samples.flatMap(({ labels }) => labels['window'] ?? []))).toEqual(new Set(['30m']));
  });

  test('of all queues are exported only where they cannot be summed', async () => {
    const gateway = await speaking();
    expect(await valueOf(gateway, 'vigie_contacts_waiting', TOTAL)).toBeUndefined();
    expect(await valueOf(gateway, 'vigie_longest_wait_seconds', TOTAL)).toBe(10);
    expect(await valueOf(gateway, 'vigie_service_level_ratio', { ...TOTAL, window: '30m' })).toBe(0.5);
    expect(await valueOf(gateway, 'vigie_qos_ratio', { ...TOTAL, window: '30m' })).toBe(1);
  });

  test('of agents have a series for each state, and none that would count them twice', async () => {
    const gateway = await startGateway(FILE);
    const agents = { agents_by_state_now: { value: 3, n: 3, by: { available: 2, paused: 1 } } };
    await gateway.feed.publish(frame(1, [row('sales', agents, { window: 'today', ...all })]));
    const { samples } = await scrape(gateway);
    const states = samples.filter(
      ({ name, labels }) => name === 'vigie_agents_by_state' && labels['queue'] === 'sales',
    );
    expect(Object.fromEntries(states.map(({ labels, value }) => [labels['state'], value]))).toEqual({
      logged_out: 0,
      available: 2,
      on_contact: 0,
      acw: 0,
      paused: 1,
      unknown: 0,
    });
  });

  test('of a queue without traffic are 0, not missing', async () => {
    const gateway = await startGateway(FILE);
    await gateway.feed.publish(frame(1, []));
    expect(await valueOf(gateway, 'vigie_contacts_waiting', SALES)).toBe(0);
    expect(await valueOf(gateway, 'vigie_contacts_offered_total', SALES)).toBe(0);
  });
});

describe('counters', () => {
  test('are cumulative, never the value of a window', async () => {
    const gateway = await speaking();
    expect(await valueOf(gateway, 'vigie_contacts_offered_total', SALES)).toBe(12);
    await gateway.feed.publish(frame(2, [row('sales', { offered: { value: 0, n: 0 } })]));
    expect(await valueOf(gateway, 'vigie_contacts_offered_total', SALES)).toBe(12);
    expect(await valueOf(gateway, 'vigie_contacts_offered_total', TOTAL)).toBeUndefined();
  });

  test('stay when the rows of their queue go', async () => {
    const gateway = await startGateway();
    const help = { queue: 'help', channel: 'voice' };
    await gateway.feed.publish(frame(1, [], { counters: [counters(help, { offered: 5 })] }));
    expect(await valueOf(gateway, 'vigie_contacts_offered_total', help)).toBe(5);
  });

  test('with causes have one series each, and none beside them', async () => {
    const gateway = await speaking();
    const flowOuts = (reason: string) => valueOf(gateway, 'vigie_flow_outs_total', { ...SALES, reason });
    expect([await flowOuts('timeout'), await flowOuts('overflow')]).toEqual([2, 1]);
    expect(await valueOf(gateway, 'vigie_flow_outs_total', SALES)).toBeUndefined();
  });

  test('of contacts live in the totals, by channel', async () => {
    const gateway = await speaking();
    const voice = { queue: '_all', channel: 'voice' };
    expect(await valueOf(gateway, 'vigie_contacts_presented_total', voice)).toBe(8);
    expect(await valueOf(gateway, 'vigie_contacts_presented_total', TOTAL)).toBeUndefined();
    expect(await valueOf(gateway, 'vigie_missed_contacts_total', { ...voice, reason: 'abandoned' })).toBe(3);
  });

  test('of waits are a histogram whose buckets add up', async () => {
    const gateway = await speaking();
    const buckets = [...WAIT_BOUNDS_SECONDS, Infinity].map((bound) =>
      bound === 5 ? 2 : bound === Infinity ? 1 : 0,
    );
    const waits = { answered: { buckets, sum: 4000.5, count: 3 } };
    await gateway.feed.publish(frame(2, [], { counters: [{ ...SALES, counts: { offered: 12 }, waits }] }));
    const bucket = (le: string) =>
      valueOf(gateway, 'vigie_wait_seconds_bucket', { ...SALES, outcome: 'answered', le });
    expect([await bucket('2'), await bucket('5'), await bucket('1800'), await bucket('+Inf')]).toEqual([
      0, 2, 2, 3,
    ]);
    expect(await valueOf(gateway, 'vigie_wait_seconds_sum', { ...SALES, outcome: 'answered' })).toBe(4000.5);
    expect(await valueOf(gateway, 'vigie_wait_seconds_count', { ...SALES, outcome: 'answered' })).toBe(3);
  });
});

describe('the feed', () => {
  test('has one state, and an age', async () => {
    const gateway = await speaking();
    gateway.pass(2000);
    expect(await valueOf(gateway, 'vigie_feed_age_seconds')).toBe(2);
    const states = async () =>
      Object.fromEntries(
        (await scrape(gateway)).samples
          .filter(({ name }) => name === 'vigie_feed_state')
          .map(({ labels, value }) => [labels['state'], value]),
      );
    expect(await states()).toEqual({ live: 1, stale: 0, recovering: 0, incomplete: 0 });
    gateway.pass(2000);
    expect(await states()).toEqual({ live: 0, stale: 1, recovering: 0, incomplete: 0 });
  });

  test('ages while its sources say nothing, though frames come', async () => {
    const gateway = await speaking();
    const base = frame(2, []);
    await gateway.feed.publish({ ...base, header: { ...base.header, watermarkMs: NOW_MS - 30_000 } });
    expect(await valueOf(gateway, 'vigie_feed_age_seconds')).toBe(30);
  });

  test.each([
    ['nothing was heard of', undefined],
    ['recovers', 'recovering' as const],
  ])('of which %s exports no figure', async (_name, state) => {
    const gateway = await startGateway(FILE);
    const base = frame(1, [row('sales', { waiting_now: { value: 3, n: 3 } })], {
      counters: [counters(SALES, { offered: 1 })],
    });
    if (state !== undefined) await gateway.feed.publish({ ...base, header: { ...base.header, state } });
    const { samples } = await scrape(gateway);
    expect(samples.filter(({ labels }) => 'queue' in labels)).toEqual([]);
    expect(samples.filter(({ name }) => name === 'vigie_feed_state')).toHaveLength(4);
  });
});

test('beyond maxSeries whole KPIs are left out, last of the catalogue first, and counted', async () => {
  const everything = await scrape(await speaking());
  const figures = everything.samples.filter(({ labels }) => 'queue' in labels);
  const limit = Math.floor(figures.length / 2);
  const gateway = await speaking({ ...FILE, prometheus: { windows: ['30m'], maxSeries: limit } });
  const { samples } = await scrape(gateway);
  const kept = samples.filter(({ labels }) => 'queue' in labels);
  expect(kept.length).toBeLessThanOrEqual(limit);
  expect(kept.filter(({ name }) => name === 'vigie_service_level_ratio')).toEqual(
    figures.filter(({ name }) => name === 'vigie_service_level_ratio'),
  );
  expect(samples.some(({ name }) => name === 'vigie_oldest_unanswered_age_seconds')).toBe(false);
  expect(samples.find(({ name }) => name === 'vigie_kpis_left_out')?.value).toBeGreaterThan(0);
});

test('only the KPIs that are configured are exported', async () => {
  const gateway = await speaking({ ...FILE, prometheus: { windows: ['30m'], kpis: ['waiting_now'] } });
  const { samples } = await scrape(gateway);
  const names = samples.filter(({ labels }) => 'queue' in labels).map(({ name }) => name);
  expect(new Set(names)).toEqual(new Set(['vigie_contacts_waiting']));
});

test('the text is well-formed: one head per metric, samples below it, no series twice', async () => {
  const { samples, types } = await scrape(await speaking());
  const series = samples.map(({ name, labels }) => `${name} ${labelsText(labels)}`);
  expect(new Set(series).size).toBe(series.length);
  expect(types.get('vigie_contacts_offered_total')).toBe('counter');
});

test('figures are those of the instant of the scrape, though the feed moves on while they are written', () => {
  const configuration = configured(FILE);
  const centre = new CentreView('default', planner(configuration)('default'), NOW_MS);
  const longest = { longest_wait_now: { value: 7, since: '2026-11-21T10:14:50.000Z' } };
  const rows = [row('sales', longest, { window: 'today' })];
  const counted = (offered: number) => ({ counters: [counters(SALES, { offered })] });
  centre.apply(frame(1, rows, counted(5)), NOW_MS);
  const families = kpiFamilies([centre], configuration.prometheus, NOW_MS);
  const later = frame(2, [], counted(6));
  centre.apply({ ...later, header: { ...later.header, asOfMs: NOW_MS + 1000 } }, NOW_MS + 1000);
  const written = new Map([...families].map(({ name, samples }) => [name, [...samples]]));
  const sales = (name: string) =>
    written.get(name)?.find(({ labels }) => typeof labels === 'string' && labels.includes('queue="sales"'))
      ?.value;
  expect(sales('vigie_contacts_offered_total')).toBe(5);
  expect(sales('vigie_longest_wait_seconds')).toBe(10);
});
