import { sharedKafka, uniqueName } from '@vigie/testkit';
import { expect, test } from 'vitest';

import { openKafkaLog } from './event-log.ts';
import { inspectKafka } from './inspect.ts';

test('Kafka is asked for the topics, and nothing is made by asking', async () => {
  const { brokers } = await sharedKafka();
  const name = uniqueName('inspect');
  const options = {
    brokers,
    clientId: name,
    groupId: name,
    topicPrefix: name,
    partitions: 3,
    replication: 1,
    retentionMs: 86_400_000,
  };
  expect(await inspectKafka(options)).toMatchObject({ topics: {} });
  expect((await inspectKafka(options)).topics.events).toBeUndefined();
  const log = openKafkaLog(options);
  await log.ping();
  await log.partitions();
  await log.close();
  const { topics, brokers: count } = await inspectKafka(options);
  expect(count).toBeGreaterThan(0);
  expect(topics.events).toEqual({
    topic: `${name}.events`,
    partitions: 3,
    replicas: 1,
    inSync: 1,
    cleanupPolicy: 'delete',
    retentionMs: 86_400_000,
    retentionBytes: undefined,
  });
  expect(topics.config?.cleanupPolicy).toBe('compact');
});

test('a Kafka that is not there is told as such', async () => {
  const name = uniqueName('inspect');
  const options = { brokers: ['127.0.0.1:1'], clientId: name, groupId: name, partitions: 1, replication: 1 };
  await expect(inspectKafka({ ...options, retentionMs: 1000 })).rejects.toThrow();
});
