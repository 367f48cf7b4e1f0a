import { Kafka, logLevel } from 'kafkajs';
import { sharedKafka, uniqueName } from '@vigie/testkit';
import { eventLogConformance } from '@vigie/testkit/conformance';

import { type KafkaLog, openKafkaLog } from './event-log.ts';

/** The last value of every key of a topic. */
async function keptIn(brokers: readonly string[], topic: string): Promise<Map<string, string>> {
  const kafka = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic);
  await admin.disconnect();
  let left = ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  const kept = new Map<string, string>();
  if (left === 0) return kept;
  const consumer = kafka.consumer({ groupId: uniqueName('reports') });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ message }) => {
        kept.set(String(message.key), String(message.value));
        if (--left === 0) resolve();
      },
    });
  });
  await consumer.disconnect();
  return kept;
}

eventLogConformance('Kafka', async () => {
  const { brokers } = await sharedKafka();
  const name = uniqueName('conformance');
  const opened: KafkaLog[] = [];
  const open = async (): Promise<KafkaLog> => {
    const log = openKafkaLog({
      brokers,
      clientId: name,
      groupId: name,
      topicPrefix: name,
      partitions: 3,
      replication: 1,
      retentionMs: 86_400_000,
    });
    opened.push(log);
    return log;
  };
  return {
    open,
    reports: async () => await keptIn(brokers, `${name}.reports`),
    deadLetters: async () => await (opened[0] ?? (await open())).deadLetters(100),
    close: async () => void (await Promise.all(opened.map(async (log) => await log.close()))),
  };
});
