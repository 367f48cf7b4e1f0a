import { Kafka, logLevel } from 'kafkajs';
import { afterEach, expect, test, vi } from 'vitest';

import { type KafkaServer, startKafka } from './kafka.ts';
import { sharedKafka, uniqueName } from './shared.ts';
import { accepts } from './wait.ts';

let server: KafkaServer | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
  server = undefined;
});

const client = (brokers: readonly string[], retries = 8): Kafka =>
  new Kafka({
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    retry: { retries, initialRetryTime: 100 },
  });

async function newestOffset(
  brokers: readonly string[],
  topic: string,
  retries = 8,
): Promise<string | undefined> {
  const admin = client(brokers, retries).admin();
  await admin.connect();
  try {
    return (await admin.fetchTopicOffsets(topic))[0]?.high;
  } finally {
    await admin.disconnect();
  }
}

test('what a broker acknowledged is there after SIGKILL and restart, on the same port', async () => {
  server = await startKafka();
  const { brokers } = server;
  const topic = uniqueName('survives');
  const admin = client(brokers).admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = client(brokers).producer();
  await producer.connect();
  await producer.send({ topic, acks: -1, messages: [{ value: 'one' }, { value: 'two' }] });
  await producer.disconnect();

  await server.kill();
  expect(await accepts(Number(brokers[0]?.split(':')[1]))).toBe(false);
  await server.restart();

  expect(server.brokers).toEqual(brokers);
  expect(await newestOffset(brokers, topic)).toBe('2');
});

test('a topic that nobody created is not made by asking for it', async () => {
  const { brokers } = await sharedKafka();
  await expect(newestOffset(brokers, uniqueName('nobody-made-it'), 0)).rejects.toThrow(/topic/i);
});

test('all tests of a run that share a broker get the same one', async () => {
  expect(await sharedKafka()).toEqual(await sharedKafka());
});

test('a cluster named by the environment is used and never killed', async () => {
  vi.stubEnv('VIGIE_KAFKA_BROKERS', 'one:9092, two:9092');
  const external = await startKafka();
  expect(external).toMatchObject({ external: true, brokers: ['one:9092', 'two:9092'] });
  await expect(external.kill()).rejects.toThrow('VIGIE_KAFKA_BROKERS');
  await expect(external.restart()).rejects.toThrow('VIGIE_KAFKA_BROKERS');
  await external.stop();
});
