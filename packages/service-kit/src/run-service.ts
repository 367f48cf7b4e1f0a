import { ConfigError } from '@vigie/contracts';
import { createLogger, type Logger } from './logging.ts';
import { StartError } from './start-error.ts';

/** Everything must have stopped within this time; then the process ends anyway. */
export const STOP_DEADLINE_MS = 10_000;

/** What `main` of a process works with. */
export interface RunScope {
  /** Aborted when the process begins to stop. */
  readonly stopping: AbortSignal;
  /** Adds a step of stopping: the last one added runs first. Added while stopping, it runs next. */
  onStop(name: string, step: () => Promise<void> | void): void;
  /** Begins to stop as a signal would; 1 when it can't go on. */
  stop(reason: string, exitCode?: 0 | 1): void;
}

/** The process, as far as it is needed here; tests give another. */
export interface HostProcess {
  on(event: string, listener: (argument: unknown) => void): unknown;
  off(event: string, listener: (argument: unknown) => void): unknown;
  exit(code: number): void;
  writeError(text: string): void;
}

export interface RunOptions {
  readonly logger?: Logger;
  readonly host?: HostProcess;
  readonly deadlineMs?: number;
}

const realProcess: HostProcess = {
  on: (event, listener) => process.on(event, listener),
  off: (event, listener) => process.off(event, listener),
  exit: (code) => process.exit(code),
  writeError: (text) => void process.stderr.write(text),
};

/**
 * Runs a process until SIGTERM or SIGINT: then the steps of stopping, in reverse order, within
 * {@link STOP_DEADLINE_MS}; exit code 0, or 1 when a step failed or took too long. A second signal ends it at once.
 * An error nobody caught ends it at once with 1: its state is unknown, and what was acknowledged is in the log.
 * A {@link ConfigError} or {@link StartError} of `main` is told in plain sentences, exit code 1.
 * Resolves with the exit code (under the real process it is over by then).
 */
export function runService(
  name: string,
  main: (scope: RunScope) => Promise<void>,
  options: RunOptions = {},
): Promise<number> {
  const { host = realProcess, deadlineMs = STOP_DEADLINE_MS } = options;
  const logger = options.logger ?? createLogger({ name });
  const steps: { readonly name: string; readonly step: () => Promise<void> | void }[] = [];
  const abort = new AbortController();

  return new Promise((resolve) => {
    let over = false;
    let drained = false;
    const finish = (code: number) => {
      if (over) return;
      over = true;
      for (const [event, listener] of Object.entries(listeners)) host.off(event, listener);
      host.exit(code);
      resolve(code);
    };
    const runStep = async (entry: (typeof steps)[number]): Promise<boolean> => {
      try {
        await entry.step();
        return true;
      } catch (error) {
        logger.error({ err: error, step: entry.name }, 'a step of stopping failed');
        return false;
      }
    };
    const stop = async (reason: string, exitCode: number, quiet: boolean) => {
      abort.abort(reason);
      if (exitCode !== 0 && !quiet) logger.fatal({ reason }, `cannot go on: ${reason}`);
      else logger[quiet ? 'debug' : 'info']({ reason }, 'stopping');
      const deadline = setTimeout(() => {
        logger.fatal({ pending: steps.map((entry) => entry.name), deadlineMs }, 'stopping took too long');
        finish(1);
      }, deadlineMs);
      let clean = true;
      for (let entry = steps.at(-1); entry !== undefined; entry = steps.at(-1)) {
        clean = (await runStep(entry)) && clean;
        steps.splice(steps.lastIndexOf(entry), 1);
      }
      drained = true;
      clearTimeout(deadline);
      if (!over) logger[quiet ? 'debug' : 'info']('stopped');
      finish(clean ? exitCode : 1);
    };
    const begin = (reason: string, exitCode: number, quiet = false) => {
      if (!abort.signal.aborted) void stop(reason, exitCode, quiet);
    };
    const onSignal = (signal: string) => () => {
      if (!abort.signal.aborted) return begin(signal, 0);
      logger.warn({ signal }, 'a second signal: ending at once');
      finish(1);
    };
    const onUncaught = (kind: string) => (error: unknown) => {
      logger.fatal({ err: error }, kind);
      finish(1);
    };
    const listeners: Record<string, (argument: unknown) => void> = {
      SIGTERM: onSignal('SIGTERM'),
      SIGINT: onSignal('SIGINT'),
      uncaughtException: onUncaught('an exception that nobody caught'),
      unhandledRejection: onUncaught('a rejection that nobody handled'),
    };
    for (const [event, listener] of Object.entries(listeners)) host.on(event, listener);

    const scope: RunScope = {
      stopping: abort.signal,
      onStop(stepName, step) {
        if (drained) void runStep({ name: stepName, step });
        else steps.push({ name: stepName, step });
      },
      stop: (reason, exitCode = 0) => begin(reason, exitCode),
    };
    main(scope).catch((error: unknown) => {
      if (error instanceof ConfigError || error instanceof StartError) {
        for (const line of error.message.split('\n')) host.writeError(`vigie: ${line}\n`);
      } else {
        logger.fatal({ err: error }, 'cannot start');
      }
      begin('could not start', 1, true);
    });
  });
}
