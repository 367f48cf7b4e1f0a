import { Redis } from 'ioredis';
import { afterEach, expect, test, vi } from 'vitest';

import { startChild } from './child.ts';
import { type RedisServer, startRedis } from './redis.ts';
import { sharedRedis } from './shared.ts';
import { repositoryRoot } from './tools.ts';
import { accepts, waitFor } from './wait.ts';

let server: RedisServer | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
  server = undefined;
});

async function withClient<T>(url: string, use: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url);
  try {
    return await use(client);
  } finally {
    client.disconnect();
  }
}

test('what was written is there after SIGKILL and restart', async () => {
  server = await startRedis({ settings: { appendfsync: 'always' } });
  await withClient(server.url, async (client) => await client.set('key', 'value'));
  await server.kill();
  await server.restart();
  expect(await withClient(server.url, async (client) => await client.get('key'))).toBe('value');
});

test('rolled back to an append-only file that was kept, it has forgotten what came after', async () => {
  server = await startRedis({ settings: { appendfsync: 'always' } });
  await withClient(server.url, async (client) => await client.set('key', 'before'));
  const kept = await server.keep();
  await withClient(server.url, async (client) => await client.set('key', 'after'));
  await server.rollBack(kept);
  expect(await withClient(server.url, async (client) => await client.get('key'))).toBe('before');
});

test('without an append-only file a restart begins empty', async () => {
  server = await startRedis({ appendonly: false });
  await withClient(server.url, async (client) => await client.set('key', 'value'));
  await server.restart();
  expect(await withClient(server.url, async (client) => await client.get('key'))).toBeNull();
});

test('all tests of a run that share a Redis get the same one', async () => {
  const { url } = await sharedRedis();
  expect(await sharedRedis()).toEqual({ url });
  expect(await withClient(url, async (client) => await client.ping())).toBe('PONG');
});

test('a Redis named by the environment is used and never killed', async () => {
  vi.stubEnv('VIGIE_REDIS_URL', 'redis://elsewhere:6379');
  const external = await startRedis();
  expect(external).toMatchObject({ external: true, url: 'redis://elsewhere:6379' });
  await expect(external.kill()).rejects.toThrow('VIGIE_REDIS_URL');
  await external.stop();
});

test('a server does not outlive the process that started it, even when that is killed', async () => {
  const script = `import { startRedis } from '@vigie/testkit';
    const redis = await startRedis();
    console.log(JSON.stringify({ url: redis.url }));
    setInterval(() => {}, 1000);`;
  const args = ['--input-type=module', '--eval', script];
  const cwd = `${repositoryRoot()}/packages/testkit`;
  const parent = await startChild({ name: 'parent', command: process.execPath, args, cwd });
  const { url } = await waitFor(
    () => (parent.stdout().endsWith('\n') ? (JSON.parse(parent.stdout()) as { url: string }) : false),
    { what: 'the parent to have started its Redis', timeoutMs: 20_000, detail: parent.log },
  );
  const port = Number(new URL(url).port);
  expect(await accepts(port)).toBe(true);
  await parent.kill();
  await waitFor(async () => !(await accepts(port)), { what: 'the orphaned Redis to be killed' });
});
