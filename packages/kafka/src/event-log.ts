import type {
  DeadLetter,
  EventLog,
  LogConsumer,
  NewRecord,
  PartitionHandler,
  ReportRecord,
  StoredConfigVersion,
} from '@vigie/engine';
// the error classes have no names that an ES module could import: they are on the default export only
import kafkajs, { type Admin, type Kafka, type KafkaMessage, Partitioners, type Producer } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';

import { GroupMember } from './consumer.ts';
import {
  kafkaClient,
  type KafkaLogOptions,
  LIMITS,
  partitionOf,
  topicNames,
  type Topics,
  within,
} from './options.ts';
import { readTopic } from './read-topic.ts';
import { Sender } from './sender.ts';
import { createTopics } from './topics.ts';

/** The event log on Kafka, with what only tests and operators read. */
export interface KafkaLog extends EventLog {
  /** The newest `limit` dead letters, oldest of them first. */
  deadLetters(limit: number): Promise<readonly DeadLetter[]>;
}

/** Opens the log; the first call that needs them connects and creates the topics that are missing. */
export function openKafkaLog(options: KafkaLogOptions): KafkaLog {
  return new KafkaEventLog(options);
}

const ASK_AGAIN_MS = 100;
const NDJSON = { 'content-type': 'application/x-ndjson' };

