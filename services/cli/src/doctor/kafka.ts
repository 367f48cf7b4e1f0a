import type { KafkaSettings } from '@vigie/contracts';
import type { KafkaFindings } from '@vigie/kafka';
import { fail, ok, skip, warn, type Finding } from './finding.ts';
import { judgeRetention, type LogNeed } from './needs.ts';

type Topic = NonNullable<KafkaFindings['topics']['events']>;

/** What is to be said of a Kafka that answered. */
export function judgeKafka(found: KafkaFindings, settings: KafkaSettings, need: LogNeed): Finding[] {
  const { brokers, topics } = found;
  const findings = [ok('kafka', `${brokers} ${brokers === 1 ? 'broker answers' : 'brokers answer'}`)];
  const { events, config, reports } = topics;
  if (events === undefined) {
    return [...findings, skip('kafka events', 'there is no topic yet: ingest makes it at its first start')];
  }
  findings.push(judgePartitions(events, settings), ...judgeReplicas(events));
  findings.push(judgePolicy(events, 'delete'));
  findings.push(judgeRetention(`retention.ms of ${events.topic}`, events.retentionMs, need));
  if (events.retentionBytes !== undefined) {
    findings.push(
      warn(
        `retention.bytes of ${events.topic}`,
        `${events.retentionBytes} bytes a partition: records go by size before their time`,
        'set it to -1, and let retention.ms decide',
      ),
    );
  }
  for (const topic of [config, reports])
    if (topic !== undefined) findings.push(judgePolicy(topic, 'compact'));
  return findings;
}

function judgePartitions({ topic, partitions }: Topic, settings: KafkaSettings): Finding {
  const check = `partitions of ${topic}`;
  if (partitions === settings.partitions) return ok(check, String(partitions));
  return warn(
    check,
    `${partitions}, kafka.partitions says ${settings.partitions}`,
    'set kafka.partitions to what is there: a topic that has events must not get others, centres would move',
  );
}

function judgeReplicas({ topic, replicas, inSync }: Topic): Finding[] {
  const check = `replicas of ${topic}`;
  if (inSync < replicas) {
    return [
      warn(check, `${inSync} of ${replicas} are in sync`, 'look after the brokers that lag or are away'),
    ];
  }
  if (replicas > 1) return [ok(check, `${replicas}, all in sync`)];
  return [
    warn(
      check,
      'each record is on one broker only: a lost disk loses events',
      'for more than a trial have three brokers and kafka.replication: 3',
    ),
  ];
}

function judgePolicy({ topic, cleanupPolicy }: Topic, wanted: 'delete' | 'compact'): Finding {
  const check = `cleanup.policy of ${topic}`;
  if (cleanupPolicy === wanted) return ok(check, cleanupPolicy);
  return fail(check, `${cleanupPolicy}: ${wanted} expected`, `set cleanup.policy of ${topic} to ${wanted}`);
}
