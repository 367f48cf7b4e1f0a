import kafkajs, { type Admin } from 'kafkajs';

import { kafkaClient, type KafkaLogOptions, LIMITS, topicNames, type Topics, within } from './options.ts';

/** What is known of one of Vigie's topics. */
export interface TopicFindings {
  readonly topic: string;
  readonly partitions: number;
  /** Least number of replicas of a partition, and least number of them that are in sync. */
  readonly replicas: number;
  readonly inSync: number;
  /** `delete`, `compact`, or both with a comma. */
  readonly cleanupPolicy: string;
  /** `undefined`: without limit. */
  readonly retentionMs: number | undefined;
  readonly retentionBytes: number | undefined;
}

/** What Kafka says of itself; a topic that is missing is absent. */
export interface KafkaFindings {
  readonly brokers: number;
  readonly topics: Partial<Record<keyof Topics, TopicFindings>>;
}

const SETTINGS = ['cleanup.policy', 'retention.ms', 'retention.bytes'];

/** Asks Kafka about Vigie's topics; changes and creates nothing. Rejects with the reason when it cannot be asked. */
export async function inspectKafka(options: KafkaLogOptions): Promise<KafkaFindings> {
  const admin = kafkaClient(options).admin();
  try {
    await within(admin.connect(), LIMITS.appendMs, 'no answer of a broker');
    return await within(findings(admin, topicNames(options.topicPrefix)), LIMITS.appendMs, 'no answer');
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function findings(admin: Admin, names: Topics): Promise<KafkaFindings> {
  const [{ brokers }, there] = await Promise.all([admin.describeCluster(), admin.listTopics()]);
  const wanted = (Object.keys(names) as (keyof Topics)[]).filter((role) => there.includes(names[role]));
  const topics: Partial<Record<keyof Topics, TopicFindings>> = {};
  if (wanted.length === 0) return { brokers: brokers.length, topics };
  const [metadata, { resources }] = await Promise.all([
    admin.fetchTopicMetadata({ topics: wanted.map((role) => names[role]) }),
    admin.describeConfigs({
      includeSynonyms: false,
      resources: wanted.map((role) => ({
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: names[role],
        configNames: SETTINGS,
      })),
    }),
  ]);
  for (const role of wanted) {
    const topic = names[role];
    const partitions = metadata.topics.find(({ name }) => name === topic)?.partitions ?? [];
    const entries = resources.find(({ resourceName }) => resourceName === topic)?.configEntries ?? [];
    const setting = (name: string) => entries.find(({ configName }) => configName === name)?.configValue;
    topics[role] = {
      topic,
      partitions: partitions.length,
      replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
      inSync: Math.min(...partitions.map(({ isr }) => isr.length)),
      cleanupPolicy: setting('cleanup.policy') ?? 'delete',
      retentionMs: limit(setting('retention.ms')),
      retentionBytes: limit(setting('retention.bytes')),
    };
  }
  return { brokers: brokers.length, topics };
}

function limit(text: string | undefined): number | undefined {
  const value = Number(text ?? -1);
  return value < 0 ? undefined : value;
}
