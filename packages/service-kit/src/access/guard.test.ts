import { afterEach, expect, test } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { checkConfiguration } from '@vigie/contracts';
import { createHealth } from '../health.ts';
import { createHttpServer } from '../http/server.ts';
import { createLogger } from '../logging.ts';
import { createMetrics } from '../metrics.ts';
import type { RouteAccess } from './guard.ts';
import { hashOfKey, makeKey } from './key.ts';

const NAMES = ['ingest', 'import', 'read', 'supervise', 'admin'] as const;
const KEYS = Object.fromEntries(NAMES.map((name) => [name, makeKey()])) as Record<
  (typeof NAMES)[number],
  string
>;
const SOME = makeKey();
const INTERNAL = 'an internal key of enough letters';
const ACCESS = {
  keys: [
    ...NAMES.map((name) => ({ name, hash: hashOfKey(KEYS[name]), roles: [name] })),
    { name: 'some', hash: hashOfKey(SOME), roles: ['read'], queues: ['sales'] },
  ],
};

let lines: string[] = [];
const open: FastifyInstance[] = [];
afterEach(async () => {
  lines = [];
  await Promise.all(open.splice(0).map((http) => http.close()));
});

function served(file: object, internalKey?: string): FastifyInstance {
  const result = checkConfiguration(file);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join());
  const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
  const metrics = createMetrics({ defaults: false });
  const http = createHttpServer(result.configuration, {
    health: createHealth(),
    metrics,
    logger,
    internalKey,
  });
  const routes: Record<string, RouteAccess | undefined> = {
    '/public': 'public',
    '/read': 'read',
    '/supervise/:queue': 'supervise',
    '/either': ['ingest', 'import'],
    '/internal': 'internal',
    '/unsaid': undefined,
  };
  for (const [path, access] of Object.entries(routes)) {
    const config = access === undefined ? {} : { access };
    http.get(path, { config }, (request) => request.principal.name);
  }
  http.get('/broken', { config: { access: 'public' } }, () => {
    throw new Error('broken');
  });
  open.push(http);
  return http;
}
const OFF = { access: ACCESS, server: { host: '0.0.0.0' } };
const status = async (http: FastifyInstance, url: string, key?: string, headers: object = {}) => {
  const authorization = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return (await http.inject({ url, headers: { ...authorization, ...headers } })).statusCode;
};

test.each([
  ['/public', [200, 200, 200, 200, 200, 200]],
  ['/healthz', [200, 200, 200, 200, 200, 200]],
  ['/readyz', [200, 200, 200, 200, 200, 200]],
  ['/read', [401, 403, 403, 200, 200, 200]],
  ['/supervise/sales', [401, 403, 403, 403, 200, 200]],
  ['/either', [401, 200, 200, 403, 403, 403]],
  ['/unsaid', [401, 403, 403, 403, 403, 200]],
  ['/metrics', [401, 403, 403, 200, 200, 200]],
  ['/nothing', [404, 404, 404, 404, 404, 404]],
])('%s answers nobody, ingest, import, read, supervise, admin with %j', async (path, statuses) => {
  const http = served(OFF);
  const found = [await status(http, path)];
  for (const name of NAMES) found.push(await status(http, path, KEYS[name]));
  expect(found).toEqual(statuses);
});

test('a refusal is a problem document that says what is missing, and how a key is sent', async () => {
  const http = served(OFF);
  const without = await http.inject('/read');
  expect(without.headers['www-authenticate']).toBe('Bearer realm="vigie"');
  expect(without.json()).toMatchObject({ status: 401, detail: expect.stringContaining('Bearer') as string });
  const wrong = await http.inject({ url: '/read', headers: { authorization: `Bearer ${KEYS.ingest}` } });
  expect(wrong.json()).toMatchObject({ status: 403, detail: 'The key has not the role read.' });
});

test('no other way of writing a path or a method gets past', async () => {
  const http = served({ ...OFF, server: { host: '0.0.0.0', basePath: '/vigie' } });
  for (const url of [
    '/read',
    '/vigie/read',
    '/read?x=1',
    '/supervise/%2e%2e',
    '/supervise/x%2Fy',
    '/re%61d',
    '/read;x=1',
  ]) {
    for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'] as const) {
      const { statusCode, body } = await http.inject({ method, url });
      expect([url, method, [401, 404, 405].includes(statusCode)]).toEqual([url, method, true]);
      expect(body).not.toBe('open');
    }
  }
  expect((await http.inject({ method: 'HEAD', url: '/read' })).statusCode).toBe(401);
});

test('metrics tell of every queue: a key for some of them does not get any', async () => {
  expect(await status(served(OFF), '/metrics', SOME)).toBe(403);
});

test('on the loopback metrics are for this machine’s scraper, not for what a proxy passes on', async () => {
  const http = served({ access: ACCESS });
  expect(await status(http, '/metrics')).toBe(200);
  expect(await status(http, '/metrics', undefined, { 'x-forwarded-for': '10.0.0.1' })).toBe(401);
  expect(await status(http, '/metrics', KEYS.read, { forwarded: 'for=10.0.0.1' })).toBe(200);
});

test('with access any host is answered on the loopback too: a proxy passes on its own', async () => {
  const http = served({ access: ACCESS });
  expect(await status(http, '/read', KEYS.read, { host: 'wall.example' })).toBe(200);
  expect(await status(served({}), '/read', undefined, { host: 'wall.example' })).toBe(421);
});

test('what processes ask each other takes the internal key, where there is one', async () => {
  const http = served(OFF, INTERNAL);
  expect(await status(http, '/internal', INTERNAL)).toBe(200);
  for (const key of [undefined, KEYS.admin, `${INTERNAL}x`, ''])
    expect(await status(http, '/internal', key)).toBe(401);
  expect(await status(served(OFF), '/internal', KEYS.admin)).toBe(401);
  expect(await status(served({ access: ACCESS }), '/internal')).toBe(200);
  expect(await status(served({}), '/internal')).toBe(200);
});

test('reads of records are in the audit log: who and what, by whom, never with a secret', async () => {
  const http = served(OFF);
  const url = '/supervise/sales?centre=paris&kpi=asa&secret=canary';
  expect(await status(http, url, KEYS.supervise)).toBe(200);
  expect(await status(http, url, KEYS.read)).toBe(403);
  const audits = lines.map((line) => JSON.parse(line) as { audit?: object }).filter(({ audit }) => audit);
  expect(audits).toHaveLength(1);
  expect(audits[0]?.audit).toEqual({
    ...{ key: 'supervise', what: 'GET /supervise/:queue' },
    ...{ centre: 'paris', queue: 'sales', kpi: 'asa', address: '127.0.0.1' },
  });
  const metrics = await http.inject({ url: '/metrics', headers: { authorization: `Bearer ${KEYS.read}` } });
  expect(metrics.body).toContain(
    'vigie_supervise_reads_total{key="supervise",what="GET /supervise/:queue"} 1\n',
  );
  expect(metrics.body).toContain('vigie_access_denied_total{reason="role"} 1\n');
  await status(http, `/broken?ticket=canary`);
  for (const secret of [...Object.values(KEYS), 'canary']) expect(lines.join('')).not.toContain(secret);
});
