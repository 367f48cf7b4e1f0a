import type { PartitionId } from './event-log.ts';

/** The fencing epoch: a rising number of the writer of a partition. A store refuses a lower one. */
export type Epoch = number & { readonly __brand?: 'Epoch' };

/** Blobs are opaque to the store; every one carries a format version and a CRC of its own. */
export interface StoredCheckpoint {
  readonly head: Uint8Array;
  /** By page number; pages never written are absent. */
  readonly pages: ReadonlyMap<number, Uint8Array>;
  /** In rising order of their sequence number. */
  readonly deltas: readonly { readonly seq: number; readonly bytes: Uint8Array }[];
}

/** One atomic write: all of it or nothing. */
export interface CheckpointCommit {
  /** Rises by one with each commit, over epochs too; with the epoch it recognises a repeated commit. */
  readonly seq: number;
  readonly head: Uint8Array;
  readonly delta: Uint8Array;
  readonly page: { readonly index: number; readonly bytes: Uint8Array } | undefined;
  /** Deltas with a lower sequence number are no longer needed. */
  readonly dropDeltasBelow: number;
  /** Rows that leave the pages for good. */
  readonly archive?: readonly ArchivedRows[];
  /**
   * True for the first commit of a state that was not restored: it takes the place of all that is stored of the
   * partition but archived rows, whatever that is, and its `seq` need not follow.
   */
  readonly replaces?: boolean;
}

/**
 * Rows of a centre for a stretch of time, written once: a part of them, told from others by the commit's number. The
 * parts of a stretch add up.
 */
export interface ArchivedRows {
  readonly centre: string;
  /** A UTC quarter hour, or a day of the centre. */
  readonly kind: 'quarter' | 'day';
  readonly startMs: number;
  readonly bytes: Uint8Array;
  /** The store may forget it then, ms. */
  readonly keepUntilMs: number;
  /** True for the first part of a stretch: parts that an earlier life of the partition left of it go. */
  readonly replaces?: boolean;
}

/**
 * `fenced`: another owner has raised the epoch, or the store lost writes of this one (its epoch is below the writer's, or
 * its last commit is not the one before). The writer stops and never publishes again under its epoch.
 */
export type CommitResult = 'committed' | 'fenced';

/** Where the owner of a partition can be asked (questions that need records). */
export interface Owner {
  readonly url: string;
  readonly epoch: Epoch;
}

/**
 * State of a partition and its next offset, written together.
 *
 * Guarantees of every adapter: a commit is atomic; one under an epoch lower than the stored one is refused; one with
 * the stored epoch and the stored sequence number (its reply was lost) answers `committed` without writing twice.
 */
export interface CheckpointStore {
  /**
   * Raises the partition's epoch above both the stored one and `atLeast`, and answers it: earlier owners are fenced
   * from here on.
   */
  acquire(partition: PartitionId, owner: { readonly url: string }, atLeast?: Epoch): Promise<Epoch>;
  /** `undefined` for a partition without checkpoint. What was lost in part is answered as far as it is there. */
  load(partition: PartitionId): Promise<StoredCheckpoint | undefined>;
  commit(partition: PartitionId, epoch: Epoch, commit: CheckpointCommit): Promise<CommitResult>;
  /**
   * Takes away what is stored of a partition but archived rows, and fences its owner: whoever takes it next builds it from
   * the log. Answers whether anything was known of the partition.
   */
  forget(partition: PartitionId): Promise<boolean>;
  /** Was it forgotten on purpose, and nothing committed since? */
  isForgotten(partition: PartitionId): Promise<boolean>;
  /** All parts of archived rows that begin in `[fromMs, toMs)`, rising by start and commit. */
  archived(
    partition: PartitionId,
    range: Pick<ArchivedRows, 'centre' | 'kind'> & { readonly fromMs: number; readonly toMs: number },
  ): Promise<readonly { readonly startMs: number; readonly bytes: Uint8Array }[]>;
  /** The last owner, or `undefined`. */
  owner(partition: PartitionId): Promise<Owner | undefined>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
