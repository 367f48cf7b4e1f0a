import { type KafkaServer, startKafka, uniqueName, waitFor } from '@vigie/testkit';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type KafkaLog, openKafkaLog } from './event-log.ts';
import { partitionOf } from './options.ts';

const handlerInto = (values: string[], start: () => bigint | 'earliest' = () => 'earliest') => {
  let next = -1n;
  return {
    assigned: async () => (next >= 0n ? next : start()),
    batch: async ({
      records,
    }: {
      readonly records: readonly { offset: bigint; value: Uint8Array | null }[];
    }) => {
      for (const { offset, value } of records) {
        if (offset < next) continue;
        values.push(Buffer.from(value ?? []).toString());
        next = offset + 1n;
      }
    },
    revoked: async () => undefined,
  };
};

describe('a broker of its own', () => {
  let kafka: KafkaServer;
  const logs: KafkaLog[] = [];
  const open = (topicPrefix = uniqueName('faults')): KafkaLog => {
    const { brokers } = kafka;
    const names = { clientId: topicPrefix, groupId: topicPrefix, topicPrefix };
    const log = openKafkaLog({ ...names, brokers, partitions: 1, replication: 1, retentionMs: 86_400_000 });
    logs.push(log);
    return log;
  };
  const append = async (log: KafkaLog, value: string): Promise<void> =>
    await log.append([{ key: 'centre', value: Buffer.from(value) }]);

  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(async () => {
    await Promise.all(logs.map(async (log) => await log.close()));
    await kafka.stop();
  });

  it('that was deleted and made anew under a consumer is another log: the consumer stops for good', async () => {
    const topicPrefix = uniqueName('recreated');
    const log = open(topicPrefix);
    for (let n = 0; n < 5; n += 1) await append(log, String(n));
    const values: string[] = [];
    const errors: Error[] = [];
    const consumer = await log.consume(handlerInto(values), (error) => errors.push(error));
    await waitFor(() => values.length === 5, { what: 'the records', timeoutMs: 30_000 });
    const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const topic = `${topicPrefix}.events`;
    await admin.deleteTopics({ topics: [topic] });
    await waitFor(async () => !(await admin.listTopics()).includes(topic), { what: 'the topic to go' });
    await admin.createTopics({ topics: [{ topic, numPartitions: 1 }] });
    await admin.disconnect();
    const second = open(topicPrefix);
    await append(second, 'new');
    await waitFor(() => errors.length > 0, { what: 'the refusal', timeoutMs: 60_000 });
    expect(values).toEqual(['0', '1', '2', '3', '4']);
    await consumer.stop();
  });

  it('that dies makes appends reject in time; when it is back, both ends go on and nothing acknowledged is lost', async () => {
    const log = open();
    await append(log, 'before');
    const values: string[] = [];
    const errors: Error[] = [];
    const consumer = await log.consume(handlerInto(values), (error) => errors.push(error));
    await waitFor(() => values.length === 1, { what: 'the first record', timeoutMs: 30_000 });

    expect(consumer.trouble()).toBeUndefined();
    await kafka.kill();
    const trouble = await waitFor(() => consumer.trouble(), { what: 'the trouble', timeoutMs: 3_000 });
    expect(trouble).toMatch(/neither a fetch nor a heartbeat/);
    const beganMs = performance.now();
    await expect(append(log, 'during')).rejects.toThrow(/Kafka/);
    await expect(log.ping()).rejects.toThrow();
    expect(performance.now() - beganMs).toBeLessThan(25_000);

    await kafka.restart();
    await waitFor(
      async () => {
        await append(log, 'after');
        return true;
      },
      { what: 'an append', timeoutMs: 60_000 },
    );
    await waitFor(() => values.includes('after'), { what: 'the record after the outage', timeoutMs: 60_000 });
    await waitFor(() => consumer.trouble() === undefined, { what: 'the end of the trouble' });
    expect(values[0]).toBe('before');
    expect(errors).toEqual([]);
    await consumer.stop();
  });
});

it('an unreachable cluster makes every call reject, consume() too', async () => {
  const log = openKafkaLog({
    brokers: ['127.0.0.1:9'],
    clientId: 'nobody',
    groupId: 'nobody',
    partitions: 1,
    replication: 1,
    retentionMs: 1,
  });
  const calls = [
    log.ping(),
    log.append([{ key: 'a', value: Buffer.from('x') }]),
    log.consume(handlerInto([]), () => undefined),
  ];
  for (const call of calls) await expect(call).rejects.toThrow();
  await log.close();
});

it('a centre has the partition that the Java client gives its name', () => {
  // murmur2 of the reference implementation, as in Kafka's own tests: "21", "foobar", "a-little-bit-long-string".
  const positive = (hash: number): number => hash & 0x7fffffff;
  expect(partitionOf('21', 1_000)).toBe(positive(-973932308) % 1_000);
  expect(partitionOf('foobar', 1_000)).toBe(positive(-790332482) % 1_000);
  expect(partitionOf('a-little-bit-long-string', 1_000)).toBe(positive(-985981536) % 1_000);
});
