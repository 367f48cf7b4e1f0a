/**
 * Ingest alone on a log of its own, on a free port that it prints as one line of JSON. Ends with SIGTERM.
 *
 * Argument: JSON of { data }: the directory of an embedded log, or null for the Kafka of the environment.
 */
import { openEmbedded } from '@vigie/embedded';
import { start } from '@vigie/ingest';
import { kafkaOptions, openKafkaLog } from '@vigie/kafka';
import { createServiceContext, loadConfiguration } from '@vigie/service-kit';

const { data } = JSON.parse(process.argv[2]);
const loaded = await loadConfiguration({ env: process.env, flags: { port: 0 } });
const context = await createServiceContext({ name: 'vigie-ingest', loaded });
const { logger, configuration } = context;
const retentionMs = configuration.retention.logMs;

async function openLog() {
  if (data !== null) {
    const limits = { retentionMs, maxLogBytes: 20 * 1024 ** 3, maxDeadLetters: 10_000 };
    return (await openEmbedded(data, limits)).log;
  }
  const names = { clientId: 'vigie-ingest', retentionMs, env: process.env, logger };
  return openKafkaLog(await kafkaOptions(configuration.kafka, names));
}

await start(context, { log: await openLog() });
await context.serve();
process.stdout.write(`${JSON.stringify({ url: context.url })}\n`);
