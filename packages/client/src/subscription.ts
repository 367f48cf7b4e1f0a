import type { LiveErrorCode, NullReason, SubscribeMessage } from '@vigie/contracts';

/** What one feed asks for: a subscribe message without its `op` and `id`, which the feed gives. */
export type Subscription = Omit<SubscribeMessage, 'op' | 'id'>;

/**
 * Why a feed is not live. Beside the server's own reasons: `connecting` (no figure yet), `disconnected` (the socket is
 * gone), `silent` (the socket is there, but says nothing), `resynchronising` (a gap was seen), `ended` (by its owner).
 */
export type FeedReason =
  NullReason | LiveErrorCode | 'connecting' | 'disconnected' | 'silent' | 'resynchronising' | 'ended';

/** Every bound of the subscriber's side. Durations in milliseconds of the local clock. */
export const FEED_LIMITS = {
  /** The server speaks at least every 2 s: two heartbeats missed, and half a second left for a repaint, make the 5 s promised. */
  silenceMs: 4_500,
  /** A socket that does not open, or a subscription without a snapshot, is given up after this. */
  openMs: 10_000,
  syncMs: 10_000,
  retryMinMs: 500,
  retryMaxMs: 5_000,
  /** Not allowed, or not understood: asking again soon changes nothing. */
  refusedRetryMs: 30_000,
  /** Gaps in a row before the connection itself is doubted; forgotten after a steady while. */
  gapsBeforeReconnect: 3,
  steadyMs: 10_000,
  /** A healthy source vouches every 5 s; the server calls it dead after 10 s. Up to there a watermark is no delay. */
  watermarkToleranceMs: 10_000,
  maxRows: 100_000,
} as const;
