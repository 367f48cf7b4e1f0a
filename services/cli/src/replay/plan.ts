import { UsageError } from '../errors.ts';

/** How fast a recording is played: so many times as fast as it happened, or as fast as it is taken. */
export type Speed = number | 'max';

/** Reads `--speed`: `60x`, `1x`, `max`. Throws {@link UsageError}. */
export function parseSpeed(text: string): Speed {
  if (text === 'max') return 'max';
  const factor = /^(\d{1,6}(?:\.\d{1,3})?)x$/.exec(text)?.[1];
  if (factor !== undefined && Number(factor) > 0) return Number(factor);
  throw new UsageError(`--speed ${text} is not a speed: expected max, or times real time such as 60x`);
}

export interface Plan {
  /** Added to every instant of the events. */
  readonly shiftMs: number;
  /** When an event is to be posted, ms on the clock that `startMs` is of. */
  dueAt(eventTimeMs: number): number;
}

/**
 * Plans a replay that starts at `startMs`. Shifted, the last event falls on the expected end, and none is ever posted
 * before it has happened; that needs real time or faster.
 */
export function planReplay(options: {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly startMs: number;
  readonly speed: Speed;
  readonly shiftToNow: boolean;
}): Plan {
  const { firstMs, lastMs, startMs, speed, shiftToNow } = options;
  if (shiftToNow && speed !== 'max' && speed < 1)
    throw new UsageError('--shift-to-now needs --speed 1x or faster: slower, events would lie in the future');
  const lasts = (spanMs: number): number => (speed === 'max' ? 0 : spanMs / speed);
  return {
    shiftMs: shiftToNow ? Math.round(startMs + lasts(lastMs - firstMs)) - lastMs : 0,
    dueAt: (eventTimeMs) => startMs + lasts(eventTimeMs - firstMs),
  };
}
