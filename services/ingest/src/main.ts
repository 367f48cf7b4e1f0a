import { refuseStart, runRole, StartError, type RoleFlags } from '@vigie/service-kit';
import { start } from './start.ts';

const ROLE = { name: 'vigie-ingest', defaultPort: 8081 };

/** Ingest as a process of its own, on Kafka. Resolves with the exit status when it has stopped. */
export async function runIngest(flags: RoleFlags): Promise<number> {
  return await runRole(ROLE, flags, async (scope, context) => {
    const { configuration, logger } = context;
    const { kafka, retention } = configuration;
    if (kafka === undefined) {
      throw new StartError('ingest writes events to Kafka: set kafka.brokers or VIGIE_KAFKA_BROKERS');
    }
    // only here: the one-process service has no use for the client
    const { kafkaOptions, openKafkaLog } = await import('@vigie/kafka');
    const ofProcess = { clientId: ROLE.name, retentionMs: retention.logMs, env: process.env, logger };
    const log = openKafkaLog(await kafkaOptions(kafka, ofProcess).catch(refuseStart));
    scope.onStop('event log', async () => await log.close());
    const ingest = await start(context, { log });
    scope.onStop('ingest', async () => await ingest.stop());
  });
}
