import { once } from 'node:events';
import { cp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';

import { type Child, startListening } from './child.ts';
import { temporaryDirectory } from './guardian.ts';
import { freePort } from './ports.ts';
import { requireTool } from './tools.ts';

const START_TIMEOUT_MS = 15_000;
/** Redis's own name of the directory of its append-only file. */
const AOF = 'appendonlydir';

export interface RedisOptions {
  /** Append-only file, flushed every second: what was written survives {@link RedisServer.kill}. Default true. */
  readonly appendonly?: boolean;
  /** Further settings, e.g. `{ maxmemory: '4mb' }`. */
  readonly settings?: Readonly<Record<string, string>>;
  /** A write beyond its limit of file sizes fails, as on a full disk, rather than ending it. Default false. */
  readonly toldOfFullDisk?: boolean;
}

export interface RedisServer {
  readonly url: string;
  /** True when `VIGIE_REDIS_URL` named it: it is somebody else's, and is neither stopped nor killed. */
  readonly external: boolean;
  log(): string;
  /** SIGTERM and, should that not do, SIGKILL; its data is deleted. */
  stop(): Promise<void>;
  /** SIGKILL. What the append-only file has stays, for {@link restart}. */
  kill(): Promise<void>;
  /** Starts again on the same port and data, stopping it before when it still runs. */
  restart(): Promise<void>;
  /** SIGSTOP and SIGCONT: a server that hangs, and goes on. */
  signal(signal: NodeJS.Signals): void;
  /** Copies the append-only file as it is now. Answers what {@link rollBack} wants. */
  keep(): Promise<string>;
  /** SIGKILL, the kept append-only file in place of the present one, and a start: a failover to a stale replica. */
  rollBack(kept: string): Promise<void>;
  /** Of the process that runs now, or ran last; 0 when it is somebody else's. */
  readonly pid: number;
}

/** A Redis on a free port of 127.0.0.1, without snapshots. With `VIGIE_REDIS_URL` set, that server instead. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const given = process.env['VIGIE_REDIS_URL'];
  if (given !== undefined && given !== '') return externalRedis(given, options);

  const command = requireTool('redis-server');
  const directory = await temporaryDirectory('redis');
  const port = await freePort();
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    save: '',
    appendonly: (options.appendonly ?? true) ? 'yes' : 'no',
    dir: directory,
    'maxmemory-policy': 'noeviction',
    ...options.settings,
  };
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);

  const program =
    options.toldOfFullDisk === true
      ? // a signal that is ignored stays so over exec
        { command: '/bin/sh', args: ['-c', 'trap "" XFSZ; exec "$@"', 'sh', command, ...args] }
      : { command, args };
  const start = async (): Promise<Child> =>
    await startListening(
      { name: 'Redis', ...program, cwd: directory },
      { port, timeoutMs: START_TIMEOUT_MS },
    );

  let child = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    external: false,
    log: () => child.log(),
    async stop() {
      await child.stop();
      await rm(directory, { recursive: true, force: true });
    },
    async kill() {
      await child.kill();
    },
    async restart() {
      await child.stop();
      child = await start();
    },
    signal: (signal) => child.signal(signal),
    async keep() {
      const kept = await temporaryDirectory('redis-kept');
      await cp(join(directory, AOF), kept, { recursive: true });
      return kept;
    },
    async rollBack(kept) {
      await child.kill();
      await rm(join(directory, AOF), { recursive: true, force: true });
      await cp(kept, join(directory, AOF), { recursive: true });
      child = await start();
    },
    get pid() {
      return child.pid;
    },
  };
}

/** A Redis's answer to a command in one line, over a connection of its own. */
export async function redisCommand(url: string, line: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.write(`${line}\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  socket.destroy();
  return answer.toString().trim();
}

function externalRedis(given: string, options: RedisOptions): RedisServer {
  if (options.settings !== undefined || options.appendonly === false) {
    throw new Error('this test sets up its own Redis: unset VIGIE_REDIS_URL to run it');
  }
  const refuse = (verb: string) => async (): Promise<never> => {
    throw new Error(
      `${verb}() of Redis: VIGIE_REDIS_URL names a server that is not the test's own; unset it`,
    );
  };
  return {
    url: given,
    external: true,
    pid: 0,
    log: () => '',
    stop: async () => undefined,
    kill: refuse('kill'),
    restart: refuse('restart'),
    keep: refuse('keep'),
    rollBack: refuse('rollBack'),
    signal: () => {
      throw new Error(
        "signal() of Redis: VIGIE_REDIS_URL names a server that is not the test's own; unset it",
      );
    },
  };
}
