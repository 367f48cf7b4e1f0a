import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { hashOfKey, loadConfiguration } from '@vigie/service-kit';
import { accessKey, keyedFetch } from '../keyed-fetch.ts';
import { vigie } from '../terminal.testkit.ts';

/** The configuration that consists of what the command said to add. */
async function configurationIn(err: string) {
  const directory = await mkdtemp(join(tmpdir(), 'vigie-key-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = join(directory, 'vigie.yaml');
  await writeFile(file, /access:[^]*\}\n/.exec(err)?.[0] ?? '');
  return (await loadConfiguration({ file, env: {} })).configuration;
}

test('a key comes with the lines that put it in force, and is only in the output', async () => {
  const { status, out, err } = await vigie([
    ...[
      'key',
      'lea',
      '--role',
      'read',
      '--role',
      'supervise',
      '--queue',
      'sales-*',
      '--expires',
      '2027-06-30',
    ],
  ]);
  const key = out.trim();
  expect([status, key]).toEqual([0, expect.stringMatching(/^vigie_[\w-]{43}$/)]);
  expect(err).not.toContain(key);
  const { access } = await configurationIn(err);
  expect(access?.keys).toMatchObject([
    { name: 'lea', hash: hashOfKey(key), roles: ['read', 'supervise'], queues: ['sales-*'], isScreen: false },
  ]);
});

test('a screen has a key of its own kind', async () => {
  const { out, err } = await vigie(['key', 'hall', '--screen', '--centre', 'paris']);
  const { access } = await configurationIn(err);
  expect(access?.keys).toMatchObject([
    { name: 'hall', hash: hashOfKey(out.trim()), roles: ['read'], centres: ['paris'], isScreen: true },
  ]);
  const json = await vigie(['key', 'hall', '--screen', '--json']);
  const { key, screens } = JSON.parse(json.out) as { key: string; screens: { hash: string }[] };
  expect(screens[0]?.hash).toBe(hashOfKey(key));
});

test.each([
  [['key', 'x'], '--role is missing: expected one of ingest, import, read, supervise, admin, or --screen'],
  [['key', 'x', '--role', 'reed'], '--role reed (did you mean read?): expected one of'],
  [['key', 'x', '--screen', '--role', 'read'], '--screen: a screen reads, and nothing else'],
  [['key', 'x', '--role', 'read', '--expires', 'soon'], 'access.keys.0.expires is "soon": expected a date'],
  [['key', 'x/y', '--role', 'read'], 'access.keys.0.name is "x/y": expected a name of letters'],
  [['key'], "missing required argument 'name'"],
])('%j is wrong usage, and no key is printed', async (args, message) => {
  const { status, out, err } = await vigie(args);
  expect([status, out]).toEqual([2, '']);
  expect(err).toContain(message);
});

test('commands show the key of the environment, and repeat none that is wrong', async () => {
  expect(keyedFetch({})).toBe(fetch);
  expect(accessKey({ VIGIE_KEY: '' })).toBeUndefined();
  expect(() => accessKey({ VIGIE_KEY: 'hunter 2' })).toThrow(
    /^VIGIE_KEY is no key \(its value is not shown\)/,
  );
  const { createServer } = await import('node:http');
  const heard: (string | undefined)[] = [];
  const server = createServer(({ headers }, response) => {
    heard.push(headers.authorization, headers['content-type']);
    response.end();
  });
  onTestFinished(() => void server.close());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as { port: number };
  const init = { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: 'x' };
  await keyedFetch({ VIGIE_KEY: 'vigie_abc' })(`http://127.0.0.1:${port}`, init);
  expect(heard).toEqual(['Bearer vigie_abc', 'application/x-ndjson']);
});
