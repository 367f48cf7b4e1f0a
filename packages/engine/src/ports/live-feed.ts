import type { FigureState, KpiValue, NullReason, RowKey } from '@vigie/contracts';
import type { Epoch } from './checkpoint-store.ts';
import type { PartitionId } from './event-log.ts';

/** A row as it travels from aggregator to gateway: only the KPIs that changed since the frame before. */
export interface FeedRow extends RowKey {
  readonly state: FigureState;
  readonly since?: string;
  readonly until?: string;
  readonly kpis: Readonly<Record<string, KpiValue>>;
}

/** Upper bounds of the `wait_seconds` histogram; a last bucket beyond them is implied. */
export const WAIT_BOUNDS_SECONDS = [
  1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 1800,
] as const;

/** Cumulative counters of one queue and channel for Prometheus: never falling, checkpointed. */
export interface FeedCounters {
  readonly queue: string;
  readonly channel: string;
  /** By metric name without prefix and suffix, e.g. `contacts_offered`. */
  readonly counts: Readonly<Record<string, number>>;
  /** Cumulative `wait_seconds` histogram by outcome: bucket counts for the fixed bounds, sum in seconds. */
  readonly waits: Readonly<
    Record<string, { readonly buckets: readonly number[]; readonly sum: number; readonly count: number }>
  >;
}

/** What the owner says about a centre as a whole. */
export interface FeedHeader {
  readonly centre: string;
  readonly asOfMs: number;
  readonly watermarkMs: number | null;
  readonly state: FigureState;
  readonly sinceMs?: number;
  /** Of `incomplete`: up to when something is missing. */
  readonly untilMs?: number;
  readonly reason?: NullReason;
  readonly configVersion: string;
  /** Decimal: the first offset of the partition that these figures do not know. Absent where there is no log. */
  readonly nextOffset?: string;
}

/** One publication for a centre. An empty `rows` is a heartbeat. */
export interface FeedFrame {
  readonly partition: PartitionId;
  /** A frame of a lower epoch than one already seen is ignored by every reader. */
  readonly epoch: Epoch;
  /** Rises by one per centre and epoch. */
  readonly seq: number;
  readonly header: FeedHeader;
  /** True: `rows` is everything, what was held before is void. The first frame of an epoch is complete. */
  readonly complete: boolean;
  readonly rows: readonly FeedRow[];
  readonly removed: readonly RowKey[];
  readonly counters: readonly FeedCounters[];
}

/** Everything the feed holds of one centre: rows merged over all frames of the epoch up to `seq`. */
export interface FeedState extends Omit<FeedFrame, 'complete' | 'removed'> {}

/**
 * Changed figures, from the owners of partitions to the gateways.
 *
 * Guarantees of every adapter: frames of a centre and epoch arrive in the order of `seq`; a frame of a lower epoch than
 * the stored one is refused (`fenced`); `readAll` together with a subscription opened before it misses nothing
 * (a subscriber drops frames with `seq` ≤ that of the state it read). Frames may be lost on the way while a
 * connection is down: a reader sees that as a gap in `seq` and reads all again.
 */
export interface LiveFeed {
  /** Rejects when it is not known to be published, and when the feed lost what it changes: send a complete frame next. */
  publish(frame: FeedFrame): Promise<'published' | 'fenced'>;
  readAll(): Promise<readonly FeedState[]>;
  /** `onGap` is called when frames may have been missed (a lost connection that came back). */
  subscribe(onFrame: (frame: FeedFrame) => void, onGap: () => void): Promise<() => Promise<void>>;
  ping(): Promise<void>;
  close(): Promise<void>;
}
