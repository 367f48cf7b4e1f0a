import type {
  ArchivedRows,
  CheckpointCommit,
  CheckpointStore,
  CommitResult,
  Epoch,
  Owner,
  StoredCheckpoint,
} from '@vigie/engine';
import type { Database, RootDatabase } from 'lmdb';

import type { Disk } from './disk.ts';

/** What a partition's epoch, owner and last commit are. */
interface Fence {
  readonly epoch: Epoch;
  readonly url: string;
  /** Absent before the first commit. */
  readonly committed?: { readonly epoch: Epoch; readonly seq: number };
  /** What was committed was taken away on purpose. */
  readonly forgotten?: true;
}
/** Partition, kind of rows, centre, start, and the commit that wrote them. */
type ArchiveKey = [partition: number, kind: string, centre: string, startMs: number, seq: number];
type BlobKey =
  [partition: number, kind: 'head'] | [partition: number, kind: 'delta' | 'page', number: number];

/** Checkpoints in `root`, which the caller owns. Each commit is one LMDB transaction, on disk when it is answered. */
export function openCheckpoints(root: RootDatabase, disk: Disk): CheckpointStore {
  return new LmdbCheckpoints(root, disk);
}

/** Old rows that are taken out with each that comes in. */
const EXPIRED_AT_ONCE = 4;

class LmdbCheckpoints implements CheckpointStore {
  readonly #fences: Database<Fence, number>;
  readonly #blobs: Database<Uint8Array, BlobKey>;
  readonly #archive: Database<{ readonly bytes: Uint8Array; readonly keepUntilMs: number }, ArchiveKey>;
  readonly #disk: Disk;
  #closed = false;

  constructor(root: RootDatabase, disk: Disk) {
    this.#disk = disk;
    this.#fences = root.openDB({ name: 'checkpoint.fences', encoding: 'msgpack' });
    this.#blobs = root.openDB({ name: 'checkpoint.blobs', encoding: 'binary' });
    this.#archive = root.openDB({ name: 'checkpoint.archive', encoding: 'msgpack' });
  }

  async acquire(partition: number, owner: { readonly url: string }, atLeast: Epoch = 0): Promise<Epoch> {
    this.#assertOpen();
    return await this.#disk.write(
      async () =>
        await this.#fences.transaction(() => {
          const fence = this.#fences.get(partition);
          const epoch = Math.max(fence?.epoch ?? 0, atLeast) + 1;
          void this.#fences.put(partition, { ...fence, epoch, url: owner.url });
          return epoch;
        }),
    );
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
    return await this.#disk.write(
      async () =>
        await this.#blobs.transaction(() => {
          const fence = this.#fences.get(partition);
          const verdict = judge(fence, epoch, commit);
          if (verdict !== 'write' || fence === undefined)
            return verdict === 'fenced' ? 'fenced' : 'committed';
          if (commit.replaces === true) this.#forget(partition);
          const { url } = fence;
          void this.#fences.put(partition, { epoch, url, committed: { epoch, seq: commit.seq } });
          void this.#blobs.put([partition, 'head'], commit.head);
          void this.#blobs.put([partition, 'delta', commit.seq], commit.delta);
          if (commit.page !== undefined)
            void this.#blobs.put([partition, 'page', commit.page.index], commit.page.bytes);
          const old = this.#blobs.getKeys({
            start: [partition, 'delta', 0],
            end: [partition, 'delta', commit.dropDeltasBelow],
          });
          for (const key of [...old]) void this.#blobs.remove(key);
          for (const rows of commit.archive ?? []) this.#keep(partition, commit.seq, rows);
          return 'committed';
        }),
    );
  }

  async forget(partition: number): Promise<boolean> {
    this.#assertOpen();
    return await this.#disk.write(
      async () =>
        await this.#fences.transaction(() => {
          const fence = this.#fences.get(partition);
          if (fence === undefined) return false;
          void this.#fences.put(partition, { epoch: fence.epoch + 1, url: fence.url, forgotten: true });
          void this.#blobs.remove([partition, 'head']);
          this.#forget(partition);
          return true;
        }),
    );
  }

  async isForgotten(partition: number): Promise<boolean> {
    this.#assertOpen();
    return this.#fences.get(partition)?.forgotten === true;
  }

  async archived(
    partition: number,
    range: Parameters<CheckpointStore['archived']>[1],
  ): Promise<readonly { readonly startMs: number; readonly bytes: Uint8Array }[]> {
    this.#assertOpen();
    const { kind, centre, fromMs, toMs } = range;
    const found = this.#archive.getRange({
      start: [partition, kind, centre, fromMs, 0],
      end: [partition, kind, centre, toMs, 0],
    });
    return Array.from(found, ({ key, value }) => ({ startMs: key[3], bytes: Uint8Array.from(value.bytes) }));
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

  /** Removes pages and deltas. */
  #forget(partition: number): void {
    for (const kind of ['delta', 'page'] as const) {
      const range = { start: [partition, kind, 0], end: [partition, kind, Number.MAX_SAFE_INTEGER] };
      for (const key of [...this.#blobs.getKeys(range)]) void this.#blobs.remove(key);
    }
  }

  /** Adds rows to the archive, and takes out the oldest of their kind whose time is over. */
  #keep(partition: number, seq: number, rows: ArchivedRows): void {
    const { kind, centre, startMs, bytes, keepUntilMs, replaces } = rows;
    if (replaces === true) {
      const parts = {
        start: [partition, kind, centre, startMs, 0],
        end: [partition, kind, centre, startMs + 1, 0],
      };
      for (const key of [...this.#archive.getKeys(parts)]) void this.#archive.remove(key);
    }
    void this.#archive.put([partition, kind, centre, startMs, seq], { bytes, keepUntilMs });
    const start: ArchiveKey = [partition, kind, centre, 0, 0];
    const end: ArchiveKey = [partition, kind, centre, startMs, 0];
    for (const { key, value } of [...this.#archive.getRange({ start, end, limit: EXPIRED_AT_ONCE })]) {
      if (value.keepUntilMs <= startMs) void this.#archive.remove(key);
    }
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
      found.push([Number(key[2]), new Uint8Array(value)]);
    return found;
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('the checkpoint store is closed');
  }
}

/**
 * A commit of another epoch than the stored one is refused: the stored one is higher when somebody else took over, and
 * lower when the store lost writes. So is one that does not follow the last commit of its own epoch, or is not the first
 * where nothing is stored, as it would leave a hole between the deltas.
 */
function judge(
  fence: Fence | undefined,
  epoch: Epoch,
  { seq, replaces = false }: CheckpointCommit,
): 'write' | 'repeated' | 'fenced' {
  if (fence?.epoch !== epoch) return 'fenced';
  const { committed } = fence;
  if (committed === undefined) return replaces || seq === 1 ? 'write' : 'fenced';
  if (replaces) return committed.epoch === epoch && seq === committed.seq ? 'repeated' : 'write';
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
