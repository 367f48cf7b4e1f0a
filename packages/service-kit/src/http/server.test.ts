import { request } from 'node:http';
import { connect } from 'node:net';
import { checkConfiguration, type Configuration } from '@vigie/contracts';
import { afterEach, describe, expect, test } from 'vitest';
import { createHealth } from '../health.ts';
import { createLogger } from '../logging.ts';
import { createMetrics } from '../metrics.ts';
import { bind } from './bind.ts';
import { ProblemError } from './problems.ts';
import { createHttpServer } from './server.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function configured(server: Record<string, unknown> = {}): Configuration {
  const result = checkConfiguration({ server });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join());
  return result.configuration;
}

function made(configuration = configured(), lines: string[] = []) {
  const health = createHealth();
  const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
  const http = createHttpServer(configuration, {
    health,
    metrics: createMetrics({ defaults: false }),
    logger,
  });
  closing.push(() => http.close());
  return { http, health };
}

async function listening() {
  const configuration = configured({ port: 0 });
  const bound = await bind(configuration.server);
  const health = createHealth();
  const logger = createLogger({ name: 'test', level: 'silent' });
  const parts = { health, metrics: createMetrics({ defaults: false }), logger, bound };
  const http = createHttpServer(configuration, parts);
  closing.push(() => http.close());
  return { http, bound };
}

describe('health', () => {
  test('/healthz and /readyz answer 200 or 503 with the checks', async () => {
    const { http, health } = made();
    const gate = health.gate('log', 'not reached yet');
    expect((await http.inject('/healthz')).statusCode).toBe(200);
    const before = await http.inject('/readyz');
    expect([before.statusCode, before.json()]).toEqual([
      503,
      { status: 'failing', checks: [{ name: 'log', ok: false, reason: 'not reached yet' }] },
    ]);
    gate.open();
    expect((await http.inject('/readyz')).json()).toEqual({
      status: 'ok',
      checks: [{ name: 'log', ok: true }],
    });
  });

  test('/metrics is Prometheus text', async () => {
    const { http } = made();
    const answer = await http.inject('/metrics');
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ]);
    expect(answer.body).toContain('vigie_metrics_collect_errors_total 0');
  });
});

describe('problem documents', () => {
  function withRoutes(lines: string[] = []) {
    const { http } = made(configured(), lines);
    http.post('/things/:id', { bodyLimit: 10 }, async (incoming) => incoming.body);
    http.get('/fails', async () => {
      throw new Error('the password is hunter2');
    });
    http.get('/busy', async () => {
      const headers = { 'retry-after': '2' };
      throw new ProblemError(503, 'The log is unreachable.', { headers, extensions: { retry: true } });
    });
    return http;
  }

  test.each([
    [404, { method: 'GET', url: '/nothing?x=1' }, '/nothing'],
    [405, { method: 'DELETE', url: '/things/7' }, '/things/7'],
    [413, { method: 'POST', url: '/things/7', payload: { long: 'enough to be refused' } }, '/things/7'],
    [
      415,
      { method: 'POST', url: '/things/7', payload: '<a/>', headers: { 'content-type': 'text/xml' } },
      '/things/7',
    ],
    [
      400,
      { method: 'POST', url: '/things/7', payload: '{', headers: { 'content-type': 'application/json' } },
      '/things/7',
    ],
    [400, { method: 'GET', url: '/%c0' }, '/%c0'],
  ] as const)('%i for %j', async (status, incoming, instance) => {
    const answer = await withRoutes().inject(incoming);
    expect(answer.statusCode).toBe(status);
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.json()).toMatchObject({ type: 'about:blank', status, instance });
    expect(answer.json<{ title: string; detail: string }>().detail).not.toBe('');
  });

  test('405 names the methods there are', async () => {
    const answer = await withRoutes().inject({ method: 'DELETE', url: '/things/7' });
    expect(answer.headers.allow).toBe('POST');
  });

  test('a route that finds nothing at its path answers 404, not 405', async () => {
    const { http } = made();
    http.get('/files/*', (_request, reply) => reply.callNotFound());
    expect((await http.inject('/files/none')).statusCode).toBe(404);
    expect((await http.inject({ method: 'POST', url: '/files/none' })).statusCode).toBe(405);
  });

  test('an error of ours is logged, and not shown', async () => {
    const lines: string[] = [];
    const answer = await withRoutes(lines).inject('/fails');
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain('hunter2');
    expect(lines.join()).toContain('hunter2');
  });

  test('a handler may answer with a problem of its own', async () => {
    const answer = await withRoutes().inject('/busy');
    expect([answer.statusCode, answer.headers['retry-after'], answer.json()]).toEqual([
      503,
      '2',
      {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        detail: 'The log is unreachable.',
        instance: '/busy',
        retry: true,
      },
    ]);
  });

  test('what is no HTTP is answered with one too', async () => {
    const { http, bound } = await listening();
    await http.ready();
    const answer = await new Promise<string>((done, fail) => {
      const socket = connect(bound.port, '127.0.0.1', () => socket.write('BROKEN\r\n\r\n'));
      let text = '';
      socket
        .on('data', (chunk) => (text += chunk.toString()))
        .on('end', () => done(text))
        .on('error', fail);
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\ncontent-type: application\/problem\+json/);
  });
});

