import { afterEach, expect, test } from 'vitest';
import { ACCESS, CANARY, guarded, isLeaking, KEYS, type KeyName } from '../access.testkit.ts';
import { stopGateways } from '../gateway.testkit.ts';

afterEach(stopGateways);

const NAMES = ['all', 'sales', 'boss', 'sender', 'paris'] as const;

test.each([
  ['/v1/kpis', [200, 200, 200, 403, 200]],
  ['/v1/queues', [200, 200, 200, 403, 403]],
  ['/v1/snapshot', [200, 200, 200, 403, 403]],
  ['/v1/snapshot?queue=_all', [200, 403, 200, 403, 403]],
  ['/v1/snapshot?queue=sales-fr', [200, 200, 200, 403, 403]],
  [`/v1/snapshot?queue=support-${CANARY}`, [200, 403, 200, 403, 403]],
  ['/v1/snapshot?queue=support-of-nobody', [400, 403, 400, 403, 403]],
  ['/v1/queues/sales-fr/intervals', [200, 200, 200, 403, 403]],
  ['/v1/queues/_all/intervals', [200, 403, 200, 403, 403]],
  ['/v1/queues/sales-fr/contacts', [403, 403, 200, 403, 403]],
  ['/v1/queues/sales-fr/explain?kpi=service_level', [403, 403, 200, 403, 403]],
  ['/v1/queues/sales-fr/series', [200, 200, 200, 403, 403]],
  ['/v1/queues/_all/series', [200, 403, 200, 403, 403]],
  ['/v1/queues/sales-fr/what-if?threshold=10', [200, 200, 200, 403, 403]],
  [`/v1/queues/support-${CANARY}/what-if?threshold=10`, [200, 403, 200, 403, 403]],
  ['/v1/sources', [200, 200, 200, 403, 403]],
  ['/v1/alarms', [200, 200, 200, 403, 403]],
  ['/v1/alarms/would-fire?kpi=service_level&critical=0.8', [200, 403, 200, 403, 403]],
  ['/v1/alarms/would-fire?kpi=service_level&critical=0.8&queue=sales-fr', [200, 200, 200, 403, 403]],
  ['/v1/agents', [403, 403, 200, 403, 403]],
  ['/v1/corrections', [403, 403, 200, 403, 403]],
  ['/metrics', [200, 200, 200, 200, 200]],
  ['/openapi.json', [200, 200, 200, 200, 200]],
])(
  '%s answers a reader, one of some queues, a supervisor, a sender, one of another centre: %j',
  async (url, all) => {
    const { get, http } = await guarded();
    const found: number[] = [];
    for (const name of NAMES) found.push((await get(url, name)).statusCode);
    expect(found).toEqual(all);
    const without = await http.inject(url);
    expect(without.statusCode).toBe(['/openapi.json', '/metrics'].includes(url) ? 200 : 401);
  },
);

test.each<[string, KeyName]>([
  ['/v1/snapshot', 'sales'],
  ['/v1/snapshot?queue=*', 'hall'],
  ['/v1/snapshot?channel=voice&window=30m', 'sales'],
  ['/v1/queues', 'sales'],
  ['/v1/snapshot?queue=sales-de', 'sales'],
  ['/v1/snapshot?window=1m', 'sales'],
  ['/v1/queues/sales-xx/intervals', 'sales'],
  ['/v1/queues/support/intervals', 'sales'],
  ['/v1/snapshot?centre=nowhere', 'paris'],
])('%s tells the key %s nothing of other queues, not even their names', async (url, name) => {
  const { get } = await guarded();
  const { body } = await get(url, name);
  expect(isLeaking(body)).toBe(false);
});

test('every documented call is for somebody: a supervisor gets an answer, and without a key nobody does', async () => {
  const { get, http } = await guarded();
  const { paths } = (await http.inject('/openapi.json')).json<{ paths: Record<string, object> }>();
  const open = ['/healthz', '/readyz', '/metrics', '/openapi.json', '/asyncapi.json'];
  const asked = Object.keys(paths).filter((path) => 'get' in paths[path]! && !open.includes(path));
  expect(asked.length).toBeGreaterThan(8);
  for (const path of asked) {
    const url = path.replace('{queue}', 'sales-fr');
    expect([path, (await get(url, 'boss')).statusCode]).not.toEqual([path, 403]);
    expect([path, (await http.inject(url)).statusCode]).toEqual([path, 401]);
  }
});

test('what is seen of a snapshot and of the queues is all of one’s own', async () => {
  const { get } = await guarded();
  const rows = (await get('/v1/snapshot', 'sales')).json<{ rows: { queue: string }[] }>().rows;
  expect(new Set(rows.map(({ queue }) => queue))).toEqual(new Set(['sales-fr']));
  expect((await get('/v1/queues', 'sales')).json<{ queues: object[] }>().queues).toHaveLength(1);
  const all = (await get('/v1/snapshot', 'all')).json<{ rows: { queue: string }[] }>().rows;
  expect(new Set(all.map(({ queue }) => queue))).toEqual(
    new Set(['sales-fr', `support-${CANARY}`, '_other', '_all']),
  );
});

