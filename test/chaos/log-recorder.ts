import { waitFor } from '@vigie/testkit';
import { Kafka, logLevel, type Consumer } from 'kafkajs';

import { RecordedLog, type RecordedRecord } from './recorded-log.ts';

/** Header of records that are to be refused. */
export const REFUSALS = 'chaos-refusals';
const TOPIC = 'vigie.events';
const CATCH_UP_MS = 90_000;

/**
 * Reads the raw log from the broker itself, all of it, with a client of its own that shares nothing with the product
 * but kafkajs: what the log holds is the truth that everything else is held against.
 */
export class LogRecorder {
  readonly #kafka: Kafka;
  readonly #consumer: Consumer;
  readonly log: RecordedLog;
  /** Is told every record, once, in the order of its partition. */
  heard: (record: RecordedRecord) => void = () => undefined;

  constructor(broker: string, partitions: number) {
    this.#kafka = new Kafka({
      brokers: [broker],
      clientId: 'recorder',
      logLevel: logLevel.NOTHING,
      retry: { retries: 60, initialRetryTime: 200, maxRetryTime: 1_000 },
    });
    this.#consumer = this.#kafka.consumer({ groupId: `recorder-${process.pid}`, maxWaitTimeInMs: 200 });
    this.log = new RecordedLog(partitions);
  }

  async start(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        const rawRefusals = message.headers?.[REFUSALS];
        const record = {
          partition,
          offset: BigInt(message.offset),
          key: message.key?.toString() ?? null,
          // bytes of its own, not a part of all that was fetched with it
          value: message.value === null ? null : Uint8Array.from(message.value),
          recordedMs: Date.now(),
          refusals: rawRefusals === undefined ? undefined : Number(rawRefusals.toString()),
        };
        // delivered again after the recorder's own broker connection was lost
        if (this.log.add(record)) this.heard(record);
      },
    });
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect();
  }

  /** Waits until all that the log has now is recorded; answers the end of every partition. */
  async catchUp(): Promise<readonly bigint[]> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      const ends = this.log.records.map(() => 0n);
      for (const { partition, high } of await admin.fetchTopicOffsets(TOPIC)) ends[partition] = BigInt(high);
      await waitFor(() => ends.every((end, partition) => this.log.next(partition) >= end), {
        what: `the recorder to have read up to ${ends.join()}`,
        timeoutMs: CATCH_UP_MS,
        detail: () => `it has ${this.log.records.map((_, partition) => this.log.next(partition)).join()}`,
      });
      return ends;
    } finally {
      await admin.disconnect();
    }
  }
}
