import { createConnection } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** What is awaited, for the error message: "Kafka to accept connections". */
  readonly what: string;
  readonly timeoutMs?: number;
  readonly everyMs?: number;
  /** Detail added to the error message, e.g. the end of a log. */
  readonly detail?: () => string;
}

/**
 * Asks until the answer is neither `undefined`, `null` nor `false`, and returns it. An exception of `ask` counts as
 * "not yet"; the last one is the `cause` of the error thrown after `timeoutMs` (default 10 s).
 */
export async function waitFor<T>(
  ask: () => T | Promise<T>,
  options: WaitOptions,
): Promise<Exclude<T, undefined | null | false>> {
  const { what, timeoutMs = 10_000, everyMs = 20, detail } = options;
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== null && answer !== false) {
        return answer as Exclude<T, undefined | null | false>;
      }
    } catch (error) {
      if (error instanceof GaveUpError) throw error;
      cause = error;
    }
    if (performance.now() >= deadline) {
      const more = detail?.() ?? '';
      throw new Error(`waited ${timeoutMs} ms in vain for ${what}${more === '' ? '' : `\n${more}`}`, {
        cause,
      });
    }
    await delay(everyMs);
  }
}

/** Thrown from inside `ask` of {@link waitFor}: what is awaited can no longer happen. */
export class GaveUpError extends Error {
  override readonly name = 'GaveUpError';
}

/** True when something accepts TCP connections on this port of 127.0.0.1. */
export async function accepts(port: number, host = '127.0.0.1'): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = createConnection({ port, host, timeout: 1_000 });
    const settle = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => settle(true));
    socket.once('timeout', () => settle(false));
    socket.once('error', () => settle(false));
  });
}
