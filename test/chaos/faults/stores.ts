import { setTimeout as pause } from 'node:timers/promises';

import { temporaryDirectory, waitFor } from '@vigie/testkit';
import { Redis } from 'ioredis';
import { ASKED } from '../asked.ts';
import type { Fault, World } from '../fault.ts';
import { anAggregator, crash } from './processes.ts';

const KEPT_MS = 60_000;

export async function inRedis(world: World, use: (client: Redis) => Promise<unknown>): Promise<void> {
  const client = new Redis(world.deployment.redis.url);
  try {
    await use(client);
  } finally {
    client.disconnect();
  }
}

async function rollBack(world: World): Promise<void> {
  // the first is there some seconds after a deployment began
  await waitFor(() => world.keptRedis() !== undefined, { what: 'Redis to be kept', timeoutMs: KEPT_MS });
  const kept = world.keptRedis() ?? '';
  world.forgetRedis();
  await world.deployment.redis.rollBack(kept);
}

/** Redis and Kafka themselves. */
export const STORE_FAULTS: readonly Fault[] = [
  {
    name: 'F8 Redis killed and started again',
    askedMs: ASKED.redisMs,
    run: async (world) => {
      const { redis } = world.deployment;
      world.forgetRedis();
      await redis.kill();
      await pause(world.random.int(0, 3_000));
      await redis.restart();
    },
  },
  { name: 'F8 Redis goes back in time', run: rollBack },
  {
    name: 'F8 Redis forgets everything',
    run: async (world) => {
      world.forgetRedis();
      const { redis } = world.deployment;
      if (world.random.chance(0.5)) await inRedis(world, async (client) => await client.flushall());
      else await redis.rollBack(await temporaryDirectory('empty'));
    },
  },
  {
    name: 'F1+F8 killed while Redis goes back in time',
    run: async (world) => {
      await Promise.all([rollBack(world), crash(anAggregator(world), world.random.int(0, 2_000))]);
    },
  },
  {
    name: 'F2 frozen Redis',
    run: async ({ deployment, random }) => {
      deployment.redis.signal('SIGSTOP');
      await pause(random.int(1_000, 5_000));
      deployment.redis.signal('SIGCONT');
    },
  },
  {
    name: 'F9 Redis drops its clients',
    run: async (world) => {
      await inRedis(world, async (client) => {
        for (let times = 0; times < 5; times += 1) {
          for (const type of ['normal', 'pubsub'])
            await client.call('client', 'kill', 'type', type, 'skipme', 'yes');
          await pause(world.random.int(50, 800));
        }
      });
    },
  },
  {
    name: 'F9 Redis is full',
    run: async (world) => {
      await inRedis(world, async (client) => {
        await client.config('SET', 'maxmemory', '1mb');
        await pause(world.random.int(1_000, 4_000));
        await client.config('SET', 'maxmemory', '0');
      });
    },
  },
  {
    name: 'F4 broker killed and started again',
    askedMs: ASKED.brokerMs,
    run: async ({ deployment, random }) => {
      await deployment.kafka.kill();
      await pause(random.int(0, 3_000));
      await deployment.kafka.restart();
    },
  },
  {
    name: 'F2 frozen broker',
    run: async ({ deployment, random }) => {
      deployment.kafka.signal('SIGSTOP');
      await pause(random.int(1_000, 5_000));
      deployment.kafka.signal('SIGCONT');
    },
  },
];
