/** No work of its own keeps a process from its timers for so long: it, or its machine, stood still. */
export const STANDSTILL_MS = 2000;
/** What comes within so long after a standstill may have waited for its end. */
export const BACKLOG_MS = 1000;

/**
 * Tells when what a process hears was said: now, or, when it stood still and what was said meanwhile comes all at once,
 * at the standstill's beginning at the earliest. So what waited is not taken for news. `elapsedMs` is of a clock that
 * never steps (`performance.now()`), `nowMs` of the one that readers go by.
 */
export class Standstill {
  #ranAt: number;
  #beganMs = 0;
  #backlogUntil = -Infinity;

  constructor(elapsedMs: number) {
    this.#ranAt = elapsedMs;
  }

  /** The process runs: to be said several times within {@link STANDSTILL_MS}. */
  runs(elapsedMs: number, nowMs: number): void {
    const stoodMs = elapsedMs - this.#ranAt;
    this.#ranAt = elapsedMs;
    if (stoodMs < STANDSTILL_MS) return;
    this.#beganMs = nowMs - stoodMs;
    this.#backlogUntil = elapsedMs + BACKLOG_MS;
  }

  /** The earliest instant at which what is heard now may have been said. */
  saidMs(elapsedMs: number, nowMs: number): number {
    this.runs(elapsedMs, nowMs);
    return elapsedMs < this.#backlogUntil ? this.#beganMs : nowMs;
  }
}
