/** Keys over separate processes: who may what, tickets across gateways, and what processes show each other. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { ServerMessage } from '@vigie/contracts';
import { hashOfKey, makeKey } from '@vigie/service-kit';
import { startKafka, startRedis, temporaryDirectory, waitFor } from '@vigie/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';

import { startService, type Service } from '../integration/exactness/service.ts';

const KEYS = { pbx: makeKey(), boss: makeKey(), lead: makeKey(), hall: makeKey() };
type KeyName = keyof typeof KEYS;
const INTERNAL = 'an-internal-key-that-is-long-enough';
/** In every name of what the keys for `sales` must not be told. */
const CANARY = 'canary';

const entry = (name: KeyName, more: object) => ({ name, hash: hashOfKey(KEYS[name]), ...more });
const access = (screens: readonly object[]) => ({
  keys: [
    entry('pbx', { roles: ['ingest'], sources: ['pbx://*'] }),
    entry('boss', { roles: ['supervise'] }),
    entry('lead', { roles: ['supervise'], queues: ['sales'] }),
  ],
  screens,
});
const HALL = entry('hall', { queues: ['sales'] });

let file: string;
let services: Service[];
let stopServers: () => Promise<unknown>;
const at = (index: number): string => services[index]!.url;
const INGEST = 0;
const AGGREGATOR = 1;
const GATEWAYS = [2, 3] as const;
/** A gateway that was given another internal key. */
const STRANGER = 4;

beforeAll(async () => {
  const [kafka, redis] = await Promise.all([startKafka(), startRedis()]);
  stopServers = async () => await Promise.all([kafka.stop(), redis.stop()]);
  file = join(await temporaryDirectory('access'), 'vigie.yaml');
  await writeFile(file, JSON.stringify({ access: access([HALL]), kafka: { partitions: 1 } }));
  const env = {
    VIGIE_KAFKA_BROKERS: kafka.brokers.join(','),
    VIGIE_REDIS_URL: redis.url,
    VIGIE_INTERNAL_KEY: INTERNAL,
  };
  services = [];
  for (const role of ['ingest', 'aggregator', 'gateway', 'gateway', 'gateway']) {
    const stranger = services.length === STRANGER ? { VIGIE_INTERNAL_KEY: `${INTERNAL}x` } : {};
    const service = await startService([role, '--config', file], { ...env, ...stranger });
    services.push(service);
    await service.ready();
  }
  for (const [index, queue] of ['sales', `support-${CANARY}`].entries()) {
    const id = `${queue}-1`;
    const event = {
      ...{ specversion: '1.0', id, source: 'pbx://one', type: 'vigie.contact.queued' },
      time: new Date().toISOString(),
      data: { contact: { id, segmentId: id, channel: 'voice' }, queue: { id: queue }, n: index },
    };
    expect((await post('pbx', event)).status).toBe(202);
  }
  await waitFor(async () => (await (await get(GATEWAYS[0], '/v1/queues', 'boss')).text()).includes(CANARY), {
    what: 'the queues to be known',
  });
}, 180_000);
afterAll(async () => {
  for (const service of services) if (service.running) await service.stop();
  await stopServers();
}, 60_000);

const bearer = (name: KeyName) => ({ authorization: `Bearer ${KEYS[name]}` });
async function get(service: number, path: string, name?: KeyName): Promise<Response> {
  return await fetch(`${at(service)}${path}`, name === undefined ? {} : { headers: bearer(name) });
}
async function post(name: KeyName, event: object): Promise<Response> {
  const headers = { 'content-type': 'application/cloudevents+json', ...bearer(name) };
  return await fetch(`${at(INGEST)}/v1/events`, { method: 'POST', headers, body: JSON.stringify(event) });
}
async function ticketFrom(gateway: number, name: KeyName): Promise<string> {
  const answer = await fetch(`${at(gateway)}/v1/tickets`, { method: 'POST', headers: bearer(name) });
  return ((await answer.json()) as { ticket: string }).ticket;
}
interface Viewer {
  readonly ws: WebSocket;
  readonly messages: ServerMessage[];
  closed: number | undefined;
}
async function view(gateway: number, ticket: string): Promise<Viewer> {
  const ws = new WebSocket(`${at(gateway).replace('http', 'ws')}/v1/live?ticket=${ticket}`);
  const viewer: Viewer = { ws, messages: [], closed: undefined };
  ws.on('message', (text: Buffer) => viewer.messages.push(JSON.parse(text.toString()) as ServerMessage));
  ws.on('close', (code) => (viewer.closed = code));
  await new Promise<void>((done, fail) => ws.once('open', () => done()).once('error', fail));
  return viewer;
}

