import { sharedKafka, uniqueName, waitFor } from '@vigie/testkit';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import { expect, it, vi } from 'vitest';

import { openKafkaLog } from './event-log.ts';

const PARTITIONS = 2;

it('a member that the group has forgotten, and that could not join again at once, does so later', async () => {
  const { brokers } = await sharedKafka();
  const topicPrefix = uniqueName('forgotten');
  const log = openKafkaLog({
    brokers,
    clientId: topicPrefix,
    groupId: topicPrefix,
    topicPrefix,
    partitions: PARTITIONS,
    replication: 1,
    retentionMs: 86_400_000,
  });
  expect(await log.partitions()).toBe(PARTITIONS);
  const groups = new Set<ConsumerGroup>();
  const connecting = vi.spyOn(ConsumerGroup.prototype, 'connect').mockImplementation(async function (
    this: ConsumerGroup,
  ): Promise<void> {
    groups.add(this);
    await this.cluster.connect();
  });

  const taken: number[] = [];
  const errors: Error[] = [];
  const consumer = await log.consume(
    {
      assigned: async (partition) => {
        taken.push(partition);
        return 'earliest';
      },
      batch: async () => undefined,
      revoked: async () => undefined,
    },
    (error) => errors.push(error),
  );
  await waitFor(() => taken.length >= PARTITIONS, { what: 'all partitions to be taken', timeoutMs: 40_000 });
  const [group] = groups;
  if (group === undefined) throw new Error('kafkajs connected without its group');

  // what is left of it when the group has answered that it does not know the member, and then nothing of use
  group.memberId = null;
  await waitFor(() => taken.length >= 2 * PARTITIONS, {
    what: 'all partitions to be taken again',
    timeoutMs: 40_000,
  });
  expect(group.memberId).not.toBeNull();
  expect(errors).toEqual([]);
  await consumer.stop();
  await log.close();
  connecting.mockRestore();
});
