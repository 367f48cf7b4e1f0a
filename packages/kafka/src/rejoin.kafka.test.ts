import { sharedKafka, uniqueName, waitFor } from '@vigie/testkit';
import { Kafka, logLevel, PartitionAssigners, type PartitionAssigner } from 'kafkajs';
import { expect, it } from 'vitest';

import { openLogNamed, take } from './log.testkit.ts';

const PARTITIONS = 2;
/** Above the 5 s that other requests may take. */
const SESSION_MS = 6_000;
const never = new Promise<never>(() => undefined);

it('a leader that dies between joining and assigning is waited for, and its partitions are taken over once', async () => {
  const { brokers } = await sharedKafka();
  const topicPrefix = uniqueName('rejoin');
  const said: string[] = [];
  const note = (_fields: object, message: string): void => void said.push(message);
  const logger = { debug: note, info: note, warn: note, error: note };
  const log = openLogNamed(topicPrefix, { brokers, partitions: PARTITIONS, logger });
  expect(await log.partitions()).toBe(PARTITIONS);

  // the leader of the group: it assigns while it is alone, and falls silent the next time it has to
  let assigned = 0;
  const assigner: PartitionAssigner = (parts) => {
    const { assign, ...rest } = PartitionAssigners.roundRobin(parts);
    return { ...rest, assign: async (group) => ((assigned += 1) === 1 ? await assign(group) : await never) };
  };
  const leader = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).consumer({
    groupId: topicPrefix,
    partitionAssigners: [assigner],
    sessionTimeout: SESSION_MS,
    heartbeatInterval: 200,
  });
  const joined = new Promise<void>((resolve) => leader.on(leader.events.GROUP_JOIN, () => resolve()));
  await leader.connect();
  await leader.subscribe({ topic: `${topicPrefix}.events` });
  await leader.run({ eachBatch: async () => undefined });
  await joined;

  const { consumer, taken, errors } = await take(log);
  await waitFor(() => taken.length >= PARTITIONS, {
    what: 'all partitions to be taken over',
    timeoutMs: 40_000,
    detail: () => said.join('\n'),
  });
  expect(assigned).toBe(2);
  expect([...taken].sort((a, b) => a - b)).toEqual([0, 1]);
  expect(said.filter((message) => message.includes('Crash'))).toEqual([]);
  expect(errors).toEqual([]);
  await consumer.stop();
  await log.close();
  // it hangs in its assignment, as intended: there is nobody who could leave in order
  void leader.disconnect().catch(() => undefined);
});
