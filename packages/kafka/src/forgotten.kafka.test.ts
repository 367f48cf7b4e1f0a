import { sharedKafka, uniqueName, waitFor } from '@vigie/testkit';
import ConsumerGroup from 'kafkajs/src/consumer/consumerGroup.js';
import { expect, it, vi } from 'vitest';

import { openLogNamed, take } from './log.testkit.ts';

const PARTITIONS = 2;

it('a member that the group has forgotten, and that could not join again at once, does so later', async () => {
  const { brokers } = await sharedKafka();
  const log = openLogNamed(uniqueName('forgotten'), { brokers, partitions: PARTITIONS });
  expect(await log.partitions()).toBe(PARTITIONS);
  const connecting = vi.spyOn(ConsumerGroup.prototype, 'connect');

  const { consumer, taken, errors } = await take(log);
  await waitFor(() => taken.length >= PARTITIONS, { what: 'all partitions to be taken', timeoutMs: 40_000 });
  const [group] = connecting.mock.contexts as ConsumerGroup[];
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
});