class KafkaEventLog implements KafkaLog {
  readonly #options: KafkaLogOptions;
  readonly #topics: Topics;
  readonly #kafka: Kafka;
  readonly #sender = new Sender(
    async () => await this.#producer(),
    (producer) => {
      this.#connectedProducer = undefined;
      void producer.disconnect().catch(() => undefined);
    },
  );
  readonly #members = new Set<GroupMember>();
  #admin: Promise<Admin> | undefined;
  #connectedProducer: Promise<Producer> | undefined;
  #partitions: number | undefined;
  #closed = false;

  constructor(options: KafkaLogOptions) {
    this.#options = options;
    this.#topics = topicNames(options.topicPrefix);
    this.#kafka = kafkaClient(options);
  }

  async partitions(): Promise<number> {
    await this.#ready();
    return (this.#partitions ??= await this.#ask('the partitions', async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [this.#topics.events] });
      return topics[0]?.partitions.length ?? 0;
    }));
  }

  async placement(): Promise<(centre: string) => number> {
    const partitions = await this.partitions();
    return (centre) => partitionOf(centre, partitions);
  }

  async append(records: readonly NewRecord[]): Promise<void> {
    this.#assertOpen();
    const messages = records.map(({ key, value }) => ({ key, value: asBuffer(value), headers: NDJSON }));
    await this.#sender.send(this.#topics.events, messages);
  }

  async deadLetter(letters: readonly DeadLetter[]): Promise<void> {
    this.#assertOpen();
    await this.#sender.send(
      this.#topics.deadLetters,
      letters.map(({ centre, code, reason, line, position }) => ({
        key: centre,
        value: line,
        headers: {
          code,
          reason,
          ...(position === undefined
            ? {}
            : {
                partition: String(position.partition),
                offset: String(position.offset),
                line: String(position.line),
              }),
        },
      })),
    );
  }

  async deadLetters(limit: number): Promise<readonly DeadLetter[]> {
    await this.#ready();
    const messages = await readTopic(
      this.#kafka,
      await this.#connectedAdmin(),
      this.#topics.deadLetters,
      limit,
    );
    return messages.map(letterOf);
  }

  async configVersions(): Promise<readonly StoredConfigVersion[]> {
    await this.#ready();
    const messages = await readTopic(this.#kafka, await this.#connectedAdmin(), this.#topics.config);
    // Compaction comes when it likes: until then only the last message of a key counts.
    const last = new Map<string, StoredConfigVersion>();
    for (const { key, value } of messages) {
      const name = String(key);
      last.delete(name);
      if (value !== null) last.set(name, JSON.parse(value.toString()) as StoredConfigVersion);
    }
    return [...last.values()];
  }

  async storeConfigVersion(version: StoredConfigVersion): Promise<void> {
    this.#assertOpen();
    const key = JSON.stringify([version.centre, version.version, version.effectiveFrom]);
    await this.#sender.send(this.#topics.config, [{ key, value: JSON.stringify(version) }]);
  }

  async storeReports(reports: readonly ReportRecord[]): Promise<void> {
    this.#assertOpen();
    await this.#sender.send(
      this.#topics.reports,
      reports.map(({ key, value }) => ({ key, value })),
    );
  }

  async consume(handler: PartitionHandler, onFatal: (error: Error) => void): Promise<LogConsumer> {
    const settings = {
      kafka: kafkaClient(this.#options, LIMITS.groupRequestMs),
      topic: this.#topics.events,
      groupId: this.#options.groupId,
      partitions: await this.partitions(),
      logger: this.#options.logger,
      bounds: async (partition: number) => await this.bounds(partition),
      ping: async () => await this.ping(),
    };
    const member = new GroupMember(settings, handler, onFatal);
    this.#members.add(member);
    await member.start();
    return member;
  }

  async bounds(partition: number): Promise<{ readonly start: bigint; readonly end: bigint }> {
    await this.#ready();
    const offsets = await this.#ask(
      'the bounds',
      async (admin) => await admin.fetchTopicOffsets(this.#topics.events),
    );
    const found = offsets.find((one) => one.partition === partition);
    if (found === undefined) {
      throw new RangeError(
        `partition ${partition}: ${this.#topics.events} has partitions 0 to ${offsets.length - 1}`,
      );
    }
    return { start: BigInt(found.low), end: BigInt(found.high) };
  }

  async ping(): Promise<void> {
    await this.#ready();
    await this.#ask('the topics', async (admin) => {
      await admin.fetchTopicMetadata({ topics: [this.#topics.events] });
    });
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([...this.#members].map(async (member) => await member.stop()));
    await this.#sender.idle();
    const clients = await Promise.allSettled([this.#connectedProducer, this.#admin]);
    await Promise.allSettled(
      clients.map(
        async (client) => await (client.status === 'fulfilled' ? client.value?.disconnect() : undefined),
      ),
    );
  }

  /** Connected, with all topics there. */
  async #ready(): Promise<void> {
    this.#assertOpen();
    await this.#connectedAdmin();
  }

  async #connectedAdmin(): Promise<Admin> {
    this.#admin ??= (async () => {
      const admin = this.#kafka.admin();
      try {
        await admin.connect();
        await createTopics(admin, this.#topics, this.#options);
        return admin;
      } catch (error) {
        this.#admin = undefined;
        await admin.disconnect().catch(() => undefined);
        throw new Error(`Kafka at ${this.#options.brokers.join(', ')}: ${(error as Error).message}`, {
          cause: error,
        });
      }
    })();
    return await this.#admin;
  }

  async #ask<T>(what: string, question: (admin: Admin) => Promise<T>): Promise<T> {
    const limitMs = LIMITS.requestMs * 2;
    const untilMs = performance.now() + limitMs - ASK_AGAIN_MS;
    const answer = (async () => {
      for (;;) {
        try {
          return await question(await this.#connectedAdmin());
        } catch (error) {
          // While a partition's leader is being chosen, as right after its creation, brokers ask for patience.
          const passing = error instanceof kafkajs.KafkaJSProtocolError && error.retriable;
          if (!passing || performance.now() > untilMs) throw error;
          await delay(ASK_AGAIN_MS);
        }
      }
    })();
    return await within(answer, limitMs, `Kafka did not tell ${what} of ${this.#topics.events}`);
  }

  async #producer(): Promise<Producer> {
    this.#connectedProducer ??= (async () => {
      await this.#connectedAdmin();
      const producer = this.#kafka.producer({
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        createPartitioner: Partitioners.DefaultPartitioner,
      });
      await producer.connect();
      return producer;
    })();
    try {
      return await this.#connectedProducer;
    } catch (error) {
      this.#connectedProducer = undefined;
      throw error;
    }
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('the event log is closed');
  }
}

function asBuffer(value: Uint8Array): Buffer {
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}

function letterOf({ key, value, headers }: KafkaMessage): DeadLetter {
  const header = (name: string): string => String(headers?.[name] ?? '');
  const letter = { centre: String(key), code: header('code'), reason: header('reason'), line: String(value) };
  if (headers?.['offset'] === undefined) return letter;
  const position = {
    partition: Number(header('partition')),
    offset: BigInt(header('offset')),
    line: Number(header('line')),
  };
  return { ...letter, position };
}
