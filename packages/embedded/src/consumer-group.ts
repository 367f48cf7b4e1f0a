import type { LogConsumer, PartitionHandler, RecordBatch } from '@vigie/engine';
import { setTimeout as delay } from 'node:timers/promises';

/** Pause before a rejected handler call is made again, doubled each time up to the second figure. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;
const PARTITION = 0;

/** What the group reads from: one partition of committed records. */
export interface BatchSource {
  start(): number;
  end(): number;
  /** Records from `offset` on, at most a batch of them; empty at the end. */
  read(offset: number): { readonly records: RecordBatch['records']; readonly nextOffset: number };
  /** Resolves when {@link end} has risen above `offset`, or with the signal. */
  appended(offset: number, signal: AbortSignal): Promise<void>;
}

interface Member {
  readonly handler: PartitionHandler;
  readonly onFatal: (error: Error) => void;
  readonly stopping: AbortController;
  done: Promise<void>;
  seekTo: number | undefined;
  wake: AbortController;
}

/**
 * The consumers of one partition in one process. The first to join owns it; when it stops, the next one does: its
 * `assigned` is called only after the `revoked` of the one before has settled.
 */
export class ConsumerGroup {
  readonly #source: BatchSource;
  /** Settles when the partition is free for the member that joined last. */
  #queue: Promise<void> = Promise.resolve();
  readonly #members = new Set<Member>();

  constructor(source: BatchSource) {
    this.#source = source;
  }

  join(handler: PartitionHandler, onFatal: (error: Error) => void): LogConsumer {
    const member: Member = {
      handler,
      onFatal,
      stopping: new AbortController(),
      done: Promise.resolve(),
      seekTo: undefined,
      wake: new AbortController(),
    };
    this.#members.add(member);
    const turn = this.#queue;
    const stopped = new Promise<void>((resolve) => {
      member.stopping.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    member.done = (async () => {
      await Promise.race([turn, stopped]);
      if (!member.stopping.signal.aborted) await this.#own(member);
      this.#members.delete(member);
    })();
    // A member that stopped while it waited must not let the next one in before its own turn.
    this.#queue = Promise.all([turn, member.done]).then(() => undefined);
    return {
      stop: async () => {
        member.stopping.abort();
        member.wake.abort();
        await member.done;
      },
      seek: (partition, offset) => {
        if (partition !== PARTITION)
          throw new RangeError(`partition ${partition}: this log has only partition 0`);
        member.seekTo = Number(offset);
        member.wake.abort();
      },
      publishProgress: async () => undefined,
      trouble: () => undefined,
    };
  }

  async stopAll(): Promise<void> {
    await Promise.all(
      [...this.#members].map(async (member) => {
        member.stopping.abort();
        member.wake.abort();
        await member.done;
      }),
    );
  }

  async #own(member: Member): Promise<void> {
    const from = await this.#persist(member, () => member.handler.assigned(PARTITION));
    if (from === undefined) return;
    try {
      await this.#deliver(member, from === 'earliest' ? this.#source.start() : Number(from));
    } catch (error) {
      member.onFatal(error instanceof Error ? error : new Error(String(error)));
      member.stopping.abort();
    }
    await member.handler.revoked(PARTITION).catch((error: unknown) => {
      member.onFatal(new Error('the handler failed to give its partition back', { cause: error }));
    });
  }

  async #deliver(member: Member, from: number): Promise<void> {
    const { signal } = member.stopping;
    let offset = from;
    while (!signal.aborted) {
      if (member.seekTo !== undefined) {
        offset = member.seekTo;
        member.seekTo = undefined;
      }
      if (member.wake.signal.aborted) member.wake = new AbortController();
      if (offset > this.#source.end()) {
        throw new Error(
          `offset ${offset} lies beyond the end of the event log (${this.#source.end()}): the checkpoint belongs to another log`,
        );
      }
      const { records, nextOffset } = this.#source.read(offset);
      if (records.length === 0) {
        offset = nextOffset;
        await this.#source.appended(offset, member.wake.signal);
        continue;
      }
      const batch: RecordBatch = {
        partition: PARTITION,
        records,
        endOffset: BigInt(this.#source.end()),
        isStale: () => signal.aborted,
      };
      await this.#persist(member, () => member.handler.batch(batch), true);
      offset = nextOffset;
    }
  }

  /** Calls again until it works; `undefined` when the member stops meanwhile, or its handler asked for another offset. */
  async #persist<T>(member: Member, call: () => Promise<T>, delivering = false): Promise<T | undefined> {
    for (
      let pauseMs = FIRST_RETRY_MS;
      !member.stopping.signal.aborted;
      pauseMs = Math.min(pauseMs * 2, LAST_RETRY_MS)
    ) {
      try {
        return await call();
      } catch {
        // The handler has said what is wrong; the log's part is to deliver again, from where it is told to.
        if (delivering && member.seekTo !== undefined) return undefined;
        await delay(pauseMs, undefined, { signal: member.stopping.signal }).catch(() => undefined);
      }
    }
    return undefined;
  }
}
