/** A partition of the event log. Centres map to partitions by the log's own stable hash of the centre's name. */
export type PartitionId = number & { readonly __brand?: 'PartitionId' };

/** One record to append: events of one centre accepted together (group commit), one JSON event a line. */
export interface NewRecord {
  /** The centre: the key that chooses the partition. */
  readonly key: string;
  /** UTF-8 lines, without a final line end. At most 256 KiB but for a single larger event. */
  readonly value: Uint8Array;
}

/** One record as the log has it. Position of an event = (partition, offset, line). */
export interface LogRecord {
  /** Rises within a partition; gaps are possible. */
  readonly offset: bigint;
  readonly key: string | null;
  readonly value: Uint8Array | null;
}

/** A refused event for `vigie.events.dlq`. */
export interface DeadLetter {
  readonly centre: string;
  readonly code: string;
  readonly reason: string;
  /** The event's line as it came, cut to 256 KiB. */
  readonly line: string;
  /** Set when it was read from the log; absent when ingest refused it. */
  readonly position?: { readonly partition: PartitionId; readonly offset: bigint; readonly line: number };
}

/** A version of a centre's semantic configuration as kept in the compacted topic `vigie.config`. */
export interface StoredConfigVersion {
  readonly centre: string;
  readonly version: string;
  readonly effectiveFrom: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A final row of a report, as kept in the compacted topic `vigie.reports`: the same key has the same value for good. */
export interface ReportRecord {
  readonly centre: string;
  readonly key: string;
  readonly value: string;
}

/** Consecutive records of one partition, handed to its owner. */
export interface RecordBatch {
  readonly partition: PartitionId;
  readonly records: readonly LogRecord[];
  /** First offset after the last record that the log holds at the time of the fetch: for lag only. */
  readonly endOffset: bigint;
  /** True once the partition was taken away: stop, what follows belongs to somebody else. */
  isStale(): boolean;
}

/** What a consumer does with its partitions. The log calls these one after another for a partition, never at once. */
export interface PartitionHandler {
  /**
   * The partition is ours. Answers the offset to start from (`'earliest'` for a partition never consumed).
   * The log delivers from there; a rejected promise makes the log try the assignment again.
   */
  assigned(partition: PartitionId): Promise<bigint | 'earliest'>;
  /** The batch is delivered again from its start when this rejects. */
  batch(batch: RecordBatch): Promise<void>;
  /** The partition is no longer ours; a batch under way may still be running. */
  revoked(partition: PartitionId): Promise<void>;
}

export interface LogConsumer {
  /** Stops delivering, gives the partitions back, and resolves when no handler call is under way. */
  stop(): Promise<void>;
  /** Why nothing can be delivered at present; `undefined`: as far as is known it can. Quick, no I/O. */
  trouble(): string | undefined;
  /** Delivers a partition again from `offset`: used to fetch a gap once more. */
  seek(partition: PartitionId, offset: bigint): void;
  /** Publishes how far the partition is processed, for lag tools only; never read for recovery. */
  publishProgress(partition: PartitionId, nextOffset: bigint): Promise<void>;
}

/**
 * The truth: an ordered, durable log of events.
 *
 * Guarantees of every adapter: `append` resolves only when all its records are durable, and rejects when that is not
 * known (the records may or may not be there: facts make a repetition harmless); records of one partition keep one
 * order, that of the offsets; what was appended by one caller in sequence to one key stays in that sequence.
 */
export interface EventLog {
  /** Number of partitions; fixed for the life of the log. */
  partitions(): Promise<number>;
  /** Tells the partition that records of a centre go to. */
  placement(): Promise<(centre: string) => PartitionId>;
  append(records: readonly NewRecord[]): Promise<void>;
  deadLetter(letters: readonly DeadLetter[]): Promise<void>;
  /** Every stored version of every centre, in the order they were stored. */
  configVersions(): Promise<readonly StoredConfigVersion[]>;
  storeConfigVersion(version: StoredConfigVersion): Promise<void>;
  /** Keeps final rows of reports, in place of what was kept under their keys. */
  storeReports(reports: readonly ReportRecord[]): Promise<void>;
  /** Joins the consumer group; partitions come and go through `handler`. Rejects when the log cannot be reached. */
  consume(handler: PartitionHandler, onFatal: (error: Error) => void): Promise<LogConsumer>;
  /** `[first retained offset, next offset to be written)` of a partition. */
  bounds(partition: PartitionId): Promise<{ readonly start: bigint; readonly end: bigint }>;
  /** Resolves when the log answers; rejects with the reason when it does not within the adapter's time-out. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
