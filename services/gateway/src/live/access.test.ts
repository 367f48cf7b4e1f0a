import { afterEach, describe, expect, test } from 'vitest';
import { ACCESS, guarded, isLeaking, KEYS, type KeyName } from '../access.testkit.ts';
import { configured, stopGateways } from '../gateway.testkit.ts';
import { connected, refusedWith } from './ws-client.testkit.ts';

afterEach(stopGateways);

describe('a handshake', () => {
  test('takes a key, or a ticket, and neither twice the ticket nor anything else', async () => {
    const { liveUrl, bearer, ticketOf } = await guarded();
    await connected(liveUrl, { headers: bearer('sales') });
    const ticket = await ticketOf('hall');
    await connected(`${liveUrl}?ticket=${ticket}`);
    expect(await refusedWith(`${liveUrl}?ticket=${ticket}`)).toBe(401);
    expect(await refusedWith(liveUrl)).toBe(401);
    expect(await refusedWith(liveUrl, { headers: { authorization: 'Bearer nonsense' } })).toBe(401);
    for (const query of [
      `key=${KEYS.all}`,
      `ticket=${KEYS.all}`,
      'ticket=',
      'ticket=null',
      `token=${ticket}`,
    ])
      expect(await refusedWith(`${liveUrl}?${query}`)).toBe(401);
  });

  test('with a ticket that has expired is refused', async () => {
    const { liveUrl, ticketOf, pass } = await guarded();
    const ticket = await ticketOf('all');
    pass(30_000);
    expect(await refusedWith(`${liveUrl}?ticket=${ticket}`)).toBe(401);
  });

  test('of two at once with the same ticket one is accepted', async () => {
    const { liveUrl, ticketOf } = await guarded();
    const url = `${liveUrl}?ticket=${await ticketOf('all')}`;
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => connected(url)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('beyond the failures of an address is told to wait, and a key is taken all the same', async () => {
    const { liveUrl, bearer } = await guarded();
    const statuses: (number | undefined)[] = [];
    for (let n = 0; n < 25; n++) statuses.push(await refusedWith(liveUrl));
    expect([statuses[0], statuses.at(-1)]).toEqual([401, 429]);
    await connected(liveUrl, { headers: bearer('all') });
  });

  test('of another version of the protocol is refused', async () => {
    const { url, bearer } = await guarded();
    const upgrade = {
      connection: 'upgrade',
      upgrade: 'websocket',
      'sec-websocket-key': 'MDEyMzQ1Njc4OWFiY2RlZg==',
    };
    for (const version of ['8', '12', '14', '', 'x']) {
      const headers = { ...upgrade, ...bearer('all'), 'sec-websocket-version': version };
      expect(await statusOfUpgrade(`${url}/v1/live`, headers)).toBe(426);
    }
  });

  test('with more headers than are taken breaks nothing', async () => {
    const { url, liveUrl, bearer } = await guarded();
    const many = Object.fromEntries(Array.from({ length: 2100 }, (_, n) => [`x-${n}`, 'x']));
    const upgrade = {
      ...{ connection: 'upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' },
      'sec-websocket-key': 'MDEyMzQ1Njc4OWFiY2RlZg==',
    };
    const status = await statusOfUpgrade(`${url}/v1/live`, { ...many, ...upgrade, ...bearer('all') });
    expect([400, 401, 404, 426, 431]).toContain(status);
    await connected(liveUrl, { headers: bearer('all') });
  });
});

const ASK = { op: 'subscribe', windows: ['30m'], kpis: ['offered'] };

describe('a subscription', () => {
  test.each<[KeyName, object]>([
    ['sales', { queues: ['support-canary'] }],
    ['sales', { queues: ['support-of-nobody'] }],
    ['sales', { queues: ['sales-fr', 'support-canary'] }],
    ['sales', { queues: ['*', '_all'] }],
    ['sales', { queues: ['_other'] }],
    ['hall', { topic: 'agents' }],
    ['all', { topic: 'contacts' }],
    ['all', { topic: 'corrections' }],
    ['all', { topic: 'agents' }],
    ['lead', { topic: 'contacts', queues: ['support-canary'] }],
    ['paris', {}],
    ['paris', { centre: 'default' }],
  ])('of %s for %j is not allowed, and told nothing', async (name, message) => {
    const { liveUrl, bearer, publish, owner } = await guarded();
    const client = await connected(liveUrl, { headers: bearer(name) });
    client.send({ ...ASK, id: 's1', ...message });
    expect(await client.next('error')).toMatchObject({ id: 's1', code: 'not_allowed' });
    await publish(2);
    await client.next('heartbeat');
    expect([client.of('subscribed'), client.of('snapshot'), client.of('delta'), owner.asked]).toEqual([
      ...[[], [], [], []],
    ]);
  });

  test('of every queue is of one’s own, in snapshots and in what follows', async () => {
    const { liveUrl, bearer, publish, ticketOf } = await guarded();
    const wall = await connected(`${liveUrl}?ticket=${await ticketOf('hall')}`);
    const all = await connected(liveUrl, { headers: bearer('all') });
    const clients = [wall, all];
    clients[0]?.send({ ...ASK, id: 's1' });
    clients[0]?.send({ ...ASK, id: 's2', queues: ['*'] });
    clients[1]?.send({ ...ASK, id: 's1' });
    await wall.next('snapshot', 2);
    await all.next('snapshot');
    await publish(2);
    await wall.next('delta', 2);
    await all.next('delta');
    const queues = new Set(wall.of('snapshot').flatMap(({ rows }) => rows.map(({ queue }) => queue)));
    expect(queues).toEqual(new Set(['sales-fr']));
    expect(isLeaking(JSON.stringify(wall.messages))).toBe(false);
    expect(isLeaking(JSON.stringify(all.messages))).toBe(true);
    expect(all.of('subscribed')[0]?.channel).not.toBe(wall.of('subscribed')[0]?.channel);
  });

  test('of a topic asks for one’s own, drops what is not, and is audited', async () => {
    const { liveUrl, bearer, owner, lines } = await guarded();
    const client = await connected(liveUrl, { headers: bearer('lead') });
    client.send({ op: 'subscribe', id: 'a', topic: 'agents' });
    client.send({ op: 'subscribe', id: 'c', topic: 'contacts', queues: ['sales-fr'] });
    expect((await client.nextOf('agents')).items).toMatchObject([{ agent: 'bob' }]);
    expect((await client.nextOf('contacts')).items).toEqual([]);
    expect(owner.asked.map(({ scope }) => scope)).toEqual(owner.asked.map(() => ['sales-*']));
    expect(isLeaking(JSON.stringify(client.messages))).toBe(false);
    const audits = lines.flatMap((line) => (JSON.parse(line) as { audit?: object }).audit ?? []);
    expect(audits).toEqual([
      { key: 'lead', what: 'subscribe agents', centre: 'default', address: '127.0.0.1' },
      { key: 'lead', what: 'subscribe contacts', centre: 'default', queue: 'sales-fr', address: '127.0.0.1' },
    ]);
  });

  test('names no other centre in what it refuses', async () => {
    const { liveUrl, bearer } = await guarded();
    const client = await connected(liveUrl, { headers: bearer('paris') });
    client.send({ ...ASK, id: 's1', centre: 'paris' });
    const { message } = await client.next('error');
    expect(message).not.toContain('default');
  });
});

describe('a connection is closed with 1008', () => {
  test('when its key is revoked or changed, under load, and others go on', async () => {
    const { liveUrl, bearer, http, publish } = await guarded();
    const names = ['sales', 'hall', 'all', 'lead'] as const;
    const clients = await Promise.all(
      names.flatMap((name) => Array.from({ length: 5 }, () => connected(liveUrl, { headers: bearer(name) }))),
    );
    for (const client of clients) client.send({ ...ASK, id: 's1' });
    await Promise.all(clients.map((client) => client.next('snapshot')));
    const [all, sales, ...others] = ACCESS.keys;
    const { access } = configured({ access: { keys: [all, { ...sales, queues: ['sales-de'] }, ...others] } });
    http.access.replaceKeys(access!);
    const revoked = clients.slice(0, 10);
    for (const client of revoked)
      expect(await client.whenClosed()).toEqual({ code: 1008, reason: 'the key is no longer in force' });
    await publish(2);
    for (const client of clients.slice(10)) await client.next('delta');
    for (const client of revoked) expect(client.of('delta')).toEqual([]);
    const { body } = await http.inject('/metrics');
    expect(body).toContain('vigie_ws_revoked_total 10\n');
    expect(body).toContain('vigie_ws_clients 10\n');
  });

  test('when its key expires', async () => {
    const { liveUrl, bearer, pass } = await guarded();
    const client = await connected(liveUrl, { headers: bearer('brief') });
    pass(Date.UTC(2026, 10, 22) - Date.UTC(2026, 10, 21, 10, 15));
    expect((await client.whenClosed())?.code).toBe(1008);
    expect(await refusedWith(liveUrl, { headers: bearer('brief') })).toBe(401);
  });
});

test('one key takes half of the places and leaves the others; a place that is left is free again', async () => {
  const { liveUrl, bearer, http } = await guarded({ access: ACCESS, limits: { wsClients: 4 } });
  const of = async (name: KeyName) => await connected(liveUrl, { headers: bearer(name) });
  const [first] = [await of('all'), await of('all')];
  expect(await (await of('all')).whenClosed()).toEqual({
    code: 1013,
    reason: 'limits.wsClients: 2 clients are connected with this key',
  });
  await of('sales');
  first.ws.close();
  const has2 = async () => (await http.inject('/metrics')).body.includes('vigie_ws_clients 2\n');
  while (!(await has2())) await new Promise((done) => setTimeout(done, 5));
  const again = await of('all');
  again.send({ ...ASK, id: 's1' });
  await again.next('snapshot');
  await of('boss');
  expect((await (await of('hall')).whenClosed())?.code).toBe(1013);
});

test('origins are compared whole with those that are listed', async () => {
  const { liveUrl, bearer } = await guarded({ access: { ...ACCESS, origins: ['https://wall.example'] } });
  const headers = bearer('all');
  await connected(liveUrl, { headers, origin: 'https://wall.example' });
  const own = liveUrl.replace('ws:', 'http:').replace('/v1/live', '');
  for (const origin of [
    own,
    'https://wall.example:8443',
    'http://wall.example',
    'https://wall.example.evil',
    'null',
  ])
    expect(await refusedWith(liveUrl, { headers, origin })).toBe(403);
});

test('no key, ticket or figure is in a log, at the lowest level', async () => {
  const { liveUrl, bearer, ticketOf, lines, url } = await guarded();
  const ticket = await ticketOf('boss');
  const client = await connected(`${liveUrl}?ticket=${ticket}`);
  client.send({ op: 'subscribe', id: 'a', topic: 'contacts' });
  await client.nextOf('contacts');
  client.send(`{"op":"subscribe","id":"canary","topic":"canary","queues":["canary"]}`);
  client.send('canary');
  await client.next('error', 2);
  await refusedWith(`${liveUrl}?ticket=${ticket}`);
  await refusedWith(liveUrl, { headers: { ...bearer('all'), origin: 'https://canary.example' } });
  await fetch(`${url}/v1/nothing?key=canary`, { headers: { authorization: 'Bearer canary' } });
  const told = lines.join('');
  expect(told).toContain('"audit"');
  for (const secret of [...Object.values(KEYS), ticket]) expect(told).not.toContain(secret);
  expect(isLeaking(told)).toBe(false);
});

async function statusOfUpgrade(url: string, headers: Readonly<Record<string, string>>): Promise<number> {
  const { request } = await import('node:http');
  return await new Promise((done, fail) => {
    const asked = request(url, { headers });
    asked.on('response', (response) => {
      response.resume();
      done(response.statusCode ?? 0);
    });
    asked.on('upgrade', (_response, socket) => {
      socket.destroy();
      done(101);
    });
    asked.on('error', fail);
    asked.end();
  });
}
