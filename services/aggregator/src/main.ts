import { CATALOGUE } from '@vigie/metrics';
import {
  createServiceContext,
  loadConfiguration,
  refuseStart,
  runService,
  StartError,
} from '@vigie/service-kit';
import { start } from './start.ts';

/** What the command line may say of an aggregator. */
export interface AggregatorFlags {
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
}

/** An aggregator as a process of its own, on Kafka and Redis. Resolves with the exit status when it has stopped. */
export async function runAggregator(flags: AggregatorFlags): Promise<number> {
  return await runService('vigie-aggregator', async (scope) => {
    const loaded = await loadConfiguration({
      file: flags.config,
      env: process.env,
      flags: { host: flags.host, port: flags.port },
      defaultPort: 8082,
      kpis: CATALOGUE.map(({ id }) => id),
    });
    const { kafka, redis, retention } = loaded.configuration;
    if (kafka === undefined) throw new StartError('the aggregator reads from Kafka: set VIGIE_KAFKA_BROKERS');
    if (redis === undefined) throw new StartError('the aggregator stores in Redis: set VIGIE_REDIS_URL');
    const context = await createServiceContext({ name: 'vigie-aggregator', loaded });
    scope.onStop('http', async () => await context.close());
    const { logger } = context;
    // only here: the one-process service has no use for the clients
    const [{ kafkaOptions, openKafkaLog }, redisAdapter] = await Promise.all([
      import('@vigie/kafka'),
      import('@vigie/redis'),
    ]);
    const ofProcess = {
      clientId: 'vigie-aggregator',
      retentionMs: retention.logMs,
      env: process.env,
      logger,
    };
    const log = openKafkaLog(await kafkaOptions(kafka, ofProcess).catch(refuseStart));
    scope.onStop('event log', async () => await log.close());
    const place = await redisAdapter.redisOptions(redis, logger).catch(refuseStart);
    const checkpoints = redisAdapter.openRedisCheckpoints(place);
    scope.onStop('checkpoint store', async () => await checkpoints.close());
    const feed = redisAdapter.openRedisFeed(place);
    scope.onStop('live feed', async () => await feed.close());
    const onFatal = (error: Error): void => scope.stop(error.message, 1);
    const aggregator = await start(context, { log, checkpoints, feed, onFatal });
    scope.onStop('aggregator', async () => await aggregator.stop());
    await context.serve();
  });
}
