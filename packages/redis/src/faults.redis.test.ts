import type { CheckpointCommit, CheckpointStore, FeedFrame, LiveFeed } from '@vigie/engine';
import { type RedisServer, startRedis, waitFor } from '@vigie/testkit';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';

import { openRedisCheckpoints } from './checkpoints.ts';
import type { RedisConnectionOptions } from './connection.ts';
import { openRedisFeed } from './feed.ts';

const OWNER = { url: 'http://127.0.0.1:1/' };
const cleanUp: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const one of cleanUp.splice(0).reverse()) await one();
});

async function server(settings?: Readonly<Record<string, string>>): Promise<RedisServer> {
  const redis = await startRedis(settings === undefined ? {} : { settings });
  cleanUp.push(async () => await redis.stop());
  return redis;
}
function checkpointsOn(options: RedisConnectionOptions): CheckpointStore {
  const store = openRedisCheckpoints(options);
  cleanUp.push(async () => await store.close());
  return store;
}
function feedOn(options: RedisConnectionOptions): LiveFeed {
  const feed = openRedisFeed(options);
  cleanUp.push(async () => await feed.close());
  return feed;
}

function commitOf(seq: number): CheckpointCommit {
  const bytes = Buffer.from(`commit ${seq}`);
  return { seq, head: bytes, delta: bytes, page: { index: seq % 256, bytes }, dropDeltasBelow: 0 };
}
function frameOf(seq: number, centre = 'default', partition = 0): FeedFrame {
  const header = { centre, asOfMs: seq, watermarkMs: null, state: 'live', configVersion: 'v' } as const;
  return { partition, epoch: 1, seq, header, complete: seq === 1, rows: [], removed: [], counters: [] };
}
async function msUntilRejected(call: Promise<unknown>): Promise<number> {
  const beganMs = performance.now();
  await expect(call).rejects.toThrow();
  return performance.now() - beganMs;
}

describe('a Redis that is away', () => {
  it('rejects every call within two seconds, and serves again when it is back', async () => {
    const redis = await server({ appendfsync: 'always' });
    const store = checkpointsOn({ url: redis.url });
    const feed = feedOn({ url: redis.url });
    const epoch = await store.acquire(0, OWNER);
    await store.commit(0, epoch, commitOf(1));
    await feed.publish(frameOf(1));
    await redis.kill();
    const calls = [
      store.acquire(0, OWNER),
      store.commit(0, epoch, commitOf(2)),
      store.load(0),
      store.ping(),
      feed.publish(frameOf(2)),
      feed.readAll(),
    ];
    for (const ms of await Promise.all(calls.map(msUntilRejected))) expect(ms).toBeLessThan(2_000);
    await redis.restart();
    await waitFor(
      async () => {
        await Promise.all([store.ping(), feed.ping()]);
        return true;
      },
      { what: 'the connections' },
    );
    // Nothing that was rejected was carried out later.
    expect(await store.owner(0)).toEqual({ ...OWNER, epoch });
    expect(await feed.publish(frameOf(2))).toBe('published');
    // Another run of the server may have lost what the one before had: its owner has to look.
    expect(await store.commit(0, epoch, commitOf(2))).toBe('fenced');
    const next = await store.acquire(0, OWNER, epoch);
    expect(next).toBe(epoch + 1);
    expect((await store.load(0))?.deltas.map(({ seq }) => seq)).toEqual([1]);
    expect(await store.commit(0, next, commitOf(2))).toBe('committed');
  });

  it('and went back to before two owners took the same epoch lets only the later of them commit', async () => {
    const redis = await server({ appendfsync: 'always' });
    const [one, two] = [checkpointsOn({ url: redis.url }), checkpointsOn({ url: redis.url })];
    await one.acquire(0, OWNER);
    const kept = await redis.keep();
    const epoch = await one.acquire(0, OWNER);
    await one.commit(0, epoch, commitOf(1));
    await redis.rollBack(kept);
    const same = await waitFor(async () => await two.acquire(0, OWNER), { what: 'the connection' });
    expect(same).toBe(epoch);
    await waitFor(async () => (await one.ping(), true), { what: 'the other connection' });
    expect(await one.commit(0, epoch, commitOf(1))).toBe('fenced');
    expect(await two.commit(0, epoch, commitOf(1))).toBe('committed');
  });

  it('that hangs rejects within the time limit of a command', async () => {
    const redis = await server();
    const store = checkpointsOn({ url: redis.url, commandTimeoutMs: 300 });
    const epoch = await store.acquire(0, OWNER);
    const other = new Redis(redis.url);
    cleanUp.push(async () => void (await other.quit()));
    await other.call('client', 'pause', '1500', 'all');
    expect(await msUntilRejected(store.commit(0, epoch, commitOf(1)))).toBeLessThan(1_000);
    // The lost reply hid a commit that was made: repeating it says so.
    const repeated = await waitFor(async () => await store.commit(0, epoch, commitOf(1)), {
      what: 'Redis to go on',
    });
    expect(repeated).toBe('committed');
    expect((await store.load(0))?.deltas).toHaveLength(1);
  });

  it('and lost everything fences its writers, and the feed asks for a complete frame', async () => {
    const redis = await server();
    const store = checkpointsOn({ url: redis.url });
    const feed = feedOn({ url: redis.url });
    const epoch = await store.acquire(0, OWNER);
    await store.commit(0, epoch, commitOf(1));
    await feed.publish(frameOf(1));
    const other = new Redis(redis.url);
    cleanUp.push(async () => void (await other.quit()));
    await other.flushall();
    expect(await store.commit(0, epoch, commitOf(2))).toBe('fenced');
    await expect(feed.publish(frameOf(2))).rejects.toThrow(/complete frame/);
    const next = await store.acquire(0, OWNER, epoch);
    expect(next).toBeGreaterThan(epoch);
    expect(await feed.publish({ ...frameOf(1), epoch: next })).toBe('published');
    expect(await feed.readAll()).toHaveLength(1);
  });

  it('that is full rejects a commit as a whole, and takes it when there is room', async () => {
    const redis = await server();
    const store = checkpointsOn({ url: redis.url });
    const epoch = await store.acquire(0, OWNER);
    await store.commit(0, epoch, commitOf(1));
    const other = new Redis(redis.url);
    cleanUp.push(async () => void (await other.quit()));
    await other.config('SET', 'maxmemory', '100kb');
    await expect(store.commit(0, epoch, commitOf(2))).rejects.toThrow(/OOM/);
    await other.config('SET', 'maxmemory', '0');
    const loaded = await store.load(0);
    expect(Buffer.from(loaded?.head ?? []).toString()).toBe('commit 1');
    expect([...(loaded?.pages.keys() ?? [])]).toEqual([1]);
    expect(loaded?.deltas.map(({ seq }) => seq)).toEqual([1]);
    expect(await store.commit(0, epoch, commitOf(2))).toBe('committed');
  });
});

