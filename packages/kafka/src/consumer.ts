import type { LogConsumer, PartitionHandler } from '@vigie/engine';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';

import { Lane } from './lane.ts';
import { Membership } from './membership.ts';
import { type KafkaLogger, LIMITS } from './options.ts';
import { teachMembership } from './teach-membership.ts';

export interface ConsumerSettings {
  readonly kafka: Kafka;
  readonly topic: string;
  readonly groupId: string;
  readonly partitions: number;
  readonly logger: KafkaLogger | undefined;
  bounds(partition: number): Promise<{ readonly start: bigint; readonly end: bigint }>;
  /** Resolves when the brokers answer. */
  ping(): Promise<void>;
}

const errorOf = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
/** Errors of a heartbeat that say: the group has gone on without this member. */
const EXPELLED = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID']);
/** Answers while the group agrees who has which partition: nobody fetches or heartbeats before. */
const AGREEMENT = new Set(['JoinGroup', 'SyncGroup']);

/**
 * A member of the consumer group. With every generation of the group all partitions are taken away and assigned anew:
 * whoever owned one meanwhile has raised its epoch. kafkajs's own offsets count for nothing.
 */
export class GroupMember implements LogConsumer {
  readonly #settings: ConsumerSettings;
  readonly #handler: PartitionHandler;
  readonly #onFatal: (error: Error) => void;
  readonly #consumer: Consumer;
  readonly #lanes = new Map<number, Lane>();
  /** Handler calls of a partition, one after another. */
  readonly #calls = new Map<number, Promise<void>>();
  #watchdog: NodeJS.Timeout | undefined;
  #lastSignMs = 0;
  /** Of the last fetch or heartbeat. */
  #lastWorkMs = 0;
  readonly #membership = new Membership();
  #checking = false;
  #ended = false;
  #failed = false;

