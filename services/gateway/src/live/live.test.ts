import { connect } from 'node:net';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { frame, row, startGateway, stopGateways } from '../gateway.testkit.ts';
import { LIVE_LIMITS } from './limits.ts';
import { connected, refusedWith } from './ws-client.testkit.ts';

afterEach(stopGateways);

const offered = (value: number) => row('sales', { offered: { value, n: value } });
const ASK = { op: 'subscribe', id: 's1', queues: ['sales'], windows: ['30m'], kpis: ['offered'] };

async function speaking(file: unknown = {}) {
  const gateway = await startGateway(file);
  await gateway.feed.publish(frame(1, [offered(1)]));
  return gateway;
}

describe('a subscription', () => {
  test('is answered with its channel and a snapshot, then with what changes', async () => {
    const { liveUrl, feed } = await speaking();
    const client = await connected(liveUrl);
    client.send(ASK);
    expect(await client.next('subscribed')).toEqual({ op: 'subscribed', id: 's1', channel: 'c1' });
    expect(await client.next('snapshot')).toEqual({
      op: 'snapshot',
      channel: 'c1',
      epoch: 1,
      seq: 1,
      asOf: '2026-11-21T10:15:00.000Z',
      watermark: '2026-11-21T10:15:00.000Z',
      state: 'live',
      rows: [offered(1)],
    });
    await feed.publish(frame(2, [offered(2)]));
    expect(await client.next('delta')).toMatchObject({ channel: 'c1', epoch: 1, seq: 2, rows: [offered(2)] });
  });

  test('of the same content shares its channel; another has its own', async () => {
    const { liveUrl, feed } = await speaking();
    const clients = await Promise.all([connected(liveUrl), connected(liveUrl)]);
    for (const client of clients) client.send({ ...ASK, queues: ['sales', 'sales'] });
    clients[0]?.send({ op: 'subscribe', id: 's2' });
    await clients[0]?.next('snapshot', 2);
    await clients[1]?.next('snapshot');
    await feed.publish(frame(2, [offered(2)]));
    await clients[0]?.next('delta', 2);
    const channels = clients.map((client) => client.of('subscribed').map(({ channel }) => channel));
    expect(channels).toEqual([['c1', expect.stringMatching(/^c/)], ['c1']]);
    expect((await clients[1]!.next('delta')).seq).toBe(2);
  });

  test('may begin in the middle: its snapshot has the seq that the next delta follows', async () => {
    const { liveUrl, feed } = await speaking();
    const first = await connected(liveUrl);
    first.send(ASK);
    await first.next('snapshot');
    await feed.publish(frame(2, [offered(2)]));
    const second = await connected(liveUrl);
    second.send(ASK);
    expect(await second.next('snapshot')).toMatchObject({ seq: 2, rows: [offered(2)] });
    await feed.publish(frame(3, [offered(3)]));
    expect((await second.next('delta')).seq).toBe(3);
    expect(first.of('delta').map(({ seq }) => seq)).toEqual([2, 3]);
  });

  test('ends with unsubscribe', async () => {
    const { liveUrl, feed } = await speaking();
    const client = await connected(liveUrl);
    client.send(ASK);
    await client.next('snapshot');
    client.send({ op: 'unsubscribe', id: 's1' });
    client.send({ op: 'unsubscribe', id: 's1' });
    expect(await client.next('error')).toMatchObject({ id: 's1', code: 'bad_message' });
    await feed.publish(frame(2, [offered(2)]));
    client.send({ ...ASK, id: 's2' });
    await client.next('snapshot', 2);
    expect(client.of('delta')).toEqual([]);
  });

  test('is given a snapshot when the feed has a new owner', async () => {
    const { liveUrl, feed } = await speaking();
    const client = await connected(liveUrl);
    client.send(ASK);
    await client.next('snapshot');
    await feed.publish(frame(1, [offered(5)], { epoch: 2 }));
    expect(await client.next('snapshot', 2)).toMatchObject({ epoch: 2, seq: 2, rows: [offered(5)] });
  });

  test('is told that the feed fell silent', async () => {
    const { liveUrl, pass } = await speaking();
    const client = await connected(liveUrl);
    client.send(ASK);
    await client.next('snapshot');
    pass(3001);
    expect(await client.next('delta')).toMatchObject({
      state: 'stale',
      reason: 'no_feed',
      since: '2026-11-21T10:15:00.000Z',
      rows: [{ queue: 'sales', state: 'stale', kpis: {} }],
    });
    expect(await client.next('heartbeat')).toMatchObject({ state: 'stale', reason: 'no_feed' });
  });
});