it('a subscriber whose connection was lost is told that frames may be missing, and gets later ones', async () => {
  const redis = await server();
  const [publisher, reader] = [feedOn({ url: redis.url }), feedOn({ url: redis.url })];
  const seen: number[] = [];
  let gaps = 0;
  await reader.subscribe(
    (frame) => seen.push(frame.seq),
    () => void (gaps += 1),
  );
  await publisher.publish(frameOf(1));
  await waitFor(() => seen.length === 1, { what: 'the first frame' });
  const other = new Redis(redis.url);
  cleanUp.push(async () => void (await other.quit()));
  await other.call('client', 'kill', 'type', 'pubsub');
  await waitFor(() => gaps === 1, { what: 'the word of a gap' });
  await publisher.publish(frameOf(2));
  await waitFor(() => seen.length === 2, { what: 'the second frame' });
  expect(seen).toEqual([1, 2]);
});

it('a Redis that may evict keys is warned of', async () => {
  const redis = await server({ maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' });
  const warnings: string[] = [];
  const logger = { warn: (_fields: object, message: string) => void warnings.push(message) };
  await checkpointsOn({ url: redis.url, logger }).ping();
  await waitFor(() => warnings.length > 0, { what: 'the warning' });
  expect(warnings[0]).toMatch(/allkeys-lru.*noeviction expected/);
});

it('a fenced writer can publish no more from the moment its successor has acquired', async () => {
  const redis = await server();
  const [store, feed] = [checkpointsOn({ url: redis.url }), feedOn({ url: redis.url })];
  expect(await store.acquire(0, OWNER)).toBe(1);
  expect(await feed.publish(frameOf(1))).toBe('published');
  await store.acquire(0, OWNER);
  expect(await feed.publish(frameOf(2))).toBe('fenced');
});

it('works on a cluster: every script and read stays within one hash slot', async () => {
  const redis = await server({ 'cluster-enabled': 'yes', 'cluster-announce-ip': '127.0.0.1' });
  const admin = new Redis(redis.url);
  cleanUp.push(async () => void (await admin.quit()));
  await admin.call('cluster', 'addslotsrange', '0', '16383');
  await waitFor(async () => String(await admin.call('cluster', 'info')).includes('cluster_state:ok'), {
    what: 'the cluster',
  });
  const { hostname: host, port } = new URL(redis.url);
  const options = { cluster: [{ host, port: Number(port) }] };
  const [store, feed] = [checkpointsOn(options), feedOn(options)];
  const seen: string[] = [];
  await feed.subscribe(
    (frame) => seen.push(frame.header.centre),
    () => undefined,
  );
  for (const partition of [0, 1, 2]) {
    const epoch = await store.acquire(partition, OWNER);
    expect(await store.commit(partition, epoch, commitOf(1))).toBe('committed');
    expect(await store.commit(partition, epoch, { ...commitOf(2), dropDeltasBelow: 2 })).toBe('committed');
    expect((await store.load(partition))?.deltas.map(({ seq }) => seq)).toEqual([2]);
    expect(await feed.publish(frameOf(1, `centre ${partition}`, partition))).toBe('published');
  }
  expect(await feed.readAll()).toHaveLength(3);
  await waitFor(() => seen.length === 3, { what: 'the frames' });
});
