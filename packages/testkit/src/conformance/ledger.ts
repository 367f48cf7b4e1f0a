import type { LogRecord, PartitionHandler, RecordBatch } from '@vigie/engine';

import { text } from './bytes.ts';

/** A record as a consumer took it into its books. */
export interface Taken {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  readonly value: string | null;
  readonly by: string;
}

/**
 * What the checkpoint store is to real consumers: per partition the owner and the next offset, shared by all members of
 * a group. A member takes a batch only while it is the owner; so every record must be taken exactly once, by the owner
 * of that moment, and none may be left out.
 */
export class Ledger {
  readonly taken: Taken[] = [];
  readonly next = new Map<number, bigint>();
  readonly owners = new Map<number, string>();
  /** What must not happen: overlapping calls, holes, disorder. */
  readonly faults: string[] = [];
  readonly #busy = new Set<string>();
  #assignments = 0;

  ofKey(key: string): Taken[] {
    return this.taken.filter((one) => one.key === key);
  }

  values(key: string): (string | null)[] {
    return this.ofKey(key).map(({ value }) => value);
  }

  /** How often partitions were assigned, to whomever. */
  get assignments(): number {
    return this.#assignments;
  }

  /** A handler that keeps these books under the name `member`; `before` runs first in each batch. */
  handler(member: string, before?: (batch: RecordBatch) => Promise<void> | void): PartitionHandler {
    const alone = async <T>(partition: number, call: string, body: () => Promise<T>): Promise<T> => {
      const place = `${member}/${partition}`;
      if (this.#busy.has(place)) this.faults.push(`${call} of ${place} while another call was under way`);
      this.#busy.add(place);
      try {
        return await body();
      } finally {
        this.#busy.delete(place);
      }
    };
    return {
      assigned: async (partition) =>
        await alone(partition, 'assigned', async () => {
          this.#assignments += 1;
          this.owners.set(partition, member);
          await Promise.resolve();
          return this.next.get(partition) ?? 'earliest';
        }),
      batch: async (batch) =>
        await alone(batch.partition, 'batch', async () => {
          await before?.(batch);
          this.#inOrder(batch);
          if (batch.isStale() || this.owners.get(batch.partition) !== member) return;
          for (const record of batch.records) this.#take(member, batch.partition, record);
        }),
      revoked: async (partition) => {
        await alone(partition, 'revoked', async () => {
          await Promise.resolve();
          if (this.owners.get(partition) === member) this.owners.delete(partition);
        });
      },
    };
  }

  #inOrder(batch: RecordBatch): void {
    if (batch.records.length === 0) this.faults.push('an empty batch');
    for (const [n, record] of batch.records.entries()) {
      const before = batch.records[n - 1];
      if (before !== undefined && record.offset <= before.offset)
        this.faults.push(`offset ${record.offset} falls`);
      if (record.offset >= batch.endOffset)
        this.faults.push(`offset ${record.offset} beyond end ${batch.endOffset}`);
    }
  }

  #take(by: string, partition: number, record: LogRecord): void {
    const expected = this.next.get(partition);
    if (expected !== undefined && record.offset < expected) return;
    if (expected !== undefined && record.offset > expected) {
      this.faults.push(`partition ${partition}: offset ${record.offset} came where ${expected} was expected`);
    }
    this.next.set(partition, record.offset + 1n);
    const { offset, key, value } = record;
    this.taken.push({ partition, offset, key, value: text(value), by });
  }
}
