import { createLogger, runService, StartError } from '@vigie/service-kit';

import { httpPost } from './http-post.ts';
import { play } from './play.ts';
import { BACKFILL_MS, DEFAULT_SEED } from './start.ts';
import { createTraffic, DEFAULT_RATE } from './traffic/create-traffic.ts';

/** What the command line may say of a simulation for a running service. */
export interface SimulateFlags {
  /** Address of the service, or of its ingest. */
  readonly to: string;
  /** Contacts a minute, the mean of a day. */
  readonly rate?: number | undefined;
  readonly seed?: number | undefined;
  /** Centre of the events; absent: the service's own. */
  readonly centre?: string | undefined;
  /** Key with the role `ingest`. */
  readonly key?: string | undefined;
}

/**
 * Plays simulated traffic into a running service until it is told to stop, the last three quarters of an hour first.
 * Resolves with the exit status: 1 when the service takes no events at all.
 */
export async function runSimulate(flags: SimulateFlags): Promise<number> {
  const { to, rate = DEFAULT_RATE, seed = DEFAULT_SEED, centre, key } = flags;
  const logger = createLogger({ name: 'vigie-simulate' });
  return await runService(
    'vigie-simulate',
    async (scope) => {
      if (!URL.canParse(to))
        throw new StartError(`--to is "${to}": expected a URL such as "http://localhost:8080"`);
      const startMs = Date.now() - BACKFILL_MS;
      const playing = play({
        events: createTraffic({ seed, rate, startMs, ...(centre === undefined ? {} : { centre }) }),
        post: httpPost({
          to,
          ...(key === undefined ? {} : { key }),
          onRejected: (rejected) =>
            logger.warn({ rejected: rejected.length, first: rejected[0] }, 'simulated events were refused'),
        }),
        signal: scope.stopping,
        onFailure: (error) => logger.warn({ err: error }, 'simulated events were not taken, trying again'),
      });
      scope.onStop('simulation', async () => await playing.catch(() => undefined));
      logger.info({ to, seed, rate }, 'simulating traffic');
      playing.catch((error: unknown) => {
        logger.error({ err: error }, 'the service takes no simulated events');
        scope.stop('refused', 1);
      });
    },
    { logger },
  );
}
