import { freePort, spawnVigie, type Vigie } from '@vigie/testkit';

const START_TIMEOUT_MS = 30_000;

/** One role of the service, that dies and comes back on the same port. */
export interface Service {
  /** The role, and where it listens. */
  readonly name: string;
  readonly url: string;
  readonly running: boolean;
  /** Deaths by SIGKILL so far. */
  readonly kills: number;
  /** How often a partition was taken with a checkpoint that spares part of the log. */
  readonly restores: number;
  /** Starts it again. Does not wait until it answers. */
  restart(): Promise<void>;
  /** Until `/readyz` says yes. */
  ready(): Promise<void>;
  /** Until something holds; fails at once when the process ends by itself. */
  until(condition: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void>;
  kill9(): Promise<void>;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
  log(): string;
}

/** Starts `vigie <command> …` on a free port of its own. */
export async function startService(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = { VIGIE_LOG_LEVEL: 'info', ...env, VIGIE_PORT: String(port) };
  const spawn = async (): Promise<Vigie> => await spawnVigie(args, { env: environment });
  let vigie = await spawn();
  let kills = 0;
  let restores = 0;
  return {
    name: `${args[0]} on ${url}`,
    url,
    get running() {
      return vigie.running;
    },
    get kills() {
      return kills;
    },
    get restores() {
      return restores + restoresOf(vigie);
    },
    async restart() {
      restores += restoresOf(vigie);
      vigie = await spawn();
    },
    async ready() {
      await vigie.waitFor(`${url}/readyz`, START_TIMEOUT_MS);
    },
    async until(condition, timeoutMs) {
      await vigie.waitFor(condition, timeoutMs);
    },
    async kill9() {
      const { signal } = await vigie.kill9();
      // one that had ended by itself was not killed: that is a fault of the service, not of the test
      if (signal !== 'SIGKILL')
        throw new Error(`vigie ${args.join(' ')} had ended by itself:\n${vigie.log()}`);
      kills += 1;
    },
    async stop() {
      return (await vigie.stop()).code;
    },
    log: () => vigie.log(),
  };
}

/** Lines that tell from which offset a partition goes on; without a checkpoint it is the start of the log. */
function restoresOf(vigie: Vigie): number {
  return vigie.log().match(/"nextOffset":"[1-9]\d*"/g)?.length ?? 0;
}
