import type { LogConsumer } from '@vigie/engine';

import { openKafkaLog, type KafkaLog } from './event-log.ts';
import type { KafkaLogOptions } from './options.ts';

/** A log under names of its own: topics, client and consumer group have the prefix that is given. */
export function openLogNamed(
  prefix: string,
  options: Pick<KafkaLogOptions, 'brokers' | 'partitions' | 'logger'>,
): KafkaLog {
  const names = { clientId: prefix, groupId: prefix, topicPrefix: prefix };
  return openKafkaLog({ ...names, replication: 1, retentionMs: 86_400_000, ...options });
}

/** A member of the group that takes what it is assigned, and notes it. */
export interface Taking {
  readonly consumer: LogConsumer;
  /** Partitions in the order in which they were assigned, each time anew. */
  readonly taken: readonly number[];
  /** What ended it. */
  readonly errors: readonly Error[];
}

export async function take(log: KafkaLog): Promise<Taking> {
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
  return { consumer, taken, errors };
}
