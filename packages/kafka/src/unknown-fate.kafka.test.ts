import { freePort, startKafka, startProxy, uniqueName, waitFor, type KafkaServer } from '@vigie/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { openLogNamed } from './log.testkit.ts';

let kafka: KafkaServer;
let proxy: Awaited<ReturnType<typeof startProxy>>;

beforeAll(async () => {
  const port = await freePort();
  proxy = await startProxy(() => port);
  kafka = await startKafka({ listeners: { FAR: { port, advertisedPort: proxy.port } } });
});
afterAll(async () => {
  await kafka.stop();
  await proxy.stop();
});

it('what is acknowledged after an append of unknown fate is in the log, though it looks like that one', async () => {
  const log = openLogNamed(uniqueName('fate'), { brokers: [`127.0.0.1:${proxy.port}`], partitions: 1 });
  const append = async (value: string): Promise<void> =>
    await log.append([{ key: 'centre', value: Buffer.from(value) }]);
  await append('first');

  // appended, but every answer is lost, until nobody asks any more
  proxy.become({ kind: 'loseReplies', chance: 1, random: () => 0 });
  await expect(append('of unknown fate')).rejects.toThrow(/Kafka/);
  proxy.become({ kind: 'pass' });
  await waitFor(
    async () => {
      await append('acknowledged');
      return true;
    },
    { what: 'an append', timeoutMs: 30_000 },
  );

  const values: string[] = [];
  const consumer = await log.consume(
    {
      assigned: async () => 'earliest',
      batch: async ({ records }) => {
        for (const { value } of records) values.push(Buffer.from(value ?? []).toString());
      },
      revoked: async () => undefined,
    },
    () => undefined,
  );
  const { end } = await log.bounds(0);
  await waitFor(() => BigInt(values.length) >= end, { what: 'all records', timeoutMs: 30_000 });
  expect(values[0]).toBe('first');
  expect(values.at(-1)).toBe('acknowledged');
  await consumer.stop();
  await log.close();
});
