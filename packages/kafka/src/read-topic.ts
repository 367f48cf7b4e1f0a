import { randomBytes } from 'node:crypto';

import type { Admin, Kafka, KafkaMessage } from 'kafkajs';

import { LIMITS, within } from './options.ts';

/**
 * The messages of partition 0 of a topic, up to the end it has now; with `newest`, only that many at its end. Reads
 * as a consumer group of its own that is deleted afterwards, so nothing is ever committed.
 */
export async function readTopic(
  kafka: Kafka,
  admin: Admin,
  topic: string,
  newest = Number.MAX_SAFE_INTEGER,
): Promise<readonly KafkaMessage[]> {
  const [bounds] = await admin.fetchTopicOffsets(topic);
  const low = BigInt(bounds?.low ?? 0);
  const high = BigInt(bounds?.high ?? 0);
  if (high <= low) return [];
  const from = high - BigInt(newest) > low ? high - BigInt(newest) : low;

  const groupId = `vigie-reader-${randomBytes(8).toString('hex')}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 50, allowAutoTopicCreation: false });
  const messages: KafkaMessage[] = [];
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    const reading = new Promise<void>((resolve, reject) => {
      consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
      consumer.on(consumer.events.GROUP_JOIN, () =>
        consumer.seek({ topic, partition: 0, offset: from.toString() }),
      );
      const run = consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch }) => {
          for (const message of batch.messages) {
            const offset = BigInt(message.offset);
            if (offset >= from && offset < high) messages.push(message);
          }
          if (BigInt(batch.lastOffset()) >= high - 1n) resolve();
        },
      });
      run.catch(reject);
    });
    await within(reading, LIMITS.readToEndMs, `${topic} was not read to its end`);
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => undefined);
  }
  return messages;
}
