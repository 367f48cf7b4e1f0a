import { expect, test } from 'vitest';
import { loadConfiguration } from './config/load.ts';
import { createLogger } from './logging.ts';
import { createServiceContext, type StartService } from './service.ts';

test('several services share one context, answer once all have started, and free the port at the end', async () => {
  const lines: string[] = [];
  const logger = createLogger({ name: 'test', destination: { write: (line) => void lines.push(line) } });
  const loaded = await loadConfiguration({ env: {}, flags: { port: 0 }, cwd: '/nonexistent' });
  const context = await createServiceContext({ name: 'test', loaded, logger, clock: () => 1234 });
  const startAt =
    (path: string): StartService<{ greeting: string }> =>
    async ({ http, clock }, { greeting }) => {
      http.get(path, async () => `${greeting} at ${clock()}`);
      return { stop: async () => {} };
    };
  await startAt('/one')(context, { greeting: 'one' });
  expect((await fetch(`${context.url}/one`)).status).toBe(503);
  await startAt('/two')(context, { greeting: 'two' });
  await context.serve();
  const texts = await Promise.all(
    ['/one', '/two'].map(async (path) => (await fetch(context.url + path)).text()),
  );
  expect(texts).toEqual(['one at 1234', 'two at 1234']);
  expect((await fetch(`${context.url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${context.url}/metrics`)).text()).toContain('nodejs_eventloop_lag_seconds');
  expect(lines.join('')).toContain(`"url":"${context.url}"`);
  await context.close();
  await expect(fetch(`${context.url}/readyz`)).rejects.toThrow('fetch failed');
});

test('secrets in log fields are hidden, and lines name the service', () => {
  const lines: string[] = [];
  const logger = createLogger({ name: 'ingest', destination: { write: (line) => void lines.push(line) } });
  logger.info({ headers: { authorization: 'Bearer x1' }, password: 'x2', sasl: { password: 'x3' } }, 'seen');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'info',
    service: 'ingest',
    msg: 'seen',
    headers: { authorization: '(hidden)' },
    password: '(hidden)',
    sasl: { password: '(hidden)' },
  });
});
