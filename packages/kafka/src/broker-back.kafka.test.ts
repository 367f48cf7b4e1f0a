import { setTimeout as pause } from 'node:timers/promises';

import { startKafka, uniqueName, waitFor, type KafkaServer } from '@vigie/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';

import type { KafkaLog } from './event-log.ts';
import { openLogNamed } from './log.testkit.ts';

/** Of a member, until the broker gives it up. */
const SESSION_MS = 6_000;
let kafka: KafkaServer;

beforeAll(async () => {
  kafka = await startKafka();
});
afterAll(async () => {
  await kafka.stop();
});

it('a broker that was away finds the members of the group that it left, and waits for no others', async () => {
  const topicPrefix = uniqueName('back');
  const open = (): KafkaLog => openLogNamed(topicPrefix, { brokers: kafka.brokers, partitions: 4 });
  const logs = [open(), open()];
  const values = new Set<string>();
  const taken = new Map<number, number>();
  const errors: Error[] = [];
  const join = async (log: KafkaLog, member: number) =>
    await log.consume(
      {
        assigned: async (partition) => {
          taken.set(partition, member);
          return 'earliest';
        },
        batch: async ({ records }) => {
          for (const { value } of records) values.add(Buffer.from(value ?? []).toString());
        },
        revoked: async () => undefined,
      },
      (error) => errors.push(error),
    );
  const consumers = await Promise.all(logs.map(join));
  await waitFor(() => new Set(taken.values()).size === 2, { what: 'both to have a part', timeoutMs: 40_000 });

  await kafka.kill();
  // long enough for kafkajs to give up, and to try as a new member again and again
  await pause(SESSION_MS);
  await kafka.restart();
  const backMs = performance.now();
  const append = async (): Promise<boolean> => {
    const records = [0, 1, 2, 3, 4, 5, 6, 7].map((n) => ({ key: `centre ${n}`, value: Buffer.from(`${n}`) }));
    await logs[0]?.append(records);
    return true;
  };
  await waitFor(append, { what: 'an append', timeoutMs: 60_000 });
  await waitFor(() => values.size === 8, { what: 'all records', timeoutMs: 60_000 });
  const tookMs = performance.now() - backMs;
  expect(tookMs, 'less than a session, which nobody waited for').toBeLessThan(SESSION_MS);
  expect(errors).toEqual([]);
  await Promise.all(consumers.map(async (consumer) => await consumer.stop()));
  await Promise.all(logs.map(async (log) => await log.close()));
});
