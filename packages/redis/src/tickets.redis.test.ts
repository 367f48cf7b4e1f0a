import { startRedis } from '@vigie/testkit';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

import { openRedisTickets } from './tickets.ts';

let redis: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  redis = await startRedis({});
});
afterAll(async () => await redis.stop());

test('a ticket put by one gateway is taken by another, once, however many ask at once', async () => {
  const [one, other] = [openRedisTickets({ url: redis.url }), openRedisTickets({ url: redis.url })];
  try {
    expect(await one.put('d1', 'hall', 30_000)).toBe(true);
    const asked = await Promise.all([other, one, other, one].map((tickets) => tickets.take('d1')));
    expect(asked.filter((holder) => holder !== undefined)).toEqual(['hall']);
    expect(await one.take('d1')).toBeUndefined();
    expect(await one.take('nothing')).toBeUndefined();
  } finally {
    await Promise.all([one.close(), other.close()]);
  }
});

test('a ticket that nobody takes is forgotten', async () => {
  const tickets = openRedisTickets({ url: redis.url, keyPrefix: 'other' });
  try {
    await tickets.put('d2', 'hall', 50);
    await tickets.put('d3', 'hall', 30_000);
    await vi.waitFor(async () => expect(await tickets.take('d2')).toBeUndefined());
    expect(await tickets.take('d3')).toBe('hall');
  } finally {
    await tickets.close();
  }
});

test('without Redis nothing is taken for a ticket', async () => {
  const tickets = openRedisTickets({ url: 'redis://127.0.0.1:1' });
  await expect(tickets.take('d1')).rejects.toThrow(/no connection to Redis/);
  await expect(tickets.put('d1', 'hall', 1000)).rejects.toThrow(/no connection to Redis/);
  await tickets.close();
});
