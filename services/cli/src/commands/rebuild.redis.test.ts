import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckpointStore } from '@vigie/engine';
import { openRedisCheckpoints } from '@vigie/redis';
import { startRedis, type RedisServer } from '@vigie/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { vigie } from '../terminal.testkit.ts';
import { leaveCheckpoint } from './checkpoint.testkit.ts';

let redis: RedisServer;
let directory: string;
let checkpoints: CheckpointStore;
let owner: Server;
let url: string;
beforeEach(async () => {
  redis = await startRedis();
  directory = await mkdtemp(join(tmpdir(), 'vigie-rebuild-'));
  await writeFile(join(directory, 'vigie.yaml'), `redis: { url: "${redis.url}" }`);
  checkpoints = openRedisCheckpoints({ url: redis.url });
  owner = createServer((_request, response) => void response.end('{}'));
  await new Promise<void>((resolve) => owner.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(owner.address() as AddressInfo).port}`;
  await leaveCheckpoint(checkpoints, url);
});
afterEach(async () => {
  await closeOwner();
  await checkpoints.close();
  await redis.stop();
  await rm(directory, { recursive: true });
});

async function closeOwner(): Promise<void> {
  owner.closeAllConnections();
  await new Promise((resolve) => owner.close(resolve));
}

const rebuild = async (...args: readonly string[]) =>
  await vigie(['rebuild', '--config', join(directory, 'vigie.yaml'), ...args]);

test('the checkpoint of an aggregator that is alive is left alone, unless that is asked for', async () => {
  const refused = await rebuild();
  expect([refused.status, refused.err]).toEqual([1, expect.stringContaining(`has an owner at ${url}`)]);
  expect(await checkpoints.load(0)).toBeDefined();

  const { status, out } = await rebuild('--while-running', '--json');
  const [only] = (JSON.parse(out) as { partitions: object[] }).partitions;
  expect([status, only]).toEqual([0, { partition: 0, nextOffset: '42', events: 3, owner: url }]);
  expect([await checkpoints.load(0), await checkpoints.isForgotten(0)]).toEqual([undefined, true]);
});

test('where no aggregator is alive the checkpoint is taken away', async () => {
  await closeOwner();
  expect((await rebuild('--partition', '0')).status).toBe(0);
  expect(await checkpoints.isForgotten(0)).toBe(true);
});
