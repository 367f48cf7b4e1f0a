import { mkdirSync, realpathSync } from 'node:fs';

import type { CheckpointStore, LiveFeed } from '@vigie/engine';
import { open } from 'lmdb';

import { openCheckpoints } from './checkpoints.ts';
import { Disk } from './disk.ts';
import { enter, leave, lockDirectory, refuseIfInUse } from './directory-lock.ts';
import { type EmbeddedLog, type EmbeddedLogOptions, openEventLog } from './event-log.ts';
import { createFeed } from './feed.ts';

export interface Embedded {
  readonly log: EmbeddedLog;
  readonly checkpoints: CheckpointStore;
  readonly feed: LiveFeed;
  /** Closes all three and frees the directory, after the writes under way. */
  close(): Promise<void>;
}

/**
 * Opens (and creates, when missing) a data directory: event log and checkpoints in one LMDB environment, the live feed
 * in memory. What is acknowledged is on disk: it survives `kill -9` and a power cut.
 *
 * @throws {DirectoryInUseError} when another process, or this one, has the directory open.
 */
export async function openEmbedded(directory: string, options: EmbeddedLogOptions): Promise<Embedded> {
  mkdirSync(directory, { recursive: true });
  const place = realpathSync(directory);
  enter(place);
  try {
    await refuseIfInUse(place);
    // Without overlappingSync a write is answered after its fdatasync, not before.
    const root = open({
      path: place,
      noSubdir: false,
      overlappingSync: false,
      // LMDB's batches of a turn reject a promise that nobody can catch when the disk is full.
      eventTurnBatching: false,
      maxDbs: 24,
      encoding: 'msgpack',
    });
    const lock = await lockDirectory(place, root).catch(async (error: unknown) => {
      await root.close();
      throw error;
    });
    const disk = new Disk(place, options.onDiskLost);
    const log = openEventLog(root, options, disk);
    const checkpoints = openCheckpoints(root, disk);
    const feed = createFeed();
    let closing: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      await log.close();
      await checkpoints.close();
      await feed.close();
      await root.committed;
      await root.close();
      await lock.release();
      leave(place);
    };
    return { log, checkpoints, feed, close: async () => await (closing ??= close()) };
  } catch (error) {
    leave(place);
    throw error;
  }
}