test('of the pages of a wall only one’s own are told, and of their queues those; without any, one of all', async () => {
  const page = (name: string, ...queues: string[]) => ({ name, queues });
  const hidden = page(`Support ${CANARY}`, `support-${CANARY}`, 'supp*');
  const pages = [page('All'), page('Sales', 'sales-fr', `support-${CANARY}`), hidden];
  const { get } = await guarded({ access: ACCESS, wall: { pages } });
  const answer = await get('/v1/wall', 'hall');
  const told = (body: string) => (JSON.parse(body) as { pages: (typeof hidden)[] }).pages;
  expect(told(answer.body).map(({ name, queues }) => [name, queues])).toEqual([
    ['All', []],
    ['Sales', ['sales-fr']],
  ]);
  expect(isLeaking(answer.body)).toBe(false);
  expect(told((await get('/v1/wall', 'all')).body)).toHaveLength(3);
  const other = await guarded({ access: ACCESS, wall: { pages: [hidden] } });
  const only = await other.get('/v1/wall', 'hall');
  expect(told(only.body).map(({ name, queues }) => [name, queues])).toEqual([['', []]]);
});

test('owners are told what whoever asks may see', async () => {
  const { get, owner } = await guarded();
  for (const url of [
    '/v1/snapshot?at=2026-11-21T10:00:00Z',
    '/v1/queues/*/intervals',
    '/v1/queues/*/contacts',
    '/v1/queues/sales-fr/explain?kpi=service_level',
    '/v1/queues/*/series',
    '/v1/queues/sales-fr/what-if?threshold=10',
    '/v1/sources',
    '/v1/alarms',
    '/v1/alarms/would-fire?kpi=service_level&critical=0.8&queue=sales-fr',
    '/v1/agents',
    '/v1/corrections',
  ]) {
    expect((await get(url, 'lead')).statusCode).toBe(200);
    expect((await get(url, 'boss')).statusCode).toBe(200);
  }
  const scopes = owner.asked.map(({ scope }) => scope);
  expect(scopes).toEqual(Array.from({ length: 11 }, () => [['sales-*'], undefined]).flat());
});

test('reads of records are audited by key, call and queue; reads of figures are not', async () => {
  const { get, lines } = await guarded();
  await get('/v1/snapshot', 'lead');
  await get('/v1/queues/sales-fr/contacts', 'lead');
  await get('/v1/agents', 'boss');
  const audits = lines.flatMap((line) => (JSON.parse(line) as { audit?: object }).audit ?? []);
  expect(audits).toMatchObject([
    { key: 'lead', what: 'GET /v1/queues/:queue/contacts', queue: 'sales-fr' },
    { key: 'boss', what: 'GET /v1/agents' },
  ]);
  expect(isLeaking(lines.join(''))).toBe(false);
  for (const key of Object.values(KEYS)) expect(lines.join('')).not.toContain(key);
});

test('an alarm is acknowledged in the name of the key, by a supervisor, within his queues', async () => {
  const { http, bearer, owner, lines } = await guarded();
  const ask = async (name: KeyName) =>
    (await http.inject({ method: 'POST', url: '/v1/alarms/a%3Asales-fr/acknowledge', headers: bearer(name) }))
      .statusCode;
  expect([await ask('all'), await ask('hall'), await ask('paris'), await ask('lead')]).toEqual([
    403, 403, 403, 200,
  ]);
  expect(owner.asked).toEqual([
    {
      ...{ kind: 'acknowledge', partition: 0, centre: 'default', scope: ['sales-*'] },
      ...{ alarm: 'a:sales-fr', by: 'lead' },
    },
  ]);
  expect(lines.join('')).toContain(
    '"audit":{"key":"lead","what":"POST /v1/alarms/:id/acknowledge","alarm":"a:sales-fr"',
  );
});

test.each([
  ['critical=0.8', 'kpi: is missing'],
  ['kpi=service_level', 'warning: is missing'],
  ['kpi=sl&critical=1', 'kpi: \\"sl\\" is unknown'],
  ['kpi=asa&critical=ten', 'critical: \\"ten\\" is no number'],
  ['kpi=asa&critical=1&span=5', 'span: \\"5\\" is no number from 60 to 86400'],
  ['rule=nothing', 'rule: \\"nothing\\" is no rule'],
  ['kpi=asa&critical=1&queue=*', 'queue: expected one queue'],
])('would-fire?%s is refused with its parameter', async (query, detail) => {
  const { get } = await guarded();
  const answer = await get(`/v1/alarms/would-fire?${query}`, 'all');
  expect([answer.statusCode, answer.body]).toEqual([400, expect.stringContaining(detail)]);
});

test('a ticket is given to who may read, and is not to be stored', async () => {
  const { http, bearer } = await guarded();
  const ask = async (name: KeyName) =>
    await http.inject({ method: 'POST', url: '/v1/tickets', headers: bearer(name) });
  const answer = await ask('hall');
  expect([answer.statusCode, answer.headers['cache-control']]).toEqual([201, 'no-store']);
  expect(answer.json()).toEqual({ ticket: expect.stringMatching(/^[\w-]{43}$/) as string, expiresIn: 30 });
  expect((await ask('sender')).statusCode).toBe(403);
  expect((await http.inject({ method: 'POST', url: '/v1/tickets' })).statusCode).toBe(401);
});

test('a key in the address is none', async () => {
  const { http, lines } = await guarded();
  for (const name of ['key', 'token', 'access_token', 'ticket']) {
    expect((await http.inject(`/v1/snapshot?${name}=${KEYS.all}`)).statusCode).toBe(401);
  }
  expect(lines.join('')).not.toContain(KEYS.all);
});
