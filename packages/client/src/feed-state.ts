import type { FigureState, SubscribeMessage, UnsubscribeMessage } from '@vigie/contracts';

import type { Rows } from './rows.ts';
import { clockOffsetMs, type ServerClock } from './server-clock.ts';
import { FEED_LIMITS, type FeedReason, type Subscription } from './subscription.ts';
import type { Items } from './topics.ts';

/**
 * Where a feed stands. `connecting`: the socket opens. `subscribing`: asked, no channel yet. `syncing`: channel known, no
 * snapshot of it yet. `current`: snapshot and every delta since are held. `refused`: the server said no, asked again
 * later. `waiting`: no socket, a new one at `retryAtMs`. `ended`: by its owner, for good.
 */
export type FeedPhase =
  'connecting' | 'subscribing' | 'syncing' | 'current' | 'refused' | 'waiting' | 'ended';

/** The whole of a feed. `…Ms` are local milliseconds, `server…Ms` instants of the server's clock. */
export interface FeedState {
  readonly subscription: Subscription;
  readonly phase: FeedPhase;
  readonly phaseSinceMs: number;
  /** Local time of the last input; a clock that was set back moves every local instant with it. */
  readonly nowMs: number;
  /** Number of subscriptions asked so far; the present id is `s<n>`. */
  readonly asked: number;
  readonly channel: string | null;
  readonly epoch: number | null;
  readonly seq: number | null;
  /** Held through disconnections, with their age, until the next snapshot replaces them. */
  readonly rows: Rows;
  /** The same of a subscription of a topic, which has no rows. */
  readonly items: Items;
  /** Instant of the last snapshot or delta held. */
  readonly serverAsOfMs: number | null;
  /** The latest instant for which what is held was said to be the whole truth. */
  readonly serverVouchedMs: number | null;
  readonly serverWatermarkMs: number | null;
  readonly serverState: FigureState | null;
  readonly serverSinceMs: number | null;
  readonly serverUntilMs: number | null;
  readonly serverReason: FeedReason | null;
  readonly clock: ServerClock;
  /** When the server last said anything that could be understood, on this connection. */
  readonly heardMs: number | null;
  /** When what is held ceased to be current. */
  readonly lostMs: number | null;
  /** Connections lost since the last snapshot, and gaps since the last steady while. */
  readonly attempts: number;
  readonly gaps: number;
  readonly retryAtMs: number | null;
  readonly refusal: FeedReason | null;
  /** Messages that could not be understood. */
  readonly ignored: number;
}

/** What happens to a feed from outside. */
export type FeedInput =
  | { readonly type: 'open' }
  | { readonly type: 'message'; readonly data: unknown }
  | { readonly type: 'closed'; readonly code?: number }
  | { readonly type: 'tick' }
  | { readonly type: 'end' };

/** What the driver must do: open a socket, send on it, or close it and forget what it may still say. */
export type FeedEffect =
  | { readonly type: 'connect' }
  | { readonly type: 'send'; readonly message: SubscribeMessage | UnsubscribeMessage }
  | { readonly type: 'drop' };

export interface FeedStep {
  readonly state: FeedState;
  readonly effects: readonly FeedEffect[];
}

/** A feed at its beginning, and its first effect: to connect. */
export function startFeed(subscription: Subscription, nowMs: number): FeedStep {
  return {
    state: {
      subscription,
      phase: 'connecting',
      phaseSinceMs: nowMs,
      nowMs,
      asked: 0,
      channel: null,
      epoch: null,
      seq: null,
      rows: new Map(),
      items: new Map(),
      serverAsOfMs: null,
      serverVouchedMs: null,
      serverWatermarkMs: null,
      serverState: null,
      serverSinceMs: null,
      serverUntilMs: null,
      serverReason: null,
      clock: [],
      heardMs: null,
      lostMs: nowMs,
      attempts: 0,
      gaps: 0,
      retryAtMs: null,
      refusal: null,
      ignored: 0,
    },
    effects: [{ type: 'connect' }],
  };
}

/** The id of the subscription asked last. */
export function subscriptionId(state: FeedState): string {
  return `s${state.asked}`;
}

/** Local instant at which a `tick` is due, whatever happens before; `null` once ended. */
export function nextTickMs(state: FeedState): number | null {
  const { phase, phaseSinceMs, heardMs } = state;
  const silentAtMs = Math.max(phaseSinceMs, heardMs ?? phaseSinceMs) + FEED_LIMITS.silenceMs;
  if (phase === 'connecting') return phaseSinceMs + FEED_LIMITS.openMs;
  if (phase === 'subscribing' || phase === 'syncing') {
    return Math.min(phaseSinceMs + FEED_LIMITS.syncMs, silentAtMs);
  }
  if (phase === 'current') return (heardMs ?? phaseSinceMs) + FEED_LIMITS.silenceMs;
  return phase === 'ended' ? null : state.retryAtMs;
}

/** The server's time at local `nowMs`; before it is known, the local one. */
export function serverNowMs(state: FeedState, nowMs: number): number {
  return Math.max(nowMs, state.nowMs) + (clockOffsetMs(state.clock) ?? 0);
}
