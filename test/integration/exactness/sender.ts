import { setTimeout as pause } from 'node:timers/promises';

import type { OracleEvent } from '@vigie/testkit/oracle';

/** An answer takes no longer than this, or the request is sent again. */
const ANSWER_TIMEOUT_MS = 5_000;
const RETRY_AFTER_MS = 25;

/** What became of the batches, while they are sent and after. */
export interface Delivery {
  /** Batches acknowledged so far. */
  readonly acknowledged: number;
  /** Requests whose fate is not known: the connection broke, or the service said 503. */
  readonly retries: number;
  /** When the last acknowledgement came. */
  readonly lastAcknowledgedMs: number;
  /** Settles when every batch is acknowledged. */
  readonly done: Promise<void>;
  /** Lets this many more batches go; without `paced` all go from the start. */
  allow(batches: number): void;
}

/**
 * Posts every batch until it is acknowledged, as a sender that may lose nothing does: again after a broken connection
 * or a 503. Any other answer than 202 for the whole batch is an error.
 */
export function deliver(
  batches: readonly (readonly OracleEvent[])[],
  options: {
    readonly url: string;
    readonly lanes: number;
    readonly timeoutMs: number;
    readonly paced?: boolean;
  },
): Delivery {
  const { url, lanes, timeoutMs, paced = false } = options;
  const deadline = performance.now() + timeoutMs;
  const state = { acknowledged: 0, retries: 0, lastAcknowledgedMs: 0 };
  let next = 0;
  let allowed = paced ? 0 : batches.length;
  let woken: (() => void)[] = [];
  const take = async (): Promise<readonly OracleEvent[] | undefined> => {
    while (next >= allowed && next < batches.length) {
      await new Promise<void>((resolve) => woken.push(resolve));
    }
    return batches[next++];
  };
  const lane = async (): Promise<void> => {
    for (let batch = await take(); batch !== undefined; batch = await take()) {
      while (!(await post(url, batch))) {
        if (performance.now() > deadline) {
          throw new Error(
            `the batches were not acknowledged within ${timeoutMs} ms: ${state.acknowledged} of ${batches.length} were`,
          );
        }
        state.retries += 1;
        await pause(RETRY_AFTER_MS);
      }
      state.acknowledged += 1;
      state.lastAcknowledgedMs = Date.now();
    }
  };
  const done = Promise.all(Array.from({ length: lanes }, lane)).then(() => undefined);
  // whoever awaits `done` later hears of it; until then it is no unhandled rejection
  done.catch(() => undefined);
  return {
    get acknowledged() {
      return state.acknowledged;
    },
    get retries() {
      return state.retries;
    },
    get lastAcknowledgedMs() {
      return state.lastAcknowledgedMs;
    },
    done,
    allow(more) {
      allowed += more;
      for (const wake of woken) wake();
      woken = [];
    },
  };
}

/** Was it acknowledged? Throws when it was answered, and not with 202 for all of it. */
export async function post(url: string, batch: readonly OracleEvent[]): Promise<boolean> {
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: batch.map((event) => JSON.stringify(event)).join('\n'),
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    text = await answer.text();
  } catch {
    return false;
  }
  if (answer.status === 503) return false;
  const { accepted, rejected } = JSON.parse(text) as { accepted?: number; rejected?: unknown[] };
  if (answer.status !== 202 || accepted !== batch.length || rejected?.length !== 0) {
    throw new Error(
      `a batch of ${batch.length} events was answered ${answer.status}: ${text.slice(0, 1000)}`,
    );
  }
  return true;
}
