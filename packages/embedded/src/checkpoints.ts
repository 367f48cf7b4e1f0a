import type {
  CheckpointCommit,
  CheckpointStore,
  CommitResult,
  Epoch,
  Owner,
  StoredCheckpoint,
} from '@vigie/engine';
import type { Database, RootDatabase } from 'lmdb';

/** What a partition's epoch, owner and last commit are. */
interface Fence {
  readonly epoch: Epoch;
  readonly url: string;
  /** Absent before the first commit. */
  readonly committed?: { readonly epoch: Epoch; readonly seq: number };
}
type BlobKey =
  [partition: number, kind: 'head'] | [partition: number, kind: 'delta' | 'page', number: number];

/** Checkpoints in `root`, which the caller owns. Each commit is one LMDB transaction, on disk when it is answered. */
export function openCheckpoints(root: RootDatabase): CheckpointStore {
  return new LmdbCheckpoints(root);
}

class LmdbCheckpoints implements CheckpointStore {
  readonly #fences: Database<Fence, number>;
  readonly #blobs: Database<Uint8Array, BlobKey>;
  #closed = false;

  constructor(root: RootDatabase) {
    this.#fences = root.openDB({ name: 'checkpoint.fences', encoding: 'msgpack' });
    this.#blobs = root.openDB({ name: 'checkpoint.blobs', encoding: 'binary' });
  }

  async acquire(partition: number, owner: { readonly url: string }, atLeast: Epoch = 0): Promise<Epoch> {
    this.#assertOpen();
    return await this.#fences.transaction(() => {
      const fence = this.#fences.get(partition);
      const epoch = Math.max(fence?.epoch ?? 0, atLeast) + 1;
      void this.#fences.put(partition, { ...fence, epoch, url: owner.url });
      return epoch;
    });
  }

  async load(partition: number): Promise<StoredCheckpoint | undefined> {
    this.#assertOpen();
    const transaction = this.#blobs.useReadTransaction();
    try {
      const head = this.#blobs.get([partition, 'head'], { transaction });
      if (head === undefined) return undefined;
      const pages = new Map(this.#range(partition, 'page', transaction));
      const deltas = this.#range(partition, 'delta', transaction).map(([seq, bytes]) => ({ seq, bytes }));
      return { head: Uint8Array.from(head), pages, deltas };
    } finally {
      transaction.done();
    }
  }

  async commit(partition: number, epoch: Epoch, commit: CheckpointCommit): Promise<CommitResult> {
    this.#assertOpen();
    return await this.#blobs.transaction(() => {
      const fence = this.#fences.get(partition);
      const verdict = judge(fence, epoch, commit.seq);
      if (verdict !== 'write' || fence === undefined) return verdict === 'fenced' ? 'fenced' : 'committed';
      void this.#fences.put(partition, { ...fence, committed: { epoch, seq: commit.seq } });
      void this.#blobs.put([partition, 'head'], commit.head);
      void this.#blobs.put([partition, 'delta', commit.seq], commit.delta);
      if (commit.page !== undefined)
        void this.#blobs.put([partition, 'page', commit.page.index], commit.page.bytes);
      const old = this.#blobs.getKeys({
        start: [partition, 'delta', 0],
        end: [partition, 'delta', commit.dropDeltasBelow],
      });
      for (const key of [...old]) void this.#blobs.remove(key);
      return 'committed';
    });
  }

  async owner(partition: number): Promise<Owner | undefined> {
    this.#assertOpen();
    const fence = this.#fences.get(partition);
    return fence === undefined ? undefined : { url: fence.url, epoch: fence.epoch };
  }

  async ping(): Promise<void> {
    this.#assertOpen();
    this.#fences.get(0);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #range(
    partition: number,
    kind: 'delta' | 'page',
    transaction: ReturnType<Database['useReadTransaction']>,
  ): [number, Uint8Array][] {
    const range = {
      start: [partition, kind, 0],
      end: [partition, kind, Number.MAX_SAFE_INTEGER],
      transaction,
    };
    const found: [number, Uint8Array][] = [];
    for (const { key, value } of this.#blobs.getRange(range))
      found.push([Number(key[2]), Uint8Array.from(value)]);
    return found;
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('the checkpoint store is closed');
  }
}

/**
 * A commit of another epoch than the stored one is refused: the stored one is higher when somebody else took over, and
 * lower when the store lost writes. So is one that does not follow the last commit of its own epoch, as it would leave
 * a hole between the deltas.
 */
function judge(fence: Fence | undefined, epoch: Epoch, seq: number): 'write' | 'repeated' | 'fenced' {
  if (fence?.epoch !== epoch) return 'fenced';
  const { committed } = fence;
  if (committed === undefined) return 'write';
  if (committed.epoch === epoch) {
    if (seq === committed.seq) return 'repeated';
    return seq === committed.seq + 1 ? 'write' : 'fenced';
  }
  if (seq !== committed.seq + 1) {
    throw new RangeError(
      `seq ${seq} of epoch ${epoch}: expected ${committed.seq + 1}, after the last commit of the epoch before`,
    );
  }
  return 'write';
}
