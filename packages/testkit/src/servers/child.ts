import { type ChildProcess, spawn } from 'node:child_process';

import { guard, released } from './guardian.ts';
import { accepts, GaveUpError, waitFor } from './wait.ts';

/** How much of a child's output is kept: its end. */
const LOG_LIMIT_CHARACTERS = 512 * 1024;

export interface ChildOptions {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process that cannot outlive this one. */
export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly running: boolean;
  /** Settles when the process has ended and its output has been read. */
  readonly exited: Promise<ChildExit>;
  /** Standard output alone, and both streams as they came: the last 512 Ki characters. */
  stdout(): string;
  log(): string;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL when it has not ended after `graceMs` (default 10 s). */
  stop(graceMs?: number): Promise<ChildExit>;
  /** SIGKILL: what a crash looks like. */
  kill(): Promise<ChildExit>;
  /** Waits until the child listens on `port` of 127.0.0.1; fails at once when it ends instead. */
  listening(port: number, timeoutMs: number): Promise<void>;
}

/** Starts a program. Rejects when it cannot be started at all. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { name } = options;
  const child = spawn(options.command, options.args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: options.cwd,
    env: options.env ?? process.env,
  });
  const output = collectOutput(child);
  const exited = new Promise<ChildExit>((resolve) => {
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (cause) =>
      reject(new Error(`${name} cannot be started: ${cause.message}`, { cause })),
    );
  });
  const pid = child.pid as number;
  guard(pid);
  child.once('exit', () => released(pid));
  const running = (): boolean => child.exitCode === null && child.signalCode === null;
  const signal = (what: NodeJS.Signals): void => void (running() && child.kill(what));

  return {
    name,
    pid,
    get running() {
      return running();
    },
    exited,
    stdout: output.stdout,
    log: output.log,
    signal,
    async stop(graceMs = 10_000) {
      signal('SIGTERM');
      const last = setTimeout(() => signal('SIGKILL'), graceMs);
      try {
        return await exited;
      } finally {
        clearTimeout(last);
      }
    },
    async kill() {
      signal('SIGKILL');
      return await exited;
    },
    async listening(port, timeoutMs) {
      const what = `${name} to listen on port ${port}`;
      const detail = (): string => output.log().slice(-4_000);
      await waitFor(
        async () => {
          if (!running())
            throw new GaveUpError(`${name} ended instead of listening on port ${port}:\n${detail()}`);
          return await accepts(port);
        },
        { what, timeoutMs, detail },
      );
    },
  };
}

/** Starts a server and waits until it listens on its port; one that does not is killed. */
export async function startListening(
  options: ChildOptions,
  { port, timeoutMs }: { readonly port: number; readonly timeoutMs: number },
): Promise<Child> {
  const child = await startChild(options);
  try {
    await child.listening(port, timeoutMs);
  } catch (error) {
    await child.kill();
    throw error;
  }
  return child;
}

function collectOutput(child: ChildProcess): { stdout: () => string; log: () => string } {
  let stdout = '';
  let log = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout = (stdout + text).slice(-LOG_LIMIT_CHARACTERS);
    log = (log + text).slice(-LOG_LIMIT_CHARACTERS);
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-LOG_LIMIT_CHARACTERS);
  });
  return { stdout: () => stdout, log: () => log };
}
