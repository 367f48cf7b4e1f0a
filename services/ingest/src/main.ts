import {
  createServiceContext,
  loadConfiguration,
  refuseStart,
  runService,
  StartError,
} from '@vigie/service-kit';

import { start } from './start.ts';

/** What the command line may say of an ingest. */
export interface IngestFlags {
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
  readonly data?: string | undefined;
}

/** Ingest as a process of its own, on Kafka. Resolves with the exit status when it has stopped. */
export async function runIngest(flags: IngestFlags): Promise<number> {
  return await runService('vigie-ingest', async (scope) => {
    const loaded = await loadConfiguration({
      file: flags.config,
      env: process.env,
      flags: { host: flags.host, port: flags.port, data: flags.data },
      defaultPort: 8081,
    });
    const { kafka, retention } = loaded.configuration;
    if (kafka === undefined) {
      throw new StartError('ingest writes events to Kafka: set kafka.brokers or VIGIE_KAFKA_BROKERS');
    }
    const context = await createServiceContext({ name: 'vigie-ingest', loaded });
    scope.onStop('http', async () => await context.close());
    // only here: the one-process service has no use for the client
    const { kafkaOptions, openKafkaLog } = await import('@vigie/kafka');
    const { logger } = context;
    const ofProcess = { clientId: 'vigie-ingest', retentionMs: retention.logMs, env: process.env, logger };
    const log = openKafkaLog(await kafkaOptions(kafka, ofProcess).catch(refuseStart));
    scope.onStop('event log', async () => await log.close());
    const ingest = await start(context, { log });
    scope.onStop('ingest', async () => await ingest.stop());
    await context.serve();
  });
}
