import {
  CheckpointFormatError,
  CheckpointNewerError,
  PartitionProcessor,
  restoreCheckpoint,
  type CheckpointStore,
  type Epoch,
  type EventLog,
  type PartitionId,
  type PartitionOptions,
  type StoredCheckpoint,
} from '@vigie/engine';
import type { Logger } from '@vigie/service-kit';

/** The log is not the one that the checkpoint was made from: nobody can go on, and a person has to say what is meant. */
export class ForeignLogError extends Error {
  override readonly name = 'ForeignLogError';
}

/** Why figures are built from the log: there was no checkpoint, it could not be read, or somebody asked for it. */
export const REBUILD_REASONS = ['missing', 'unreadable', 'asked'] as const;
export type RebuildReason = (typeof REBUILD_REASONS)[number];

/** A partition that was taken: its state up to the offset that it says. */
export interface TakenPartition {
  readonly partition: PartitionId;
  readonly processor: PartitionProcessor;
  readonly epoch: Epoch;
  /** Of the last commit; 0 before the first. */
  readonly seq: number;
  /** With this offset the partition has caught up. */
  readonly caughtUpAt: bigint;
  /** Absent when the checkpoint was restored. */
  readonly rebuilt?: RebuildReason;
}

export interface TakingParts {
  readonly log: Pick<EventLog, 'bounds' | 'partitions' | 'placement'>;
  readonly checkpoints: Pick<CheckpointStore, 'acquire' | 'isForgotten' | 'load'>;
  readonly logger: Logger;
  readonly clock: () => number;
  readonly url: string;
  readonly options: (partition: PartitionId) => PartitionOptions;
  /** The highest epoch that this process ever had of the partition. */
  readonly lastEpoch: (partition: PartitionId) => Epoch;
}

/**
 * Takes a partition: fences earlier owners, and restores the checkpoint. One that is gone, damaged or of an older format
 * is rebuilt from what the log has. Rejects with a {@link CheckpointNewerError} or a {@link ForeignLogError} when only a
 * person can tell what to do.
 */
export async function takePartition(partition: PartitionId, parts: TakingParts): Promise<TakenPartition> {
  const { checkpoints, clock, log, logger } = parts;
  // above whatever a store that has forgotten it may have given before: to this process, or by the clock to another
  const atLeast = Math.max(parts.lastEpoch(partition), clock());
  const epoch = await checkpoints.acquire(partition, { url: parts.url }, atLeast);
  const [stored, bounds, partitions, partitionOf] = await Promise.all([
    checkpoints.load(partition),
    log.bounds(partition),
    log.partitions(),
    log.placement(),
  ]);
  const takenAt = clock();
  const fresh = (): PartitionProcessor => {
    const processor = new PartitionProcessor(parts.options(partition), takenAt);
    processor.followRecords(takenAt);
    processor.isOurs = (centre) => partitionOf(centre) === partition;
    return processor;
  };
  const said = { partition, epoch, logStart: bounds.start.toString(), logEnd: bounds.end.toString() };
  const restored = restoredFrom(stored, fresh());
  if (typeof restored !== 'string') {
    assertSameLog(partition, restored.processor, partitions, bounds.end);
    restored.processor.log.partitions = partitions;
    const nextOffset = restored.processor.nextOffset.toString();
    logger.info({ ...said, nextOffset }, 'partition taken');
    return { partition, epoch, caughtUpAt: bounds.end, ...restored };
  }
  const processor = fresh();
  processor.nextOffset = bounds.start;
  processor.log.partitions = partitions;
  if (bounds.start > 0n) processor.log.lost();
  const rebuilt = await reasonOf(partition, stored, checkpoints);
  if (rebuilt === 'asked') {
    processor.holdFinal(bounds.end);
    logger.info(said, 'partition taken; it is built from the log anew, as was asked, final rows included');
  } else if (rebuilt === 'missing')
    logger.info(said, 'partition taken; there is no checkpoint: it is built from the log');
  else
    logger.error({ ...said, because: restored }, 'the checkpoint cannot be read: it is rebuilt from the log');
  return { partition, epoch, processor, seq: 0, caughtUpAt: bounds.end, rebuilt };
}

async function reasonOf(
  partition: PartitionId,
  stored: StoredCheckpoint | undefined,
  checkpoints: Pick<CheckpointStore, 'isForgotten'>,
): Promise<RebuildReason> {
  if (stored !== undefined) return 'unreadable';
  return (await checkpoints.isForgotten(partition)) ? 'asked' : 'missing';
}

/** The state of a checkpoint, or why it cannot be read. */
function restoredFrom(
  stored: StoredCheckpoint | undefined,
  processor: PartitionProcessor,
): { readonly processor: PartitionProcessor; readonly seq: number } | string {
  if (stored === undefined) return 'there is none';
  try {
    return { processor, seq: restoreCheckpoint(processor, stored) };
  } catch (error) {
    if (error instanceof CheckpointNewerError || !(error instanceof CheckpointFormatError)) throw error;
    return error.message;
  }
}

const REBUILD = 'or delete the checkpoint, to have the figures built from what this log has';

function assertSameLog(
  partition: PartitionId,
  { log, nextOffset }: PartitionProcessor,
  partitions: number,
  end: bigint,
): void {
  if (log.partitions !== undefined && log.partitions !== partitions) {
    throw new ForeignLogError(
      `partition ${partition}: the event log has ${partitions} partitions, ${log.partitions} when the checkpoint was written: centres have moved between them. Give the log its number of partitions back, ${REBUILD}`,
    );
  }
  if (nextOffset > end) {
    throw new ForeignLogError(
      `partition ${partition}: offset ${nextOffset} lies beyond the end of the event log (${end}): the checkpoint belongs to another log. Bring that one back, ${REBUILD}`,
    );
  }
}

/** The record before the stored offset is not the one that was read. */
export function foreignRecord(partition: PartitionId, offset: bigint): ForeignLogError {
  return new ForeignLogError(
    `partition ${partition}: the record at offset ${offset} is not the one that the checkpoint ends with: it belongs to another log. Bring that one back, ${REBUILD}`,
  );
}
