import type { CheckpointStore, FeedFrame, LiveFeed } from '@vigie/engine';
import type { Random } from '@vigie/testkit/generator';

import { Pipe, type Scheduler, type SimProcess } from './scheduler.ts';
import type { Happening } from './happenings.ts';
import type { SimRedis } from './sim-redis.ts';

/** What a connection to Redis does to requests; all chances in [0, 1]. */
export interface LinkFaults {
  /** A request that never arrives, or whose reply never comes back: carried out all the same. */
  loseRequest: number;
  loseReply: number;
  /** Way there and back, ms. */
  delayMs: number;
  /** Nobody answers. */
  down: boolean;
  /** Frames of the subscription that get lost. */
  loseFrame: number;
}

export const soundLink = (): LinkFaults => ({
  loseRequest: 0,
  loseReply: 0,
  delayMs: 1,
  down: false,
  loseFrame: 0,
});

/** As the adapter has it: without an answer for so long a command is rejected; it may still be carried out. */
const TIMEOUT_MS = 5_000;
const UNREACHABLE_MS = 1_000;
const SLOW_MS = 10;

/** A process's connection to the simulated Redis, as the two ports that the product knows. */
export class RedisLink {
  readonly faults = soundLink();
  readonly checkpoints: CheckpointStore;
  readonly feed: LiveFeed;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #process: SimProcess;
  readonly #redis: SimRedis;
  readonly #met: (what: Happening) => void;
  readonly #requests: Pipe;
  readonly #replies: Pipe;
  readonly #onGaps = new Set<() => void>();

  constructor(parts: {
    scheduler: Scheduler;
    random: Random;
    process: SimProcess;
    redis: SimRedis;
    met: (what: Happening) => void;
  }) {
    this.#scheduler = parts.scheduler;
    this.#random = parts.random;
    this.#process = parts.process;
    this.#redis = parts.redis;
    this.#met = parts.met;
    this.#requests = new Pipe(parts.scheduler);
    this.#replies = new Pipe(parts.scheduler);
    const { redis } = parts;
    const call = async <T>(work: () => T): Promise<T> => await this.#call(work);
    this.checkpoints = {
      acquire: async (partition, { url }, atLeast = 0) =>
        await call(() => redis.acquire(partition, url, atLeast)),
      load: async (partition) =>
        await call(() => {
          const stored = redis.load(partition);
          this.#met(stored === undefined ? 'state built from the log' : 'state restored');
          return stored;
        }),
      commit: async (partition, epoch, commit) => await call(() => redis.commit(partition, epoch, commit)),
      archived: async (partition, range) => await call(() => redis.archived(partition, range)),
      owner: async (partition) => await call(() => redis.owner(partition)),
      forget: async (partition) => await call(() => redis.forget(partition)),
      isForgotten: async (partition) => await call(() => redis.isForgotten(partition)),
      ping: async () => await call(() => undefined),
      close: async () => undefined,
    };
    this.feed = {
      publish: async (frame) => await call(() => redis.publish(frame)),
      readAll: async () => await call(() => redis.readAll()),
      subscribe: async (onFrame, onGap) => await call(() => this.#subscribe(onFrame, onGap)),
      ping: async () => await call(() => undefined),
      close: async () => undefined,
    };
  }

  /** The connection came back: what was published meanwhile was missed. */
  reconnect(): void {
    for (const onGap of this.#onGaps) this.#scheduler.after(1, this.#process, onGap);
  }

  #subscribe(onFrame: (frame: FeedFrame) => void, onGap: () => void): () => Promise<void> {
    this.#onGaps.add(onGap);
    const pipe = new Pipe(this.#scheduler);
    const end = this.#redis.subscribe((frame) => {
      if (this.faults.down || this.#random.next() < this.faults.loseFrame) return this.#met('frame lost');
      pipe.send(this.faults.delayMs, this.#process, () => onFrame(frame));
    });
    return async () => end();
  }

  async #call<T>(work: () => T): Promise<T> {
    const scheduler = this.#scheduler;
    const { down, delayMs, loseReply, loseRequest } = this.faults;
    return await new Promise<T>((resolve, reject) => {
      const fail = (what: Happening, afterMs: number): void => {
        this.#met(what);
        scheduler.after(afterMs, this.#process, () => reject(new Error(what)));
      };
      if (down) return fail('store not reached', UNREACHABLE_MS);
      if (delayMs > SLOW_MS) this.#met('store slow');
      const wayMs = delayMs * (0.5 + this.#random.next());
      if (this.#random.next() < loseRequest) return fail('request lost', TIMEOUT_MS);
      const repliesTo = this.#random.next() >= loseReply;
      if (!repliesTo) fail('reply lost', Math.min(TIMEOUT_MS, wayMs + 20));
      // a request that is on its way arrives, even when its sender dies meanwhile
      this.#requests.send(wayMs / 2, undefined, () => {
        let answer: () => void;
        try {
          const value = work();
          answer = () => resolve(value);
        } catch (error) {
          answer = () => reject(error as Error);
        }
        if (repliesTo) this.#replies.send(wayMs / 2, this.#process, answer);
      });
    });
  }
}
