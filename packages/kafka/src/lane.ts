import type { LogRecord, PartitionHandler, RecordBatch } from '@vigie/engine';
import type { Batch } from 'kafkajs';
import { setTimeout as delay } from 'node:timers/promises';

/** Pause before a rejected handler call is made again, doubled each time up to the second figure. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

/** What a lane asks of the consumer that it belongs to. */
export interface LaneControl {
  bounds(partition: number): Promise<{ readonly start: bigint; readonly end: bigint }>;
  /** Pause in kafkajs. */
  hold(partition: number): void;
  /** Seek and resume in kafkajs. */
  position(partition: number, offset: bigint): void;
  fatal(error: Error): void;
  log(error: unknown, message: string): void;
}

/** One partition during one generation of the group: from its assignment until it is taken away. */
export class Lane {
  readonly partition: number;
  readonly #handler: PartitionHandler;
  readonly #control: LaneControl;
  readonly #taken = new AbortController();
  /** The handler's answer to `assigned`; only with it has the handler anything to give back. */
  #from: bigint | 'earliest' | undefined;
  /** Next offset to deliver; undefined until the handler has said where to start. */
  #next: bigint | undefined;
  /** A seek that kafkajs has not followed yet: what it delivers meanwhile was fetched before. */
  #sought: bigint | undefined;
  /** Counts seeks, so that one that waits for the bounds gives way to a later one. */
  #seeks = 0;
  /** Seeks whose place in the log is being asked for. */
  #underWay = 0;

  constructor(partition: number, handler: PartitionHandler, control: LaneControl) {
    this.partition = partition;
    this.#handler = handler;
    this.#control = control;
  }

  get stale(): boolean {
    return this.#taken.signal.aborted;
  }

  /** From here on nothing is delivered, and a batch under way knows. */
  takeAway(): void {
    this.#taken.abort();
  }

  /** Asks the handler where to start, until it answers or the partition is taken away. */
  async assign(): Promise<void> {
    await this.#persist('the handler refused the assignment', async () => {
      this.#from ??= await this.#handler.assigned(this.partition);
      await this.#position(this.#from);
    });
  }

  async revoke(): Promise<void> {
    if (this.#from === undefined) return;
    await this.#handler.revoked(this.partition).catch((error: unknown) => {
      this.#control.log(error, 'the handler failed to give a partition back');
    });
  }

  seek(offset: bigint): void {
    if (this.stale || this.#next === undefined) return;
    this.#next = offset;
    this.#sought = offset;
    this.#underWay += 1;
    // what would be fetched until then is of no use, and would be fetched again and again
    this.#control.hold(this.partition);
    void this.#persist('seek', async () => await this.#position(offset)).finally(() => (this.#underWay -= 1));
  }

  /** Hands a fetched batch to the handler. True when kafkajs may go on behind it. */
  async deliver(batch: Batch): Promise<boolean> {
    if (this.stale || this.#next === undefined) return false;
    const fetchedAt = BigInt((batch as Batch & { readonly fetchedOffset: string | number }).fetchedOffset);
    if (this.#sought !== undefined) {
      if (fetchedAt !== this.#sought) {
        // one that is under way would give way to a new one, and never come to its end while batches come
        if (this.#underWay === 0) this.seek(this.#sought);
        return false;
      }
      this.#sought = undefined;
      this.#seeks += 1;
    } else if (fetchedAt < this.#next) {
      this.#control.fatal(
        new Error(
          `partition ${this.partition}: the event log went back from offset ${this.#next} to ${fetchedAt}: the topic is another one`,
        ),
      );
      return false;
    }
    const records = recordsOf(batch, this.#next);
    const last = records.at(-1);
    if (last === undefined) return true;
    // The broker notes its high watermark before it reads, so that records may come from beyond it.
    const highWatermark = BigInt(batch.highWatermark);
    const recordBatch: RecordBatch = {
      partition: this.partition,
      records,
      endOffset: highWatermark > last.offset ? highWatermark : last.offset + 1n,
      isStale: () => this.stale,
    };
    const handled = await this.#persist('the handler refused a batch', async () => {
      if (this.#sought === undefined) await this.#handler.batch(recordBatch);
    });
    if (!handled || this.stale || this.#sought !== undefined) return false;
    this.#next = last.offset + 1n;
    return true;
  }

  /** kafkajs jumps silently from an offset that the log does not hold, so it is never given one. */
  async #position(offset: bigint | 'earliest'): Promise<void> {
    this.#seeks += 1;
    const mine = this.#seeks;
    const { start, end } = await this.#control.bounds(this.partition);
    if (this.stale || mine !== this.#seeks) return;
    if (offset !== 'earliest' && offset > end) {
      this.#control.fatal(
        new Error(
          `partition ${this.partition}: offset ${offset} lies beyond the end of the event log (${end}): the checkpoint belongs to another log`,
        ),
      );
      return;
    }
    this.#sought = offset === 'earliest' || offset < start ? start : offset;
    this.#next = this.#sought;
    this.#control.position(this.partition, this.#sought);
  }

  /** Calls again until it works. False when the partition is taken away meanwhile. */
  async #persist(what: string, call: () => Promise<void>): Promise<boolean> {
    const { signal } = this.#taken;
    for (let pauseMs = FIRST_RETRY_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LAST_RETRY_MS)) {
      try {
        await call();
        return true;
      } catch (error) {
        this.#control.log(error, `partition ${this.partition}: ${what}; again in ${pauseMs} ms`);
        await delay(pauseMs, undefined, { signal }).catch(() => undefined);
      }
    }
    return false;
  }
}

function recordsOf(batch: Batch, from: bigint): LogRecord[] {
  const records: LogRecord[] = [];
  for (const { offset, key, value } of batch.messages) {
    const at = BigInt(offset);
    if (at >= from) records.push({ offset: at, key: key === null ? null : key.toString(), value });
  }
  return records;
}
