import { waitFor } from '@vigie/testkit';
import type { OracleEvent } from '@vigie/testkit/oracle';
import { Kafka, logLevel, type Consumer } from 'kafkajs';

/** A record as the broker stored it. */
export interface RecordedRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly value: Uint8Array | null;
  /** When the log gave it to a reader: a producer's own stamp is older by what it had to repeat. */
  readonly recordedMs: number;
  /** Set on what was put there to be refused: how many refusals it is good for. */
  readonly refusals: number | undefined;
}

/** An event and where it lies. */
export interface PlacedEvent {
  readonly offset: bigint;
  readonly event: OracleEvent;
}

/** Header of records that are to be refused. */
export const REFUSALS = 'chaos-refusals';
const TOPIC = 'vigie.events';
const CATCH_UP_MS = 30_000;
const utf8 = new TextDecoder();

/**
 * Reads the raw log from the broker itself, all of it, with a client of its own that shares nothing with the product
 * but kafkajs: what the log holds is the truth that everything else is held against.
 */
export class LogRecorder {
  readonly #kafka: Kafka;
  readonly #consumer: Consumer;
  readonly records: RecordedRecord[][] = [];
  /** Of every centre, in the order of the log; without what Vigie itself appended. */
  readonly events = new Map<string, PlacedEvent[]>();
  /** What Vigie itself appended, by type. */
  readonly system = new Map<string, number>();
  /** Refusals that the records are good for, late and future events not among them. */
  refusals = 0;

  constructor(broker: string, partitions: number) {
    this.#kafka = new Kafka({
      brokers: [broker],
      clientId: 'recorder',
      logLevel: logLevel.NOTHING,
      retry: { retries: 60, initialRetryTime: 200, maxRetryTime: 1_000 },
    });
    this.#consumer = this.#kafka.consumer({ groupId: `recorder-${process.pid}`, maxWaitTimeInMs: 200 });
    for (let partition = 0; partition < partitions; partition += 1) this.records.push([]);
  }

  async start(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic: TOPIC, fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        const rawRefusals = message.headers?.[REFUSALS];
        this.#add({
          partition,
          offset: BigInt(message.offset),
          key: message.key?.toString() ?? null,
          value: message.value,
          recordedMs: Date.now(),
          refusals: rawRefusals === undefined ? undefined : Number(rawRefusals.toString()),
        });
      },
    });
  }

  async stop(): Promise<void> {
    await this.#consumer.disconnect();
  }

  /** First offset that is not recorded yet. */
  next(partition: number): bigint {
    return (this.records[partition]?.at(-1)?.offset ?? -1n) + 1n;
  }

  /** Waits until all that the log has now is recorded; answers the end of every partition. */
  async catchUp(): Promise<readonly bigint[]> {
    const admin = this.#kafka.admin();
    await admin.connect();
    try {
      const ends = this.records.map(() => 0n);
      for (const { partition, high } of await admin.fetchTopicOffsets(TOPIC)) ends[partition] = BigInt(high);
      await waitFor(() => ends.every((end, partition) => this.next(partition) >= end), {
        what: `the recorder to have read up to ${ends.join()}`,
        timeoutMs: CATCH_UP_MS,
        detail: () => `it has ${this.records.map((_, partition) => this.next(partition)).join()}`,
      });
      return ends;
    } finally {
      await admin.disconnect();
    }
  }

  /** Events of a centre below an offset of its partition. */
  eventsBelow(centre: string, offset: bigint): OracleEvent[] {
    return (this.events.get(centre) ?? [])
      .filter((placed) => placed.offset < offset)
      .map(({ event }) => event);
  }

  #add(record: RecordedRecord): void {
    const { partition, offset, value, refusals } = record;
    // delivered again after the recorder's own broker connection was lost
    if (offset < this.next(partition)) return;
    this.records[partition]?.push(record);
    if (refusals !== undefined) {
      this.refusals += refusals;
      return;
    }
    for (const line of utf8.decode(value ?? new Uint8Array()).split('\n')) {
      if (line === '') continue;
      const event = JSON.parse(line) as OracleEvent;
      if (event.source.startsWith('vigie://')) {
        this.system.set(event.type, (this.system.get(event.type) ?? 0) + 1);
        continue;
      }
      const centre = event.centre ?? 'default';
      const placed = this.events.get(centre);
      if (placed === undefined) this.events.set(centre, [{ offset, event }]);
      else placed.push({ offset, event });
    }
  }
}
