import { CATALOGUE } from '@vigie/metrics';
import { openEmbedded } from '@vigie/embedded';
import { start as startAggregator, withCrashPoint } from '@vigie/aggregator';
import { start as startGateway } from '@vigie/gateway';
import { start as startIngest } from '@vigie/ingest';
import {
  createServiceContext,
  loadConfiguration,
  runService,
  StartError,
  type LoadedConfiguration,
} from '@vigie/service-kit';
import { demoConfiguration, start as startSimulator } from '@vigie/simulator';

/** What the command line may say of the one-process service. */
export interface StandaloneFlags {
  readonly config?: string | undefined;
  readonly data?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
  /** Adds simulated traffic, in a data directory of its own. */
  readonly demo?: boolean | undefined;
}

/** Dead letters kept by the one-process service. */
const MAX_DEAD_LETTERS = 10_000;
/** The log of the one-process service never grows beyond this; the oldest records go first, and are counted. */
const MAX_LOG_BYTES = 20 * 1024 ** 3;

/**
 * Everything in one process on embedded adapters: durable (what was acknowledged survives `kill -9`), nothing to
 * install. Resolves with the exit status when it has stopped.
 */
export async function runStandalone(flags: StandaloneFlags): Promise<number> {
  return await runService('vigie', async (scope) => {
    const loaded = await load(flags);
    const { configuration } = loaded;
    const context = await createServiceContext({ name: 'vigie', loaded });
    scope.onStop('http', async () => await context.close());
    const directory = configuration.dataDirectory;
    const onFatal = (error: Error): void => scope.stop(error.message, 1);
    const embedded = await openEmbedded(directory, {
      retentionMs: configuration.retention.logMs,
      maxLogBytes: MAX_LOG_BYTES,
      maxDeadLetters: MAX_DEAD_LETTERS,
      onDiskLost: onFatal,
    }).catch((error: unknown) => {
      throw new StartError((error as Error).message);
    });
    scope.onStop('data directory', async () => await embedded.close());
    const { log, checkpoints, feed } = withCrashPoint(process.env['VIGIE_CRASH_AT'], embedded);

    const aggregator = await startAggregator(context, { log, checkpoints, feed, onFatal });
    scope.onStop('aggregator', async () => await aggregator.stop());
    const ingest = await startIngest(context, { log });
    scope.onStop('ingest', async () => await ingest.stop());
    const gateway = await startGateway(context, { feed, owners: aggregator.owners });
    scope.onStop('gateway', async () => await gateway.stop());
    await context.serve();
    if (flags.demo === true) {
      const simulator = await startSimulator(context, {
        post: async (events) => void (await ingest.submit(events)),
      });
      scope.onStop('simulator', async () => await simulator.stop());
    }
    context.logger.info({ wallboard: context.url, data: directory }, 'Vigie is running');
  });
}

async function load(flags: StandaloneFlags): Promise<LoadedConfiguration> {
  const demo = flags.demo === true;
  const options = {
    file: flags.config,
    env: process.env,
    flags: { host: flags.host, port: flags.port, data: flags.data },
    kpis: CATALOGUE.map(({ id }) => id),
  };
  if (!demo) return await loadConfiguration(options);
  return await loadConfiguration({
    ...options,
    defaultDataDirectory: '.vigie-demo',
    withoutFile: demoConfiguration(),
  });
}
