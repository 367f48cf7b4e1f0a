import type { FigureState } from '@vigie/contracts';

import { type FeedState, serverNowMs } from './feed-state.ts';
import { clockOffsetMs } from './server-clock.ts';
import { FEED_LIMITS, type FeedReason } from './subscription.ts';

/** May the figures held be shown as true now? `closed`: refused by the server, or ended by the owner. */
export interface FeedHealth {
  readonly state: FigureState | 'closed';
  /** Since when, in the server's time; `null` when it is not known. */
  readonly sinceMs: number | null;
  /** Of `incomplete`: up to when something is missing. */
  readonly untilMs?: number;
  readonly reason: FeedReason | null;
  /** End-to-end age of the figures held in milliseconds; `null` when none are held. */
  readonly ageMs: number | null;
}

/**
 * Health at `nowMs`: a function of the state and the time, so that it turns stale by itself even if no tick ever came.
 * `live` is said only of a feed in phase `current` that heard its server within `FEED_LIMITS.silenceMs`, and whose server
 * says so itself.
 */
export function feedHealth(state: FeedState, nowMs: number): FeedHealth {
  const localMs = Math.max(nowMs, state.nowMs);
  const offsetMs = clockOffsetMs(state.clock) ?? 0;
  const atServer = (ms: number | null): number | null => (ms === null ? null : ms + offsetMs);
  const ageMs = figuresAgeMs(state, nowMs);
  const stale = (sinceMs: number | null, reason: FeedReason): FeedHealth => ({
    state: 'stale',
    sinceMs: atServer(sinceMs),
    reason,
    ageMs,
  });

  switch (state.phase) {
    case 'ended':
      return { state: 'closed', sinceMs: atServer(state.phaseSinceMs), reason: 'ended', ageMs };
    case 'refused':
      return { state: 'closed', sinceMs: atServer(state.phaseSinceMs), reason: state.refusal, ageMs };
    case 'waiting':
      return stale(state.lostMs, state.refusal ?? 'disconnected');
    case 'connecting':
    case 'subscribing':
    case 'syncing':
      if (state.serverVouchedMs === null && state.attempts === 0) return stale(state.lostMs, 'connecting');
      return stale(
        state.lostMs,
        state.gaps > 0 && state.phase !== 'connecting' ? 'resynchronising' : 'disconnected',
      );
    case 'current': {
      const heardMs = state.heardMs ?? state.phaseSinceMs;
      if (localMs - heardMs >= FEED_LIMITS.silenceMs) return stale(heardMs, 'silent');
      return {
        state: state.serverState ?? 'stale',
        sinceMs: state.serverSinceMs,
        ...(state.serverUntilMs === null ? {} : { untilMs: state.serverUntilMs }),
        reason: state.serverReason,
        ageMs,
      };
    }
  }
}

/**
 * End-to-end age: the time since the instant that the figures are known to be true for. A watermark that lags behind
 * counts once it lags more than a healthy source's may.
 */
function figuresAgeMs(state: FeedState, nowMs: number): number | null {
  if (state.serverVouchedMs === null) return null;
  const serverMs = serverNowMs(state, nowMs);
  const vouchedAgeMs = Math.max(0, serverMs - state.serverVouchedMs);
  if (state.serverWatermarkMs === null) return vouchedAgeMs;
  const watermarkAgeMs = serverMs - state.serverWatermarkMs;
  return watermarkAgeMs > FEED_LIMITS.watermarkToleranceMs
    ? Math.max(vouchedAgeMs, watermarkAgeMs)
    : vouchedAgeMs;
}
