import { freePort, spawnVigie, waitFor, type Vigie } from '@vigie/testkit';

const START_TIMEOUT_MS = 90_000;
/** One that fails more often than this is not started again. */
const MAX_FAILURES = 5;

/** One role of the service, that dies and comes back on the same port. */
export interface Service {
  /** The role, and where it listens. */
  readonly name: string;
  readonly url: string;
  readonly running: boolean;
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  /** Deaths by SIGKILL so far. */
  readonly kills: number;
  /** Ends by itself with a failure; it was started again at once, as whoever supervises it does. */
  readonly failures: readonly string[];
  /** How often a partition was taken with a checkpoint that spares part of the log. */
  readonly restores: number;
  /** Starts it again, with more in its environment this time only. Does not wait until it answers. */
  restart(more?: Readonly<Record<string, string>>): Promise<void>;
  /** Until `/readyz` says yes. */
  ready(): Promise<void>;
  /** Until something holds. */
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
  { maxFailures = MAX_FAILURES }: { readonly maxFailures?: number } = {},
): Promise<Service> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = { VIGIE_LOG_LEVEL: 'info', ...env, VIGIE_PORT: String(port) };
  const failures: string[] = [];
  let kills = 0;
  let restores = 0;
  /** The process that is to end now; any other that does has failed. */
  let doomed: Vigie | undefined;
  const spawn = async (more: Readonly<Record<string, string>> = {}): Promise<Vigie> => {
    const spawned = await spawnVigie(args, { env: { ...environment, ...more } });
    void spawned.exited.then(async ({ code, signal }) => {
      if (spawned === doomed) return;
      failures.push(`ended by itself with ${code ?? signal}:\n${spawned.log().slice(-2_000)}`);
      if (failures.length > maxFailures) return;
      restores += restoresOf(spawned);
      vigie = await spawn();
    });
    return spawned;
  };
  let vigie = await spawn();
  return {
    name: `${args[0]} on ${url}`,
    url,
    get running() {
      return vigie.running;
    },
    get pid() {
      return vigie.pid;
    },
    get kills() {
      return kills;
    },
    failures,
    get restores() {
      return restores + restoresOf(vigie);
    },
    async restart(more) {
      restores += restoresOf(vigie);
      vigie = await spawn(more);
    },
    async ready() {
      await waitFor(async () => (await fetch(`${url}/readyz`)).ok, {
        what: `${args[0]} on ${url} to be ready`,
        timeoutMs: START_TIMEOUT_MS,
        detail: () => vigie.log().slice(-2_000),
      });
    },
    async until(condition, timeoutMs) {
      await waitFor(condition, {
        what: `${args[0]}: ${condition.toString()}`,
        timeoutMs,
        everyMs: 1,
        detail: () => vigie.log().slice(-2_000),
      });
    },
    async kill9() {
      await waitFor(() => vigie.running, { what: `vigie ${args[0]} to run, to be killed` });
      doomed = vigie;
      const { signal } = await vigie.kill9();
      if (signal === 'SIGKILL') kills += 1;
    },
    async stop() {
      doomed = vigie;
      return (await vigie.stop()).code;
    },
    log: () => vigie.log(),
  };
}

/** Lines that tell from which offset a partition goes on; without a checkpoint it is the start of the log. */
function restoresOf(vigie: Vigie): number {
  return vigie.log().match(/"nextOffset":"[1-9]\d*"/g)?.length ?? 0;
}
