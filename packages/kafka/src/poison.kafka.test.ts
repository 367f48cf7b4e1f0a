import { checkConfiguration, resolveSemantic, SYSTEM_SOURCE } from '@vigie/contracts';
import { PartitionProcessor } from '@vigie/engine';
import { type KafkaServer, startKafka, uniqueName, waitFor } from '@vigie/testkit';
import { Kafka, logLevel, type Message } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { openKafkaLog, type KafkaLog } from './event-log.ts';

const checked = checkConfiguration({});
if (!checked.ok) throw new Error('the empty configuration is right');
const { presentation, limits } = checked.configuration;

let kafka: KafkaServer;
let log: KafkaLog;
beforeAll(async () => {
  kafka = await startKafka();
});
afterAll(async () => {
  await log.close();
  await kafka.stop();
});

let made = 0;
function event(change: object = {}): string {
  const id = `e-${(made += 1)}`;
  const now = new Date().toISOString();
  const data = { contact: { id, segmentId: `${id}/1` }, queue: { id: 'sales' } };
  const envelope = { specversion: '1.0', id, source: 'test://acd', type: 'vigie.contact.queued' };
  return JSON.stringify({ ...envelope, time: now, ingestedtime: now, data, ...change });
}
const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

it('poison on the topic is dead-lettered line by line, and every event that was read is in one account', async () => {
  const topicPrefix = uniqueName('poison');
  const topic = `${topicPrefix}.events`;
  const client = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  const configEntries = [{ name: 'max.message.bytes', value: '20000000' }];
  await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: true });
  await admin.disconnect();

  const twice = event();
  const good = event();
  /** Records, and in which account each of their events ends. */
  const records: readonly (readonly [Message, ...(keyof PartitionProcessor['accounts'])[]])[] = [
    [{ key: 'default', value: good }, 'applied'],
    [{ key: 'default', value: [twice, twice].join('\n') }, 'applied', 'duplicate'],
    [{ key: 'default', value: Buffer.from([0xff, 0xfe, 0x00]) }, 'rejected'],
    [
      { key: 'default', value: Buffer.concat([Buffer.from(`${event()}\n`), Buffer.from([0xc3, 0x28])]) },
      ...(['applied', 'rejected'] as const),
    ],
    [{ key: 'default', value: Buffer.alloc(16_000_000, 'x') }, 'rejected'],
    [{ key: 'default', value: event().replace('{', '{"__proto__":{"admin":true},') }, 'rejected'],
    [{ key: 'default', value: event({ specversion: '0.3' }) }, 'rejected'],
    [{ key: 'default', value: event({ type: 'vigie.contact.teleported' }) }, 'rejected'],
    [{ key: 'default', value: null }, 'rejected'],
    [{ key: 'default', value: '' }, 'rejected'],
    [{ key: null, value: event() }, 'rejected'],
    [{ key: 'elsewhere', value: event() }, 'rejected'],
    [{ key: 'default', value: '<xml/>' }, 'rejected'],
    [{ key: 'default', value: `\n\n${event({ time: ago(3) })}\n` }, 'late'],
    [{ key: 'default', value: event({ time: ago(-3) }) }, 'future'],
    [{ key: 'default', value: [event(), '{', event()].join('\n') }, 'applied', 'rejected', 'applied'],
  ];
  const producer = client.producer();
  await producer.connect();
  for (const [message] of records) await producer.send({ topic, messages: [message] });
  await producer.disconnect();

  log = openKafkaLog({
    ...{ brokers: kafka.brokers, clientId: topicPrefix, groupId: topicPrefix, topicPrefix },
    ...{ partitions: 1, replication: 1, retentionMs: 86_400_000 },
  });
  const processor = new PartitionProcessor(
    {
      ...{ partition: 0, base: resolveSemantic({}), presentation, limits, systemSource: SYSTEM_SOURCE },
      ...{ windows: [{ name: '30m', sizeMs: 1_800_000 }], retainMs: 30 * 3_600_000 },
    },
    Date.now(),
  );
  const errors: Error[] = [];
  const consumer = await log.consume(
    {
      assigned: async () => processor.nextOffset,
      batch: async (batch) => {
        for (const record of batch.records) {
          if (record.offset >= processor.nextOffset) await log.deadLetter(processor.applyRecord(record));
        }
      },
      revoked: async () => undefined,
    },
    (error) => errors.push(error),
  );
  await waitFor(() => processor.nextOffset === BigInt(records.length), {
    what: 'the end',
    timeoutMs: 60_000,
  });
  await consumer.stop();

  const expected = { applied: 0, duplicate: 0, late: 0, future: 0, rejected: 0 };
  for (const [, ...accounts] of records) for (const account of accounts) expected[account] += 1;
  expect(processor.accounts).toEqual(expected);
  // what is refused stands in the dead-letter topic, with its place
  const places = records.flatMap(([{ value }, ...accounts], offset) => {
    const lines = (value?.toString() ?? '').split('\n').flatMap((line, n) => (line === '' ? [] : [n]));
    return accounts.flatMap((account, n) =>
      account === 'applied' || account === 'duplicate' ? [] : [[BigInt(offset), lines[n] ?? 0] as const],
    );
  });
  const letters = await log.deadLetters(1000);
  expect(letters.map(({ position }) => [position?.offset, position?.line])).toEqual(places);
  expect(letters.every(({ position, reason }) => position?.partition === 0 && reason !== '')).toBe(true);
  expect(Math.max(...letters.map(({ line }) => line.length))).toBe(256 * 1024);
  expect(errors).toEqual([]);
}, 120_000);