test('a heartbeat comes without asking, twice within four seconds', async () => {
  const { liveUrl } = await speaking();
  const client = await connected(liveUrl);
  expect(await client.next('heartbeat', 2)).toEqual({
    op: 'heartbeat',
    now: '2026-11-21T10:15:00.000Z',
    watermark: '2026-11-21T10:15:00.000Z',
    state: 'live',
  });
  expect(LIVE_LIMITS.heartbeatMs).toBeLessThan(2000);
});

test.each([
  ['{', 'bad_message', 'the message is not JSON'],
  ['[]', 'bad_message', 'not a JSON object'],
  [{ op: 'shout' }, 'bad_message', 'op: expected "subscribe", "unsubscribe" or "report"'],
  [{ op: 'subscribe' }, 'bad_message', 'id'],
  [{ ...ASK, colour: 'red' }, 'bad_message', 'colour: no such field is known'],
  [{ ...ASK, windows: '30m' }, 'bad_message', 'windows: must be array'],
  [
    { ...ASK, windows: ['31m'] },
    'unknown_window',
    'windows: "31m" is unknown (did you mean "30m"?): known are 5m, 15m',
  ],
  [{ ...ASK, kpis: ['sl'] }, 'unknown_kpi', 'known are service_level, '],
  [{ ...ASK, channels: ['fax'] }, 'bad_message', 'channels: "fax" is unknown: known are voice, '],
  [
    { ...ASK, topic: 'weather' },
    'unknown_topic',
    'topic: "weather" is unknown: known are kpis, agents, contacts, corrections, alarms',
  ],
  [{ ...ASK, centre: 'lyon' }, 'unknown_centre', 'centre: "lyon" is unknown: known are default'],
])('%j is answered with the error %s, and the connection stays', async (message, code, why) => {
  const { liveUrl } = await speaking();
  const client = await connected(liveUrl);
  client.send(message);
  const error = await client.next('error');
  expect([error.code, error.message]).toEqual([code, expect.stringContaining(why)]);
  client.send(ASK);
  expect((await client.next('snapshot')).rows).toEqual([offered(1)]);
});

describe('bounds', () => {
  test('a message over 64 KiB closes with 1009', async () => {
    const { liveUrl } = await speaking();
    const client = await connected(liveUrl);
    client.send('x'.repeat(64 * 1024 + 1));
    expect(await client.whenClosed()).toMatchObject({ code: 1009 });
  });

  test('more than 20 messages at once are refused, a flood is closed with 1008', async () => {
    const { liveUrl } = await speaking();
    const client = await connected(liveUrl);
    for (let n = 0; n < 21; n++) client.send({ op: 'unsubscribe', id: 'x' });
    expect((await client.next('error', 21)).code).toBe('too_many');
    expect(client.of('error').filter(({ code }) => code === 'too_many')).toHaveLength(1);
    for (let n = 0; n < LIVE_LIMITS.floodMessages; n++) client.send({ op: 'unsubscribe', id: 'x' });
    expect(await client.whenClosed()).toEqual({ code: 1008, reason: 'too many messages' });
  });

  test('subscriptions of one connection are counted', async () => {
    const { liveUrl } = await speaking({ limits: { subscriptionsPerClient: 1 } });
    const client = await connected(liveUrl);
    client.send(ASK);
    client.send({ ...ASK, id: 's2' });
    expect(await client.next('error')).toMatchObject({
      id: 's2',
      code: 'too_many',
      message: expect.stringContaining('limits.subscriptionsPerClient'),
    });
  });

  test('clients are counted: one too many is told to try later', async () => {
    const { liveUrl } = await speaking({ limits: { wsClients: 1 } });
    const first = await connected(liveUrl);
    const second = await connected(liveUrl);
    expect(await second.whenClosed()).toEqual({
      code: 1013,
      reason: 'limits.wsClients: 1 clients are connected',
    });
    first.ws.close();
    await first.whenClosed();
    const third = await connected(liveUrl);
    third.send(ASK);
    await third.next('snapshot');
  });
});

