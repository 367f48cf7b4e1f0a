import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { createHealth, createHttpServer, createLogger, createMetrics } from '@vigie/service-kit';
import { afterEach, expect, test } from 'vitest';
import { configured, startGateway, stopGateways } from '../gateway.testkit.ts';
import { addWallboard } from './pages.ts';

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await stopGateways();
  for (const end of ends.splice(0)) await end();
});

async function serving({ built = true, basePath = '/' } = {}) {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-wallboard-'));
  ends.push(() => rm(directory, { recursive: true }));
  if (built) {
    await mkdir(join(directory, 'assets'));
    await writeFile(join(directory, 'index.html'), '<title>wall</title>');
    await writeFile(join(directory, 'desk.html'), '<title>desk</title>');
    await writeFile(join(directory, 'assets', 'index-abc.js'), 'let a;');
    await writeFile(join(directory, 'assets', 'index-abc.js.gz'), gzipSync('let a;'));
    await writeFile(join(directory, 'assets', 'index-abc.js.br'), brotliCompressSync('let a;'));
    await writeFile(join(directory, 'sw.js'), 'let b;');
  }
  const configuration = configured({ server: { basePath } });
  const logger = createLogger({ name: 'test', level: 'silent' });
  const http = createHttpServer(configuration, {
    health: createHealth(),
    metrics: createMetrics({ defaults: false }),
    logger,
  });
  ends.push(() => http.close());
  await addWallboard(http, { basePath: configuration.server.basePath, logger, directory });
  return http;
}

test.each(['/', '/wall', '/?queue=sales'])('%s is the page, asked for anew each time', async (url) => {
  const answer = await (await serving()).inject(url);
  expect([answer.statusCode, answer.body]).toEqual([200, '<title>wall</title>']);
  expect(answer.headers['cache-control']).toBe('no-cache');
  expect(answer.headers['content-security-policy']).toMatch(/^default-src 'self';/);
});

test('/desk is the page of supervisors', async () => {
  const answer = await (await serving()).inject('/desk?queue=sales');
  expect([answer.statusCode, answer.body]).toEqual([200, '<title>desk</title>']);
});

test('its files, whose names change with their content, are kept for ever', async () => {
  const answer = await (await serving()).inject('/assets/index-abc.js');
  expect([answer.body, answer.headers['cache-control']]).toEqual([
    'let a;',
    'public, max-age=31536000, immutable',
  ]);
});

const PACKED = [
  ['gzip, br', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
] as const;
test.each(PACKED)('whoever takes %s is sent the file as %s', async (accepted, encoding, unpack) => {
  const headers = { 'accept-encoding': accepted };
  const answer = await (await serving()).inject({ url: '/assets/index-abc.js', headers });
  expect(answer.headers).toMatchObject({ 'content-encoding': encoding, vary: 'accept-encoding' });
  expect(answer.headers['content-type']).toMatch(/javascript/);
  expect(unpack(answer.rawPayload).toString()).toBe('let a;');
});

test.each(['identity', 'br'])('a page that is held already is not sent again (%s)', async (accepted) => {
  const http = await serving();
  const headers = { 'accept-encoding': accepted };
  const { etag } = (await http.inject({ url: '/wall', headers })).headers;
  const again = await http.inject({ url: '/wall', headers: { ...headers, 'if-none-match': String(etag) } });
  expect([again.statusCode, again.body]).toEqual([304, '']);
  expect((await http.inject({ url: '/wall', headers })).body).toBe('<title>wall</title>');
});

test('the worker that keeps the pages at hand lies beside them, asked for anew each time', async () => {
  const answer = await (await serving({ basePath: '/vigie' })).inject('/vigie/sw.js');
  expect([answer.body, answer.headers['cache-control']]).toEqual(['let b;', 'no-cache']);
  expect(answer.headers['content-type']).toMatch(/javascript/);
});

test.each(['/assets/../index.html', '/assets/%2e%2e/%2e%2e/etc/passwd', '/assets/none.js', '/assets/'])(
  '%s is not there',
  async (url) => {
    const answer = await (await serving()).inject(url);
    expect([403, 404]).toContain(answer.statusCode);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  },
);

test('under a base path without its slash the page is a redirection, so that its files are found', async () => {
  const http = await serving({ basePath: '/vigie' });
  const answer = await http.inject('/vigie?queue=sales');
  expect([answer.statusCode, answer.headers.location]).toEqual([302, '/vigie/?queue=sales']);
  expect((await http.inject('/vigie/')).statusCode).toBe(200);
  expect((await http.inject('/vigie/assets/index-abc.js')).statusCode).toBe(200);
});

test('that is not built says so', async () => {
  const answer = await (await serving({ built: false })).inject('/');
  expect(answer.statusCode).toBe(404);
  expect(answer.json<{ detail: string }>().detail).toContain('npm run build');
});

test('/v1/wall tells the pages that are declared, and which build is served', async () => {
  const { http } = await startGateway({
    centre: { id: 'lyon', name: 'Lyon', timeZone: 'Europe/Paris' },
    wall: {
      ...{ sound: true, speech: true, quietHours: ['20:00-07:00'], darkHours: ['21:00-06:00'] },
      rotation: '20s',
      theme: 'dark',
      pages: [{ name: 'Hall', queues: ['sales-*'], hero: 'waiting_now' }],
    },
  });
  const { build, ...wall } = (await http.inject('/v1/wall')).json<{ build: string }>();
  expect(build).toMatch(/^([0-9a-f]{12}|none)$/);
  expect(wall).toEqual({
    centre: { id: 'lyon', name: 'Lyon', timeZone: 'Europe/Paris' },
    ...{ rotation: 20, sound: true, speech: true, quietHours: ['20:00-07:00'] },
    ...{ darkHours: ['21:00-06:00'], reloadAt: 4 },
    pages: [{ name: 'Hall', queues: ['sales-*'], figures: ['waiting_now'], window: '30m', theme: 'dark' }],
  });
});
