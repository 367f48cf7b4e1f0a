import { sharedKafka, uniqueName } from '@vigie/testkit';
import { eventLogConformance } from '@vigie/testkit/conformance';

import { type KafkaLog, openKafkaLog } from './event-log.ts';

eventLogConformance('Kafka', async () => {
  const { brokers } = await sharedKafka();
  const name = uniqueName('conformance');
  const opened: KafkaLog[] = [];
  const open = async (): Promise<KafkaLog> => {
    const log = openKafkaLog({
      brokers,
      clientId: name,
      groupId: name,
      topicPrefix: name,
      partitions: 3,
      replication: 1,
      retentionMs: 86_400_000,
    });
    opened.push(log);
    return log;
  };
  return {
    open,
    deadLetters: async () => await (opened[0] ?? (await open())).deadLetters(100),
    close: async () => void (await Promise.all(opened.map(async (log) => await log.close()))),
  };
});
