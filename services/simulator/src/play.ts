import type { CanonicalEvent } from '@vigie/contracts';
import { persist, systemClock } from '@vigie/sources';

/** Events handed over at once: one request, or a few records. */
export const MAX_BATCH_EVENTS = 500;
/** The clock is looked at again at least this often, so that a step of it is followed. */
const MAX_PAUSE_MS = 1000;

/** Takes events over. Resolves once they are safe; when it rejects they are offered again. */
export type Post = (events: readonly CanonicalEvent[]) => Promise<void>;

/** Rejects what no repetition will mend: playing ends with it. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

export interface PlayOptions {
  /** In the order of time. */
  readonly events: Iterator<CanonicalEvent, unknown, void>;
  readonly post: Post;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly onFailure?: (error: unknown) => void;
  /** Everything up to this instant was posted. */
  readonly onPosted?: (timeMs: number) => void;
}

/**
 * Posts events when their time has come, in their order, each until it was taken: what lies in the past at once, the
 * rest as it happens. Resolves when the events end or the signal is aborted; rejects with a {@link RefusedError} of
 * `post` only, other failures are tried again with growing pauses.
 */
export async function play(options: PlayOptions): Promise<void> {
  const { events, post, signal, clock = Date.now, onPosted } = options;
  const { pause = systemClock.pause } = options;
  const onFailure = (error: unknown): void => {
    if (error instanceof RefusedError) throw error;
    options.onFailure?.(error);
  };
  let next = events.next();
  while (!signal.aborted && next.done !== true) {
    const nowMs = clock();
    const batch: CanonicalEvent[] = [];
    let timeMs = Date.parse(next.value.time);
    const firstMs = timeMs;
    while (next.done !== true && timeMs <= nowMs && batch.length < MAX_BATCH_EVENTS) {
      batch.push(next.value);
      next = events.next();
      if (next.done !== true) timeMs = Date.parse(next.value.time);
    }
    if (batch.length === 0) {
      await pause(Math.min(MAX_PAUSE_MS, firstMs - nowMs), signal);
      continue;
    }
    const isPosted = await persist(() => post(batch), { signal, clock: { pause }, onFailure });
    const last = batch.at(-1);
    if (isPosted && last !== undefined) onPosted?.(Date.parse(last.time));
  }
}
