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

/**
 * Repeats `attempt` until it succeeds, with pauses growing from 0.1 s to 5 s. Answers whether it did: `false` only when
 * the signal was aborted first. Each failure is told to `onFailure`.
 */
export async function persist(
  attempt: () => Promise<void>,
  {
    clock,
    signal,
    onFailure,
  }: { clock: FollowClock; signal: AbortSignal; onFailure: (error: unknown) => void },
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
