import { setTimeout as sleep } from 'node:timers/promises';

/** Time as a follower sees it; tests give another one. */
export interface FollowClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after `ms`, or as soon as the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: FollowClock = {
  now: () => Date.now(),
  pause: async (ms, signal) => {
    await sleep(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  },
};

const FIRST_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 5000;

export interface Persistence {
  readonly clock: Pick<FollowClock, 'pause'>;
  readonly signal: AbortSignal;
  /** Told each failure; what it throws is thrown to whoever waits, and nothing is tried again. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Repeats `attempt` until it succeeds, with pauses growing from 0.1 s to 5 s. Answers whether it did: `false` only when
 * the signal was aborted first.
 */
export async function persist(
  attempt: () => Promise<void>,
  { clock, signal, onFailure }: Persistence,
): Promise<boolean> {
  for (
    let backoffMs = FIRST_BACKOFF_MS;
    !signal.aborted;
    backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)
  ) {
    try {
      await attempt();
      return true;
    } catch (error) {
      onFailure(error);
      await clock.pause(backoffMs, signal);
    }
  }
  return false;
}