describe('a handshake', () => {
  test.each([
    [{ origin: 'https://evil.example' }, 403],
    [{ headers: { host: 'evil.example' } }, 403],
  ])('with %j is refused with %i', async (options, status) => {
    const { liveUrl } = await speaking();
    expect(await refusedWith(liveUrl, options)).toBe(status);
  });

  test('on another path finds nothing', async () => {
    const { liveUrl } = await speaking();
    expect(await refusedWith(`${liveUrl}/more`)).toBe(404);
  });

  test('of a page of this machine is accepted, under the base path too, without compression', async () => {
    const { url } = await speaking({ server: { basePath: '/vigie' } });
    const client = await connected(`${url.replace('http', 'ws')}/vigie/v1/live`, {
      origin: 'http://localhost:8080',
    });
    expect(client.ws.extensions).toBe('');
  });
});

/** A client that opens a subscription to everything and then reads nothing. */
async function sleeper(url: string) {
  const { port, hostname } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  const upgrade = ['GET /v1/live HTTP/1.1', `Host: ${hostname}`, 'Upgrade: websocket', 'Connection: Upgrade'];
  const keys = ['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='];
  socket.write([...upgrade, ...keys, '', ''].join('\r\n'));
  await new Promise((done) => socket.once('data', done));
  socket.pause();
  const text = Buffer.from(JSON.stringify({ op: 'subscribe', id: 's1' }));
  socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), text]));
  return socket;
}

/** Rows that differ at each call, together about 300 KiB. */
const bulk = (seq: number) =>
  Array.from({ length: 500 }, (_, n) =>
    row(`queue-${n}-${'x'.repeat(100)}`, { waiting_now: { value: seq, n: seq } }),
  );

describe('a client that does not read', () => {
  async function asleep() {
    const gateway = await startGateway();
    await gateway.feed.publish(frame(1, bulk(1)));
    const socket = await sleeper(gateway.url);
    const skipped = async () => {
      const { body } = await gateway.http.inject('/metrics');
      return Number(/^vigie_ws_skipped_total (\d+)$/m.exec(body)?.[1]);
    };
    await expect
      .poll(async () => (await gateway.http.inject('/metrics')).body)
      .toContain('vigie_ws_channels 1');
    let seq = 1;
    for (; (await skipped()) < 5 && seq < 500; seq++)
      await gateway.feed.publish(frame(seq + 1, bulk(seq + 1)));
    expect(await skipped()).toBeGreaterThanOrEqual(5);
    return { ...gateway, socket, seq };
  }

  test('is skipped, costs others nothing, and has the newest values once it reads again', async () => {
    const { liveUrl, feed, socket, seq } = await asleep();
    const awake = await connected(liveUrl);
    awake.send({ op: 'subscribe', id: 's1' });
    await feed.publish(frame(seq + 1, bulk(seq + 1)));
    expect((await awake.next('snapshot')).rows.length).toBeGreaterThan(500);
    let read = '';
    socket.on('data', (chunk) => (read = (read + chunk.toString('latin1')).slice(-400_000)));
    socket.resume();
    await expect
      .poll(() => read.includes(`"waiting_now":{"value":${seq + 1},`), { timeout: 10_000 })
      .toBe(true);
    const last = read.lastIndexOf('"op":"snapshot"');
    expect(last).toBeGreaterThan(-1);
  });

  test('is closed after a minute', async () => {
    const { http, pass } = await asleep();
    pass(LIVE_LIMITS.stuckMs + 1);
    await expect.poll(async () => (await http.inject('/metrics')).body).toContain('vigie_ws_stuck_total 1');
    await expect
      .poll(async () => (await http.inject('/metrics')).body, { timeout: 8000 })
      .toContain('vigie_ws_clients 0');
  });
});

test('on stopping, clients are told to try later', async () => {
  const { liveUrl, stop } = await speaking();
  const client = await connected(liveUrl);
  client.send(ASK);
  await client.next('snapshot');
  await stop();
  expect(await client.whenClosed()).toEqual({ code: 1013, reason: 'stopping' });
});
