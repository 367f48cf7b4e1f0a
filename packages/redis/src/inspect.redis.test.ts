import { startRedis } from '@vigie/testkit';
import { expect, test } from 'vitest';

import { openRedisCheckpoints } from './checkpoints.ts';
import { openRedisFeed } from './feed.ts';
import { inspectRedis } from './inspect.ts';

test('Redis is asked for eviction, memory, persistence and clock', async () => {
  const settings = { maxmemory: '104857600', 'maxmemory-policy': 'allkeys-lru' };
  const redis = await startRedis({ appendonly: true, settings });
  try {
    const store = openRedisCheckpoints({ url: redis.url });
    const feed = openRedisFeed({ url: redis.url });
    const epoch = await store.acquire(3, { url: 'http://127.0.0.1:1/' });
    const blob = Buffer.from('head');
    await store.commit(3, epoch, { seq: 1, head: blob, delta: blob, page: undefined, dropDeltasBelow: 0 });
    const header = { centre: 'a', asOfMs: 1, watermarkMs: null, state: 'live', configVersion: 'v' } as const;
    const frame = { partition: 3, epoch, seq: 1, header, complete: true };
    await feed.publish({ ...frame, rows: [], removed: [], counters: [] });
    await Promise.all([store.close(), feed.close()]);
    const found = await inspectRedis({ url: redis.url });
    expect(found.heads.map(String)).toEqual(['head']);
    expect(found).toMatchObject({
      role: 'master',
      maxmemoryPolicy: 'allkeys-lru',
      maxmemory: 104_857_600,
      appendOnly: true,
      writesWell: true,
    });
    expect(found.usedMemory).toBeGreaterThan(0);
    expect(Math.abs(found.clockAheadMs)).toBeLessThan(1000);
  } finally {
    await redis.stop();
  }
});

test('a Redis that is not there is told as such', async () => {
  await expect(inspectRedis({ url: 'redis://127.0.0.1:1' })).rejects.toThrow(/no connection to Redis/);
});
