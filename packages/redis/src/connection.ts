import { Cluster, Redis, type RedisOptions, type SentinelAddress } from 'ioredis';

import type { Script } from './scripts/script.ts';

/** What the adapter writes warnings to; a pino logger is one. */
export interface RedisLogger {
  warn(fields: object, message: string): void;
}

/** Where Redis is: one server, the master that sentinels name, or a cluster. */
export type RedisPlace =
  | { readonly url: string }
  | { readonly sentinels: readonly SentinelAddress[]; readonly name: string }
  | { readonly cluster: readonly { readonly host: string; readonly port: number }[] };

export type RedisConnectionOptions = RedisPlace & {
  readonly username?: string;
  readonly password?: string;
  readonly tls?: NonNullable<RedisOptions['tls']>;
  /** Default `vigie`. */
  readonly keyPrefix?: string;
  /** A command without reply for so long is rejected; it may still be carried out. Default 5000. */
  readonly commandTimeoutMs?: number;
  readonly logger?: RedisLogger;
};

export type Client = Redis | Cluster;

const CONNECT_TIMEOUT_MS = 3_000;
/** How long a command waits for a connection that is being made, before it is rejected unsent. */
const PATIENCE_MS = 1_000;
/** Attempts are cheap, and every partition waits for the store: it is to be live within three seconds of its first answer. */
const LONGEST_RECONNECT_MS = 250;
const CLOSE_TIMEOUT_MS = 500;

/**
 * A client that never sends a command later than its caller knows: none is queued while the connection is down, and
 * none is sent again on a new one. What was sent and not answered is the caller's to repeat, or not.
 */
export function connect(options: RedisConnectionOptions): Client {
  const retryStrategy = (times: number): number => Math.min(times * 50, LONGEST_RECONNECT_MS);
  const common = {
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: options.commandTimeoutMs ?? 5_000,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    keepAlive: 5_000,
    ...(options.username === undefined ? {} : { username: options.username }),
    ...(options.password === undefined ? {} : { password: options.password }),
    ...(options.tls === undefined ? {} : { tls: options.tls }),
  };
  const own = { ...common, enableOfflineQueue: false, retryStrategy };
  const client =
    'cluster' in options
      ? new Cluster([...options.cluster], {
          redisOptions: common,
          enableOfflineQueue: false,
          clusterRetryStrategy: retryStrategy,
        })
      : 'url' in options
        ? new Redis(options.url, own)
        : new Redis({ ...own, sentinels: [...options.sentinels], name: options.name });
  // Without a listener every failed attempt to connect would be printed; commands tell what matters.
  client.on('error', () => undefined);
  client.on('ready', () => void warnOfEviction(client, options.logger));
  return client;
}

/** One wait for all commands that come while a connection is being made. */
const waits = new WeakMap<Client, Promise<void>>();

/** Resolves when commands can be sent; rejects after {@link PATIENCE_MS}, or at once when the client was closed. */
export async function ready(client: Client): Promise<void> {
  if (client.status === 'ready') return;
  if (client.status === 'end') throw new Error('the connection to Redis is closed');
  const wait = waits.get(client) ?? becomesReady(client).finally(() => waits.delete(client));
  waits.set(client, wait);
  await wait;
}

async function becomesReady(client: Client): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let last: Error | undefined;
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      client.off('ready', onReady);
      client.off('end', onEnd);
      client.off('error', onError);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onReady = (): void => settle();
    const onEnd = (): void => settle(new Error('the connection to Redis is closed'));
    const onError = (error: Error): void => {
      last = error;
    };
    const timer = setTimeout(() => {
      settle(new Error(`no connection to Redis (${last?.message ?? client.status})`, { cause: last }));
    }, PATIENCE_MS);
    client.on('ready', onReady);
    client.on('end', onEnd);
    client.on('error', onError);
  });
}

/** Runs a script. A script that Redis does not know yet was not run: only then is it sent a second time. */
export async function run(
  client: Client,
  { lua, sha }: Script,
  keys: readonly string[],
  args: readonly (string | number | Uint8Array)[],
): Promise<string> {
  await ready(client);
  const rest = [
    keys.length,
    ...keys,
    ...args.map((arg) => (arg instanceof Uint8Array ? Buffer.from(arg) : arg)),
  ];
  try {
    return String(await client.call('evalsha', sha, ...rest));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return String(await client.call('eval', lua, ...rest));
  }
}

export async function ping(client: Client): Promise<void> {
  await ready(client);
  await client.ping();
}

export async function close(client: Client): Promise<void> {
  if (client.status === 'end') return;
  await new Promise<void>((resolve) => {
    // A cluster that was never reached does not say that it ended.
    const timer = setTimeout(resolve, CLOSE_TIMEOUT_MS);
    client.once('end', () => {
      clearTimeout(timer);
      resolve();
    });
    client.disconnect();
  });
}

async function warnOfEviction(client: Client, logger: RedisLogger | undefined): Promise<void> {
  try {
    const policy = /maxmemory_policy:(\S+)/.exec(await client.info('memory'))?.[1];
    if (policy === undefined || policy === 'noeviction') return;
    logger?.warn(
      { policy },
      `Redis: maxmemory-policy is ${policy}; noeviction expected, else checkpoints may vanish`,
    );
  } catch {
    // A server that hides INFO, or is gone again: nothing to warn of.
  }
}
