import { startRedis } from '@vigie/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { openRedisBoard } from './board.ts';

let redis: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  redis = await startRedis({});
});
afterAll(async () => await redis.stop());

test('what one puts up others read, and neither reads his own', async () => {
  const [one, other] = [openRedisBoard({ url: redis.url }, 'b'), openRedisBoard({ url: redis.url }, 'b')];
  const elsewhere = openRedisBoard({ url: redis.url }, 'another');
  try {
    await one.put('p1', 'first', 30_000);
    await one.put('p1', 'second', 30_000);
    await other.put('p2', 'theirs', 30_000);
    expect(await other.others('p2')).toEqual(['second']);
    expect(await one.others('p1')).toEqual(['theirs']);
    expect(await elsewhere.others('p3')).toEqual([]);
  } finally {
    await Promise.all([one.close(), other.close(), elsewhere.close()]);
  }
});

test('a place that fell silent is forgotten, and one that speaks again is back', async () => {
  const board = openRedisBoard({ url: redis.url, keyPrefix: 'other' }, 'b');
  try {
    await board.put('p1', 'brief', 50);
    await vi.waitFor(async () => expect(await board.others('p2')).toEqual([]));
    await board.put('p1', 'again', 30_000);
    expect(await board.others('p2')).toEqual(['again']);
  } finally {
    await board.close();
  }
});

test('without Redis there is nothing to read', async () => {
  const board = openRedisBoard({ url: 'redis://127.0.0.1:1' }, 'b');
  await expect(board.others('p1')).rejects.toThrow(/no connection to Redis/);
  await board.close();
});
