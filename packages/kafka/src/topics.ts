import type { Admin, ITopicConfig } from 'kafkajs';

import { type KafkaLogOptions, LIMITS, type Topics } from './options.ts';

/** One record of a group commit has at most 256 KiB, a single larger event more. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

function wanted(topics: Topics, options: KafkaLogOptions): ITopicConfig[] {
  const { partitions, replication: replicationFactor, retentionMs } = options;
  const settings = (entries: Record<string, string>): { name: string; value: string }[] =>
    Object.entries(entries).map(([name, value]) => ({ name, value }));
  const kept = { 'retention.ms': String(retentionMs), 'max.message.bytes': String(MAX_MESSAGE_BYTES) };
  const durable = replicationFactor > 2 ? { 'min.insync.replicas': '2' } : {};
  const compacted = { 'cleanup.policy': 'compact', ...durable };
  return [
    {
      topic: topics.events,
      numPartitions: partitions,
      replicationFactor,
      configEntries: settings({ ...kept, ...durable }),
    },
    // One partition, so that dead letters and versions have one order.
    { topic: topics.deadLetters, numPartitions: 1, replicationFactor, configEntries: settings(kept) },
    { topic: topics.config, numPartitions: 1, replicationFactor, configEntries: settings(compacted) },
    {
      topic: topics.reports,
      numPartitions: partitions,
      replicationFactor,
      configEntries: settings(compacted),
    },
  ];
}

/** Creates what is missing and leaves what is there as it is. Two that do so at once do not disturb each other. */
export async function createTopics(admin: Admin, topics: Topics, options: KafkaLogOptions): Promise<void> {
  const there = new Set(await admin.listTopics());
  const missing = wanted(topics, options).filter(({ topic }) => !there.has(topic));
  if (missing.length === 0) return;
  await admin.createTopics({ topics: missing, waitForLeaders: true, timeout: LIMITS.requestMs });
  options.logger?.info({ topics: missing.map(({ topic }) => topic) }, 'created the missing topics');
}