test('an owner is asked by gateways that show the internal key, and by nobody else', async () => {
  const question = JSON.stringify({ kind: 'agents', partition: 0, centre: 'default', window: 'today' });
  const ask = async (headers: Record<string, string>): Promise<number> => {
    const all = { 'content-type': 'application/json', ...headers };
    const path = `${at(AGGREGATOR)}/internal/v1/questions`;
    return (await fetch(path, { method: 'POST', headers: all, body: question })).status;
  };
  expect([await ask({}), await ask(bearer('boss')), await ask({ authorization: 'Bearer x' })]).toEqual([
    401, 401, 401,
  ]);
  expect(await ask({ authorization: `Bearer ${INTERNAL}` })).toBe(200);
  expect((await get(GATEWAYS[0], '/v1/agents', 'boss')).status).toBe(200);
  const refused = await get(STRANGER, '/v1/agents', 'boss');
  expect([refused.status, await refused.text()]).toEqual([
    503,
    expect.stringContaining('does not let this gateway in'),
  ]);
});

test('what takes records is of one’s own queues, whichever gateway is asked', async () => {
  for (const gateway of GATEWAYS) {
    for (const path of [
      ...['/v1/queues', '/v1/snapshot', '/v1/queues/*/contacts', '/v1/queues/*/intervals', '/v1/corrections'],
      ...[
        '/v1/queues/*/series',
        '/v1/agents',
        `/v1/snapshot?at=${new Date(Date.now() - 1000).toISOString()}`,
      ],
      ...['/v1/queues/sales/explain?kpi=offered', '/v1/queues/nothing/explain?kpi=offered'],
    ]) {
      const own = await get(gateway, path, 'lead');
      expect([path, await own.text()]).not.toEqual([path, expect.stringContaining(CANARY)]);
    }
    const contacts = await (await get(gateway, '/v1/queues/*/contacts', 'lead')).text();
    expect(contacts).toContain('sales-1');
    expect(await (await get(gateway, '/v1/queues/*/contacts', 'boss')).text()).toContain(CANARY);
    expect((await get(gateway, `/v1/queues/support-${CANARY}/contacts`, 'lead')).status).toBe(403);
    expect((await get(gateway, '/v1/queues/_all/intervals?by=team', 'lead')).status).toBe(403);
  }
});

test('a ticket of one gateway is good at another, once', async () => {
  const ticket = await ticketFrom(GATEWAYS[0], 'hall');
  const viewer = await view(GATEWAYS[1], ticket);
  for (const gateway of GATEWAYS) await expect(view(gateway, ticket)).rejects.toThrow('401');
  viewer.ws.send('{"op":"subscribe","id":"s","queues":["*"]}');
  await waitFor(() => viewer.messages.some(({ op }) => op === 'snapshot'), { what: 'a snapshot' });
  const text = JSON.stringify(viewer.messages);
  expect([text.includes('"queue":"sales"'), text.includes(CANARY)]).toEqual([true, false]);
  viewer.ws.close();
});

test('a screen whose key is taken out of the file is closed by every gateway within seconds', async () => {
  const viewers = await Promise.all(
    GATEWAYS.map(async (gateway) => await view(gateway, await ticketFrom(gateway, 'hall'))),
  );
  const before = JSON.parse(await readFile(file, 'utf8')) as object;
  await writeFile(file, JSON.stringify({ ...before, access: access([]) }));
  await waitFor(() => viewers.every(({ closed }) => closed === 1008), { what: 'both to be closed' });
  expect((await get(GATEWAYS[0], '/v1/snapshot', 'hall')).status).toBe(401);
  expect((await get(GATEWAYS[0], '/v1/snapshot', 'boss')).status).toBe(200);
});

test('a sender is held to its sources, and no process has a secret or a figure in its log', async () => {
  const event = { specversion: '1.0', id: 'x', source: 'web://x', type: 'vigie.contact.queued' };
  const data = { contact: { id: 'x' }, queue: { id: 'sales' } };
  const answer = await post('pbx', { ...event, time: new Date().toISOString(), data });
  expect([answer.status, await answer.text()]).toEqual([
    400,
    expect.stringContaining('"code":"not_allowed"'),
  ]);
  expect((await post('boss', event)).status).toBe(403);
  const log = services.map((service) => service.log()).join('');
  expect(log).toContain('"what":"GET /v1/queues/:queue/contacts"');
  for (const secret of [...Object.values(KEYS), INTERNAL]) expect(log).not.toContain(secret);
});
