import { unseal, type CheckpointStore, type StoredCheckpoint } from '@vigie/engine';
import { openRedisCheckpoints } from '@vigie/redis';

import type { Judge } from './judge.ts';
import type { Ledger } from './ledger.ts';

const KEPT = 200;

/** Takes checkpoints as the store has accepted them, whatever happens around, and has them judged later (I4). */
export class CheckpointSampler {
  readonly #store: CheckpointStore;
  readonly #ledger: Ledger;
  readonly #taken: { readonly partition: number; readonly stored: StoredCheckpoint }[] = [];
  /** Last offset and commit seen, by partition and epoch. */
  readonly #last = new Map<string, { readonly seq: number; readonly nextOffset: bigint }>();

  constructor(url: string, ledger: Ledger) {
    this.#store = openRedisCheckpoints({ url });
    this.#ledger = ledger;
  }

  get store(): CheckpointStore {
    return this.#store;
  }

  /** Takes one of a partition, when there is one and the store answers. */
  async take(partition: number): Promise<void> {
    const [owner, stored] = await Promise.all([this.#store.owner(partition), this.#store.load(partition)]);
    if (stored === undefined || owner === undefined) return;
    const { seq, nextOffset } = unseal(stored.head) as { seq: number; nextOffset: string };
    const key = `${partition} ${owner.epoch}`;
    const before = this.#last.get(key);
    const now = { seq, nextOffset: BigInt(nextOffset) };
    if (before !== undefined) {
      this.#ledger.compared('I4 commits in the order of offsets');
      if (now.seq < before.seq || now.nextOffset < before.nextOffset)
        this.#ledger.violated(
          'I4',
          `partition ${partition}, epoch ${owner.epoch}: commit ${now.seq} up to ${now.nextOffset} after ${before.seq} up to ${before.nextOffset}`,
        );
    }
    this.#last.set(key, now);
    if (this.#taken.length < KEPT) this.#taken.push({ partition, stored: ownBytes(stored) });
  }

  /** Redis has gone back in time: what was seen of it says nothing of what comes. */
  forget(): void {
    this.#last.clear();
  }

  /** Every figure of the checkpoints taken, or of `limit` of them spread over the run, as of their own offset. */
  judge(judge: Judge, limit: number): void {
    const step = Math.max(1, Math.ceil(this.#taken.length / limit));
    for (let index = 0; index < this.#taken.length; index += step) {
      const sample = this.#taken[index];
      if (sample === undefined) continue;
      judge.checkpoint(sample.partition, sample.stored);
    }
  }

  async close(): Promise<void> {
    await this.#store.close();
  }
}

/** Answers of a client share their memory with all that came with them: to another thread go copies. */
function ownBytes({ head, pages, deltas }: StoredCheckpoint): StoredCheckpoint {
  return {
    head: Uint8Array.from(head),
    pages: new Map([...pages].map(([index, bytes]) => [index, Uint8Array.from(bytes)])),
    deltas: deltas.map(({ seq, bytes }) => ({ seq, bytes: Uint8Array.from(bytes) })),
  };
}
