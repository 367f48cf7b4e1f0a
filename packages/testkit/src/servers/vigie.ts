import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { type Child, type ChildExit, startChild } from './child.ts';
import { repositoryRoot } from './tools.ts';
import { GaveUpError, waitFor } from './wait.ts';

export interface VigieOptions {
  /** On top of the environment of the test, of which `VIGIE_…` is not passed on. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the repository's root. */
  readonly cwd?: string;
  /** Default: `bin/vigie.js` of the repository. */
  readonly program?: string;
}

export interface Vigie {
  readonly pid: number;
  readonly running: boolean;
  readonly exited: Promise<ChildExit>;
  stdout(): string;
  log(): string;
  /** Until a URL answers 2xx, or the predicate holds; fails at once when the process ends instead. Default 30 s. */
  waitFor(condition: string | (() => boolean | Promise<boolean>), timeoutMs?: number): Promise<void>;
  /** SIGKILL: the crash that a durable service survives. */
  kill9(): Promise<ChildExit>;
  /** SIGTERM, and SIGKILL after 15 s. */
  stop(): Promise<ChildExit>;
}

/** Runs `vigie …` as users do: the built program, as a process of its own. */
export async function spawnVigie(args: readonly string[], options: VigieOptions = {}): Promise<Vigie> {
  const root = repositoryRoot();
  const program = options.program ?? join(root, 'bin', 'vigie.js');
  if (!existsSync(program)) throw new Error(`${program} is missing: it comes with the repository`);
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('VIGIE_'));
  const env = { ...Object.fromEntries(inherited), ...options.env };
  const name = `vigie ${args.join(' ')}`;
  const command = process.execPath;
  const child = await startChild({ name, command, args: [program, ...args], cwd: options.cwd ?? root, env });
  return {
    pid: child.pid,
    get running() {
      return child.running;
    },
    exited: child.exited,
    stdout: child.stdout,
    log: child.log,
    waitFor: async (condition, timeoutMs = 30_000) => await waitWhileRunning(child, condition, timeoutMs),
    kill9: child.kill,
    stop: async () => await child.stop(15_000),
  };
}

async function waitWhileRunning(
  child: Child,
  condition: string | (() => boolean | Promise<boolean>),
  timeoutMs: number,
): Promise<void> {
  const holds = typeof condition === 'string' ? async () => (await fetch(condition)).ok : condition;
  const what = `${child.name}: ${typeof condition === 'string' ? condition : condition.toString()}`;
  const detail = (): string => child.log().slice(-4_000);
  await waitFor(
    async () => {
      // asked before the condition: what the program said last still counts
      const alive = child.running;
      try {
        if (await holds()) return true;
      } catch (error) {
        if (alive) throw error;
      }
      if (!alive) throw new GaveUpError(`${child.name} ended first:\n${detail()}`);
      return false;
    },
    { what, timeoutMs, detail },
  );
}