describe('open loopback mode', () => {
  test.each([
    ['localhost', 200],
    ['localhost:8080', 200],
    ['127.0.0.1:1', 200],
    ['[::1]:8080', 200],
    ['vigie.example', 421],
    ['localhost.evil.example', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost:8080:9', 421],
  ])('a request to the host "%s" gets %i', async (host, status) => {
    const { http } = made();
    const answer = await http.inject({ url: '/healthz', headers: { host } });
    expect(answer.statusCode).toBe(status);
    if (status !== 200)
      expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
  });

  test('is over off loopback: any host is answered', async () => {
    const { http } = made(configured({ host: '0.0.0.0' }));
    const answer = await http.inject({ url: '/healthz', headers: { host: 'vigie.example' } });
    expect(answer.statusCode).toBe(200);
  });
});

test('security headers are on every answer, and a route may set its own', async () => {
  const { http } = made();
  http.get('/page', async (_request, reply) =>
    reply.header('content-security-policy', "default-src 'self'").send(''),
  );
  const [page, nothing] = [await http.inject('/page'), await http.inject('/nothing')];
  expect(page.headers['content-security-policy']).toBe("default-src 'self'");
  expect(nothing.headers['content-security-policy']).toContain("default-src 'none'");
  for (const { headers } of [page, nothing]) {
    expect([headers['x-content-type-options'], headers['referrer-policy']]).toEqual([
      'nosniff',
      'no-referrer',
    ]);
  }
});

test('under a base path the routes answer with it and without it', async () => {
  const { http } = made(configured({ basePath: '/vigie' }));
  http.get('/', async () => 'the root');
  for (const url of ['/vigie/healthz', '/healthz', '/vigie', '/vigie/', '/vigie?a=b']) {
    expect((await http.inject(url)).statusCode).toBe(200);
  }
  expect((await http.inject('/vigiehealthz')).statusCode).toBe(404);
});

describe('the port', () => {
  test('is taken before the routes are there: until then requests get 503', async () => {
    const { http, bound } = await listening();
    const status = async () => (await fetch(`${bound.url}/healthz`)).status;
    expect(await status()).toBe(503);
    await http.ready();
    expect(await status()).toBe(200);
  });

  test('that is in use is told in one sentence', async () => {
    const { bound } = await listening();
    const again = bind(configured({ port: bound.port }).server);
    await expect(again).rejects.toThrow(
      `port ${bound.port} on 127.0.0.1 is in use by another program: stop it, or choose another with --port or VIGIE_PORT`,
    );
  });

  test('is free again after close, which answers what is under way', async () => {
    const { http, bound } = await listening();
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    http.get('/slow', async () => {
      arrived();
      await held;
      return 'done';
    });
    await http.ready();
    const answer = new Promise<number>((done, fail) => {
      request(`${bound.url}/slow`, (response) => done(response.statusCode ?? 0))
        .on('error', fail)
        .end();
    });
    await arrival;
    const closed = http.close();
    release();
    expect(await answer).toBe(200);
    await closed;
    const next = await bind(configured({ port: bound.port }).server);
    expect(next.port).toBe(bound.port);
    await new Promise((done) => next.server.close(done));
  });
});
