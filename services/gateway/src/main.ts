import { CATALOGUE } from '@vigie/metrics';
import {
  createServiceContext,
  loadConfiguration,
  refuseStart,
  runService,
  StartError,
} from '@vigie/service-kit';
import { start } from './start.ts';

/** What the command line may say of a gateway. */
export interface GatewayFlags {
  readonly config?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: string | number | undefined;
}

/** A gateway as a process of its own, on Redis. Resolves with the exit status when it has stopped. */
export async function runGateway(flags: GatewayFlags): Promise<number> {
  return await runService('vigie-gateway', async (scope) => {
    const loaded = await loadConfiguration({
      file: flags.config,
      env: process.env,
      flags: { host: flags.host, port: flags.port },
      defaultPort: 8080,
      kpis: CATALOGUE.map(({ id }) => id),
    });
    const { redis } = loaded.configuration;
    if (redis === undefined) {
      throw new StartError('the gateway reads figures from Redis: set redis.url or VIGIE_REDIS_URL');
    }
    const context = await createServiceContext({ name: 'vigie-gateway', loaded });
    scope.onStop('http', async () => await context.close());
    // only here: the one-process service has no use for the client
    const { openRedisFeed, redisOptions } = await import('@vigie/redis');
    const feed = openRedisFeed(await redisOptions(redis, context.logger).catch(refuseStart));
    scope.onStop('live feed', async () => await feed.close());
    const gateway = await start(context, { feed });
    scope.onStop('gateway', async () => await gateway.stop());
    await context.serve();
  });
}
