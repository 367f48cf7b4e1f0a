import { startRedis } from '@vigie/testkit';
import { expect, test } from 'vitest';

import { inspectRedis } from './inspect.ts';

test('Redis is asked for eviction, memory, persistence and clock', async () => {
  const settings = { maxmemory: '104857600', 'maxmemory-policy': 'allkeys-lru' };
  const redis = await startRedis({ appendonly: true, settings });
  try {
    const found = await inspectRedis({ url: redis.url });
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
