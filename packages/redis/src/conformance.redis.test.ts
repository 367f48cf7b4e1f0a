import type { CheckpointStore, LiveFeed } from '@vigie/engine';
import { sharedRedis, uniqueName } from '@vigie/testkit';
import { checkpointStoreConformance, liveFeedConformance } from '@vigie/testkit/conformance';

import { openRedisCheckpoints } from './checkpoints.ts';
import type { RedisConnectionOptions } from './connection.ts';
import { openRedisFeed } from './feed.ts';

async function handles<T extends { close(): Promise<void> }>(
  openHandle: (options: RedisConnectionOptions) => T,
): Promise<{ open: () => Promise<T>; close: () => Promise<void> }> {
  const options = { ...(await sharedRedis()), keyPrefix: uniqueName('conformance') };
  const opened: T[] = [];
  return {
    open: async () => {
      const handle = openHandle(options);
      opened.push(handle);
      return handle;
    },
    close: async () => void (await Promise.all(opened.map(async (handle) => await handle.close()))),
  };
}

checkpointStoreConformance('Redis', async () => await handles<CheckpointStore>(openRedisCheckpoints));
liveFeedConformance('Redis', async () => await handles<LiveFeed>(openRedisFeed));
