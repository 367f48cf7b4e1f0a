import { CATALOGUE } from '@vigie/metrics';
import { afterEach, describe, expect, test } from 'vitest';
import { frame, row, startGateway, stopGateways } from '../gateway.testkit.ts';

afterEach(stopGateways);

const FILE = {
  queues: { sales: { name: 'Ventes', channel: 'voice', team: 'red', serviceLevel: { threshold: '15s' } } },
};

async function speaking() {
  const gateway = await startGateway(FILE);
  const figures = { waiting_now: { value: 3, n: 3 }, offered: { value: 9, n: 9 } };
  await gateway.feed.publish(frame(1, [row('sales', figures), row('help', figures, { window: 'today' })]));
  return gateway;
}

test('/v1/kpis is the catalogue, without its computing', async () => {
  const { http } = await startGateway();
  const { kpis } = (await http.inject('/v1/kpis')).json<{ kpis: Record<string, unknown>[] }>();
  expect(kpis.map(({ id }) => id)).toEqual(CATALOGUE.map(({ id }) => id));
  expect(Object.keys(kpis[0] ?? {}).sort()).toEqual([
    'abbreviation',
    'better',
    'description',
    'dimensions',
    'events',
    'formula',
    'id',
    'instant',
    'metric',
    'name',
    'unit',
  ]);
});

test('/v1/queues are those configured and those with traffic, with what they are judged by', async () => {
  const { http } = await speaking();
  const { queues } = (await http.inject('/v1/queues')).json<{ queues: Record<string, unknown>[] }>();
  expect(queues.map(({ queue }) => queue)).toEqual(['sales', 'help']);
  expect(queues[0]).toMatchObject({
    name: 'Ventes',
    team: 'red',
    site: null,
    channels: {
      voice: {
        threshold: 15,
        shortAbandon: 5,
        formula: 'exclude_short_abandons',
        targets: { service_level: { target: 0.8, minSample: 10, hold: 15, hysteresis: 0.01 } },
      },
    },
  });
});

test('/v1/queues says when what is closed opens next', async () => {
  // it is Saturday
  const { http } = await startGateway({
    centre: { timeZone: 'Europe/Paris' },
    calendars: { office: { mon: ['09:00-18:00'], sat: ['14:00-16:00'] }, week: { mon: ['08:00-18:00'] } },
    queues: {
      ...{ today: { channel: 'voice', calendar: 'office' }, later: { channel: 'voice', calendar: 'week' } },
      always: { channel: 'voice' },
    },
  });
  const { queues } = (await http.inject('/v1/queues')).json<{
    queues: { queue: string; channels: { voice: { opensAt?: string } } }[];
  }>();
  expect(Object.fromEntries(queues.map(({ queue, channels }) => [queue, channels.voice.opensAt]))).toEqual({
    ...{ today: '2026-11-21T13:00:00.000Z', later: '2026-11-23T07:00:00.000Z', always: undefined },
  });
});