  constructor(settings: ConsumerSettings, handler: PartitionHandler, onFatal: (error: Error) => void) {
    this.#settings = settings;
    this.#handler = handler;
    this.#onFatal = onFatal;
    teachMembership();
    this.#consumer = settings.kafka.consumer({
      groupId: settings.groupId,
      sessionTimeout: LIMITS.sessionMs,
      rebalanceTimeout: LIMITS.rebalanceMs,
      heartbeatInterval: LIMITS.heartbeatMs,
      maxWaitTimeInMs: LIMITS.pollMs,
      allowAutoTopicCreation: false,
    });
  }

  async start(): Promise<void> {
    const consumer = this.#consumer;
    const { events } = consumer;
    const alive = (): void => {
      this.#lastSignMs = performance.now();
      this.#lastWorkMs = this.#lastSignMs;
    };
    consumer.on(events.FETCH, alive);
    consumer.on(events.HEARTBEAT, ({ payload }) => {
      alive();
      const wrong = this.#membership.heartbeat(payload.groupGenerationId, performance.now());
      if (wrong !== undefined) this.#fatal(new Error(wrong));
    });
    consumer.on(events.REQUEST, ({ payload }) => {
      const nowMs = performance.now();
      if (AGREEMENT.has(payload.apiName) && nowMs - this.#lastWorkMs < LIMITS.rejoinMs) {
        this.#lastSignMs = nowMs;
      }
    });
    consumer.on(events.REBALANCING, () => this.#takeAllAway());
    consumer.on(events.GROUP_JOIN, ({ payload }) => {
      alive();
      this.#takeAllAway();
      this.#membership.joined(performance.now());
      this.#take(payload.memberAssignment[this.#settings.topic] ?? []);
    });
    consumer.on(events.CRASH, ({ payload }) => {
      this.#takeAllAway();
      if (!payload.restart)
        this.#fatal(new Error(`kafkajs stopped: ${payload.error.message}`, { cause: payload.error }));
    });
    await consumer.connect();
    await consumer.subscribe({ topic: this.#settings.topic, fromBeginning: true });
    alive();
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: this.#settings.partitions,
      eachBatch: async (payload) => await this.#eachBatch(payload),
    });
    this.#watchdog = setInterval(() => void this.#watch(), LIMITS.heartbeatMs);
    this.#watchdog.unref();
  }

  async stop(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#watchdog);
    this.#takeAllAway();
    await this.#consumer
      .disconnect()
      .catch((error: unknown) => this.#log(error, 'leaving the consumer group failed'));
    await Promise.all(this.#calls.values());
  }

  trouble(): string | undefined {
    const quietMs = performance.now() - this.#lastWorkMs;
    if (quietMs < LIMITS.quietMs) return undefined;
    return `neither a fetch nor a heartbeat of the consumer for ${Math.floor(quietMs / 1000)} s`;
  }

  seek(partition: number, offset: bigint): void {
    this.#lanes.get(partition)?.seek(offset);
  }

  async publishProgress(partition: number, nextOffset: bigint): Promise<void> {
    if (!this.#lanes.has(partition)) return;
    await this.#consumer.commitOffsets([
      { topic: this.#settings.topic, partition, offset: nextOffset.toString() },
    ]);
  }

  /** Synchronous in the GROUP_JOIN event: nothing is fetched of a partition before its handler has said from where. */
  #take(partitions: readonly number[]): void {
    if (this.#ended || partitions.length === 0) return;
    const { topic } = this.#settings;
    this.#consumer.pause([{ topic, partitions: [...partitions] }]);
    for (const partition of partitions) {
      const lane = new Lane(partition, this.#handler, {
        bounds: this.#settings.bounds,
        hold: (at) => {
          if (!this.#ended) this.#consumer.pause([{ topic, partitions: [at] }]);
        },
        position: (at, offset) => {
          if (this.#ended) return;
          this.#consumer.seek({ topic, partition: at, offset: offset.toString() });
          this.#consumer.resume([{ topic, partitions: [at] }]);
        },
        fatal: (error) => this.#fatal(error),
        log: (error, message) => this.#log(error, message),
      });
      this.#lanes.set(partition, lane);
      void this.#alone(partition, async () => await lane.assign());
    }
  }

  #takeAllAway(): void {
    this.#membership.takenAway(performance.now());
    for (const lane of this.#lanes.values()) {
      lane.takeAway();
      void this.#alone(lane.partition, async () => await lane.revoke());
    }
    this.#lanes.clear();
  }

  async #eachBatch({ batch, resolveOffset, heartbeat, isStale }: EachBatchPayload): Promise<void> {
    const lane = this.#lanes.get(batch.partition);
    if (lane === undefined || isStale()) return;
    const beat = setInterval(() => {
      heartbeat().catch((error: unknown) => {
        if (EXPELLED.has((error as { readonly type?: string }).type ?? '')) this.#takeAllAway();
      });
    }, LIMITS.heartbeatMs);
    try {
      await this.#alone(batch.partition, async () => {
        const done = await lane.deliver(batch);
        // Of a lane that is no longer the current one this would move the position of its successor.
        if (done && this.#lanes.get(batch.partition) === lane && !isStale())
          resolveOffset(batch.lastOffset());
      });
    } finally {
      clearInterval(beat);
    }
  }

  async #alone(partition: number, call: () => Promise<void>): Promise<void> {
    const turn = (this.#calls.get(partition) ?? Promise.resolve()).then(call);
    const settled = turn.catch((error: unknown) => this.#fatal(errorOf(error)));
    this.#calls.set(partition, settled);
    await settled;
  }

  /** A consumer without fetch or heartbeat while the brokers answer has been left behind by kafkajs. */
  async #watch(): Promise<void> {
    if (this.#checking || performance.now() - this.#lastSignMs < LIMITS.quietMs) return;
    this.#checking = true;
    try {
      await this.#settings.ping();
      if (performance.now() - this.#lastSignMs >= LIMITS.stallMs) {
        this.#fatal(
          new Error(`the consumer made no progress for ${LIMITS.stallMs} ms although Kafka answers`),
        );
      }
    } catch {
      // Kafka itself is away: the time without progress counts from its return, when rejoining takes its time.
      this.#lastSignMs = performance.now();
    } finally {
      this.#checking = false;
    }
  }

  #fatal(error: Error): void {
    if (this.#failed || this.#ended) return;
    this.#failed = true;
    clearInterval(this.#watchdog);
    this.#takeAllAway();
    this.#onFatal(error);
  }

  #log(error: unknown, message: string): void {
    this.#settings.logger?.warn({ err: errorOf(error) }, message);
  }
}
