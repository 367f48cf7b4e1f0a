import { CATALOGUE } from '@vigie/metrics';
import { isLoopback, refuseStart, runRole, StartError, type RoleFlags } from '@vigie/service-kit';
import { withCrashPoint } from './crash-points.ts';
import { addQuestionsRoute } from './questions-route.ts';
import { start } from './start.ts';

const ROLE = { name: 'vigie-aggregator', defaultPort: 8082, kpis: CATALOGUE.map(({ id }) => id) };

/** An aggregator as a process of its own, on Kafka and Redis. Resolves with the exit status when it has stopped. */
export async function runAggregator(flags: RoleFlags): Promise<number> {
  return await runRole(ROLE, flags, async (scope, context) => {
    const { configuration, logger } = context;
    const { kafka, redis, retention, access, server } = configuration;
    if (access !== undefined && !isLoopback(server.host) && context.internalKey === undefined) {
      throw new StartError(
        'the aggregator is asked by gateways only: off loopback with access, VIGIE_INTERNAL_KEY must be set, the same for both',
      );
    }
    if (kafka === undefined) throw new StartError('the aggregator reads from Kafka: set VIGIE_KAFKA_BROKERS');
    if (redis === undefined) throw new StartError('the aggregator stores in Redis: set VIGIE_REDIS_URL');
    // only here: the one-process service has no use for the clients
    const [{ kafkaOptions, openKafkaLog }, { openRedisCheckpoints, openRedisFeed, redisOptions }] =
      await Promise.all([import('@vigie/kafka'), import('@vigie/redis')]);
    const ofProcess = { clientId: ROLE.name, retentionMs: retention.logMs, env: process.env, logger };
    const log = openKafkaLog(await kafkaOptions(kafka, ofProcess).catch(refuseStart));
    scope.onStop('event log', async () => await log.close());
    const place = await redisOptions(redis, logger).catch(refuseStart);
    const checkpoints = openRedisCheckpoints(place);
    scope.onStop('checkpoint store', async () => await checkpoints.close());
    const feed = openRedisFeed(place);
    scope.onStop('live feed', async () => await feed.close());
    const onFatal = (error: Error): void => scope.stop(error.message, 1);
    const adapters = withCrashPoint(process.env['VIGIE_CRASH_AT'], { log, checkpoints, feed });
    const aggregator = await start(context, { ...adapters, onFatal });
    addQuestionsRoute(context.http, aggregator.owners);
    scope.onStop('aggregator', async () => await aggregator.stop());
  });
}
