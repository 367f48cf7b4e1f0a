import { createServiceContext, loadConfiguration, runService } from '@vigie/service-kit';

import { kafkaOptions } from './kafka-options.ts';
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
    const context = await createServiceContext({ name: 'vigie-ingest', loaded });
    scope.onStop('http', async () => await context.close());
    const options = await kafkaOptions(loaded.configuration, process.env, context.logger);
    // only here: the one-process service has no use for the client
    const { openKafkaLog } = await import('@vigie/kafka');
    const log = openKafkaLog(options);
    scope.onStop('event log', async () => await log.close());
    const ingest = await start(context, { log });
    scope.onStop('ingest', async () => await ingest.stop());
    await context.serve();
  });
}
