const SECOND_MS = 1000;
const HALF_MS = 500;
/** A timer may fire early by as much as clocks are rounded: what it was set for has begun then. */
const LATE_MS = 3;
/** So much later a figure that moves on and on may be written than it could be, to come to the half second. */
const DRIFT_MS = 50;

/** Why a page is looked at: its second, its half second, or something that may have come in between. */
export type Turn = 'second' | 'half' | 'between';

/**
 * The frames of a page. On the second clock and ages move on, so that every second of an age stands equally long; on the
 * second and on the half second all is written that is new. In between a figure is written as soon as it moves when none
 * has moved for half a second. So what comes after a rest is seen at once, and a page that moves all the time is painted
 * twice a second. Times are the page's own, in milliseconds.
 */
export class PaintClock {
  #half = -Infinity;
  #secondMs = -Infinity;
  #movedMs = -Infinity;

  /** The second that is shown, as an instant: it never goes back by the little that clocks are corrected by. */
  get secondMs(): number {
    return this.#secondMs;
  }

  turn(atMs: number): Turn {
    const half = Math.floor(atMs / HALF_MS);
    // a clock that was set back by more than a correction begins anew
    if (half <= this.#half && half >= this.#half - 1) return 'between';
    return Math.floor(atMs / SECOND_MS) * SECOND_MS === this.#secondMs ? 'half' : 'second';
  }

  /** What is due on the second or half second of this instant is painted. */
  begin(atMs: number): void {
    this.#half = Math.floor(atMs / HALF_MS);
    this.#secondMs = Math.floor(atMs / SECOND_MS) * SECOND_MS;
  }

  /** Figures that moved are painted. */
  moved(atMs: number): void {
    this.#movedMs = atMs;
  }

  /** When a figure that moved may be painted that has itself stood for long enough at `stoodMs`: `atMs` if that is now. */
  dueMs(atMs: number, stoodMs: number): number {
    const isSetBack = this.#movedMs > atMs;
    const restedMs = Math.max(stoodMs, isSetBack ? atMs : this.#movedMs + HALF_MS);
    if (restedMs <= atMs) return atMs;
    return Math.min(restedMs + DRIFT_MS, Math.ceil(restedMs / HALF_MS) * HALF_MS);
  }

  /** How long to wait for the next look; `dueMs`: of a figure that waits, if one does. */
  waitMs(atMs: number, dueMs: number | null): number {
    const nextMs = (this.#half + 1) * HALF_MS + LATE_MS;
    return Math.max(1, Math.min(nextMs, dueMs ?? Infinity) - atMs);
  }
}
