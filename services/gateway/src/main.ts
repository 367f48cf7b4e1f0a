import { CATALOGUE } from '@vigie/metrics';
import { refuseStart, runRole, StartError, type RoleFlags } from '@vigie/service-kit';
import { HttpOwners } from './owners/http-owners.ts';
import { start } from './start.ts';

const ROLE = { name: 'vigie-gateway', defaultPort: 8080, kpis: CATALOGUE.map(({ id }) => id) };

/** A gateway as a process of its own, on Redis. Resolves with the exit status when it has stopped. */
export async function runGateway(flags: RoleFlags): Promise<number> {
  return await runRole(ROLE, flags, async (scope, context) => {
    const { redis } = context.configuration;
    if (redis === undefined) {
      throw new StartError('the gateway reads figures from Redis: set redis.url or VIGIE_REDIS_URL');
    }
    // only here: the one-process service has no use for the client
    const { openRedisBoard, openRedisCheckpoints, openRedisFeed, openRedisTickets, redisOptions } =
      await import('@vigie/redis');
    const place = await redisOptions(redis, context.logger).catch(refuseStart);
    const feed = openRedisFeed(place);
    scope.onStop('live feed', async () => await feed.close());
    const checkpoints = openRedisCheckpoints(place);
    scope.onStop('checkpoint store', async () => await checkpoints.close());
    if (!context.http.access.isOpen) {
      const tickets = openRedisTickets(place);
      scope.onStop('tickets', async () => await tickets.close());
      context.http.access.shareTickets(tickets);
    }
    const board = openRedisBoard(place, 'screens');
    scope.onStop('screens of other gateways', async () => await board.close());
    const owners = new HttpOwners(checkpoints, context.logger, context.internalKey);
    const gateway = await start(context, { feed, owners, board });
    scope.onStop('gateway', async () => await gateway.stop());
  });
}