describe('/v1/snapshot', () => {
  test('holds what the feed says and what configuration promises', async () => {
    const { http } = await speaking();
    const answer = await http.inject('/v1/snapshot');
    expect([answer.statusCode, answer.headers['content-type'], answer.headers['cache-control']]).toEqual([
      200,
      'application/json; charset=utf-8',
      'no-store',
    ]);
    const document = answer.json<{ rows: { queue: string; window: string }[] }>();
    expect(document).toMatchObject({
      centre: 'default',
      asOf: '2026-11-21T10:15:00.000Z',
      state: 'live',
      configVersion: 'v1',
    });
    expect(document.rows.map(({ queue, window }) => `${queue} ${window}`)).toEqual([
      'sales 30m',
      'help today',
      ...['5m', '15m', '30m', '60m', 'today'].map((window) => `_all ${window}`),
    ]);
  });

  test('is filtered by every parameter, repeated ones too', async () => {
    const { http } = await speaking();
    const url =
      '/v1/snapshot?queue=sales&queue=help&channel=voice&window=30m&kpi=offered&kpi=asa&centre=default';
    expect((await http.inject(url)).json().rows).toEqual([row('sales', { offered: { value: 9, n: 9 } })]);
  });

  test.each([
    ['window=31m', 400, 'window: "31m" is unknown (did you mean "30m"?): known are 5m, 15m, 30m, 60m, today'],
    ['queue=sails', 400, 'queue: "sails" is unknown (did you mean "sales"?): known are *, _all, sales, help'],
    [
      'kpi=service_lvl',
      400,
      'kpi: "service_lvl" is unknown (did you mean "service_level"?): known are service_level, ',
    ],
    ['channel=fax', 400, 'channel: "fax" is unknown'],
    ['centre=paris', 400, 'centre: "paris" is unknown: known are default'],
    ['centre=default&centre=default', 400, 'centre: is given more than once: expected one value'],
    ['windows=30m', 400, '"windows" is no parameter (did you mean "window"?): known are window, queue,'],
    ['at=yesterday', 400, 'at: "yesterday" is no instant: expected such as 2026-11-21T10:15:00Z'],
  ])('?%s is answered with %i and what exists', async (query, status, detail) => {
    const { http } = await speaking();
    const answer = await http.inject(`/v1/snapshot?${query}`);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json<{ detail: string }>().detail).toContain(detail);
  });

  test('that is large is whole, though it is written in parts', async () => {
    const { http, feed } = await startGateway();
    const rows = Array.from({ length: 1001 }, (_, n) => row(`q${n}`, { waiting_now: { value: n, n } }));
    await feed.publish(frame(1, rows));
    const document = (await http.inject('/v1/snapshot?queue=*')).json<{ rows: { queue: string }[] }>();
    expect(document.rows.toSorted((a, b) => Number(a.queue.slice(1)) - Number(b.queue.slice(1)))).toEqual(
      rows,
    );
  });

  test('of another centre is chosen by name, once it was heard of', async () => {
    const { http, feed } = await speaking();
    const base = frame(1, [row('x', {})]);
    await feed.publish({ ...base, header: { ...base.header, centre: 'lyon' } });
    const document = (await http.inject('/v1/snapshot?centre=lyon&queue=*')).json();
    expect(document).toMatchObject({ centre: 'lyon', rows: [row('x', {})] });
  });
});

describe('the feed', () => {
  test('that lost frames is read again, and the figures are whole', async () => {
    const { http, feed } = await speaking();
    const offered = async () =>
      (await http.inject('/v1/snapshot?queue=sales&window=30m&kpi=offered')).json().rows[0].kpis.offered
        .value;
    await feed.publish(frame(2, [row('sales', { offered: { value: 10, n: 10 } })]), { lost: true });
    expect(await offered()).toBe(9);
    await feed.publish(frame(3, []));
    await expect.poll(offered).toBe(10);
    await feed.publish(frame(4, [row('sales', { offered: { value: 11, n: 11 } })]), { lost: true });
    feed.gap();
    await expect.poll(offered).toBe(11);
  });

  test('that cannot be read is tried again, and until then the gateway is not ready', async () => {
    const { http, feed } = await speaking();
    await expect.poll(async () => (await http.inject('/readyz')).statusCode).toBe(200);
    feed.failing = true;
    feed.gap();
    await expect.poll(async () => (await http.inject('/readyz')).statusCode).toBe(503);
    feed.failing = false;
    await expect.poll(async () => (await http.inject('/readyz')).statusCode).toBe(200);
  });

  test('that says nothing makes the document stale', async () => {
    const { http, pass } = await speaking();
    pass(3001);
    expect((await http.inject('/v1/snapshot')).json()).toMatchObject({
      state: 'stale',
      since: '2026-11-21T10:15:00.000Z',
      reason: 'no_feed',
    });
  });
});
