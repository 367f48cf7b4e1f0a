import { openEmbedded } from '@vigie/embedded';
import type { CheckpointStore, PartitionId } from '@vigie/engine';
import { waitFor } from '@vigie/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { OwnedPartitions } from './owned-partitions.ts';
import { parts, setUp, storeBut, tearDown, world } from './partition-runner.testkit.ts';

beforeEach(async () => await setUp(openEmbedded));
afterEach(tearDown);

/** A store that refuses commits of a partition as those of an earlier owner, though nobody else took it. */
function storeThatLoses(times: (partition: PartitionId) => number): CheckpointStore {
  const left = new Map<PartitionId, number>();
  const real = world.embedded.checkpoints;
  return storeBut(real, {
    commit: async (partition, ...rest) => {
      const more = left.get(partition) ?? times(partition);
      left.set(partition, more - 1);
      return more > 0 ? 'fenced' : await real.commit(partition, ...rest);
    },
  });
}

function retakesOf(owned: OwnedPartitions): number {
  const [family] = owned.families();
  return Number([...(family?.samples ?? [])][0]?.value);
}

async function own(partitions: number, checkpoints: CheckpointStore): Promise<OwnedPartitions> {
  world.partitions = partitions;
  const owned = new OwnedPartitions(parts(checkpoints), () => {});
  for (let partition = 0; partition < partitions; partition++) await owned.assigned(partition);
  return owned;
}

test('a store that lost the last writes of many partitions has all of them taken again, and nothing ends', async () => {
  const owned = await own(
    12,
    storeThatLoses(() => 1),
  );
  try {
    await waitFor(() => retakesOf(owned) === 12 && owned.runners.size === 12, {
      what: 'all partitions to be taken again',
      timeoutMs: 30_000,
    });
    expect(world.fatal).toEqual([]);
  } finally {
    await owned.stop();
  }
});

test('a partition that is taken away again and again within a minute ends the process', async () => {
  const owned = await own(
    1,
    storeThatLoses(() => Number.POSITIVE_INFINITY),
  );
  try {
    await waitFor(() => world.fatal.length > 0, { what: 'the end', timeoutMs: 30_000 });
    expect(world.fatal[0]?.message).toMatch(/partition 0: its checkpoint was taken away 6 times/);
  } finally {
    await owned.stop();
  }
});
