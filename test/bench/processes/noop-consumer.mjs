/**
 * The least a kafkajs consumer can do: `eachBatch` that counts. Reads a topic three times over, the first to warm up,
 * prints one line of JSON with what the other two used, and ends.
 *
 * Argument: JSON of { brokers, topic, endOffset }.
 */
import { Kafka, logLevel } from 'kafkajs';

const PASSES = 3;
const { brokers, topic, endOffset } = JSON.parse(process.argv[2]);
const kafka = new Kafka({ brokers, clientId: 'bench-noop', logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `bench-noop-${process.pid}`, maxWaitTimeInMs: 300 });
let passes = 0;
let messages = 0;
let begun;
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
await new Promise((resolve, reject) => {
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  const running = consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      messages += batch.messages.length;
      if (BigInt(batch.lastOffset()) < BigInt(endOffset) - 1n) return;
      passes++;
      if (passes === PASSES) return resolve();
      if (passes === 1) {
        messages = 0;
        begun = process.cpuUsage();
      }
      consumer.seek({ topic, partition: 0, offset: '0' });
    },
  });
  running.catch(reject);
});
const { user, system } = process.cpuUsage(begun);
process.stdout.write(`${JSON.stringify({ messages, cpuMs: (user + system) / 1000 })}\n`);
await consumer.disconnect();
process.exit(0);
