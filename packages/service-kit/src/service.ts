import type { FastifyInstance } from 'fastify';
import type { Configuration } from '@vigie/contracts';
import { watchAccess } from './access/watch.ts';
import type { LoadedConfiguration } from './config/load.ts';
import { createHealth, type Health } from './health.ts';
import { bind } from './http/bind.ts';
import { createHttpServer } from './http/server.ts';
import { createLogger, type Logger } from './logging.ts';
import { createMetrics, type Metrics } from './metrics.ts';

/** What every service is given. In one process all services share one. */
export interface ServiceContext {
  readonly configuration: Configuration;
  readonly logger: Logger;
  /** Add routes in `start`; they answer once all services have started. */
  readonly http: FastifyInstance;
  /** Under which other processes reach this one; no final slash. */
  readonly url: string;
  readonly metrics: Metrics;
  readonly health: Health;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** What processes of this deployment show each other. */
  readonly internalKey?: string | undefined;
}

/** What `start` of a service answers. */
export interface RunningService {
  /** Resolves when nothing of it runs any more. Called once. */
  stop(): Promise<void>;
}

/**
 * Every service exports one as `start`. It adds its routes and begins; it does not wait for other systems (its checks
 * of readiness tell those), since nothing is answered before it resolves. Rejects when it cannot start, with nothing
 * left running.
 */
export type StartService<Adapters> = (context: ServiceContext, adapters: Adapters) => Promise<RunningService>;

export interface OwnedContext extends ServiceContext {
  /** Opens the routes; to be called when all services have started. */
  serve(): Promise<void>;
  /** Ends the server: what is under way is answered, then the port is free. */
  close(): Promise<void>;
}

/** Takes the port and makes the context of a process. `ready` stays closed until `serve`. */
export async function createServiceContext(options: {
  readonly name: string;
  readonly loaded: LoadedConfiguration;
  readonly logger?: Logger;
  readonly clock?: () => number;
}): Promise<OwnedContext> {
  const { name, loaded } = options;
  const { configuration } = loaded;
  const logger = options.logger ?? createLogger({ name, level: loaded.logLevel });
  const bound = await bind(configuration.server);
  const health = createHealth();
  const started = health.gate('started', 'starting');
  const metrics = createMetrics();
  const clock = options.clock ?? Date.now;
  const { internalKey } = loaded;
  const http = createHttpServer(configuration, { health, metrics, logger, bound, internalKey, clock });
  const { file, reread } = loaded;
  const isWatched = file !== undefined && reread !== undefined && configuration.access !== undefined;
  const unwatch = isWatched
    ? watchAccess(file, http.access, async () => (await reread()).configuration.access)
    : () => undefined;
  for (const line of loaded.notYetInForce)
    logger.warn({ configuration: line }, 'a setting has no effect yet');
  return {
    configuration,
    logger,
    http,
    url: bound.url,
    metrics,
    health,
    clock,
    internalKey,
    async serve() {
      await http.ready();
      started.open();
      logger.info({ url: bound.url, port: bound.port, file: loaded.file }, 'listening');
    },
    async close() {
      unwatch();
      started.close('stopping');
      await http.close();
    },
  };
}
