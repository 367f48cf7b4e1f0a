import { type FeedHealth, feedHealth, type FeedState, serverNowMs } from '@vigie/client';

import type { Formats } from './format.ts';
import type { Text } from './text.ts';

/** What the head of a page says when not all is well: `alert` when figures are no longer coming in. */
export interface BannerView {
  readonly level: 'info' | 'warn' | 'alert';
  readonly text: string;
}

/** Where a page stands: which instant it shows, how old that is, and whether it may be believed. */
export interface Standing {
  /** The server's time. */
  readonly atMs: number;
  /** End-to-end age of the figures; `null` before the first. */
  readonly ageMs: number | null;
  /** The way to the server is broken, for longer than a blink. */
  readonly lost: boolean;
  readonly asOfMs: number | null;
  readonly banner: BannerView | null;
}

/** A reconnection shorter than this is not worth a word. */
const BLINK_MS = 1_500;

/** The standing of a live page at `nowMs` of the local clock. */
export function standingOf(feed: FeedState, nowMs: number, text: Text, formats: Formats): Standing {
  const atMs = serverNowMs(feed, nowMs);
  const health = feedHealth(feed, nowMs);
  const lost = isLost(feed, health, nowMs);
  const { ageMs } = health;
  const asOfMs = ageMs === null ? null : atMs - ageMs;
  return { atMs, ageMs, lost, asOfMs, banner: bannerOf(health, feed, lost, text, formats) };
}

function isLost(feed: FeedState, health: FeedHealth, nowMs: number): boolean {
  if (health.state === 'closed' || health.reason === 'silent') return true;
  return feed.lostMs !== null && nowMs - feed.lostMs > BLINK_MS;
}

function bannerOf(
  health: FeedHealth,
  feed: FeedState,
  lost: boolean,
  text: Text,
  formats: Formats,
): BannerView | null {
  const since = health.sinceMs === null ? null : formats.time(health.sinceMs);
  const refusal: string | undefined = text.refusals[health.reason as keyof Text['refusals']];
  if (health.state === 'closed')
    return { level: 'alert', text: text.refused(refusal ?? health.reason ?? '') };
  if (feed.phase !== 'current' || health.reason === 'silent') {
    if (refusal !== undefined) return { level: 'alert', text: text.refused(refusal) };
    if (health.reason === 'connecting' && !lost) return { level: 'info', text: text.connecting };
    if (!lost) return null;
    if (health.reason === 'resynchronising') return { level: 'warn', text: text.resynchronising };
    return { level: 'alert', text: text.connectionLost(since) };
  }
  if (health.state === 'recovering') return { level: 'warn', text: text.recovering(since) };
  if (health.state === 'incomplete') {
    const until = health.untilMs === undefined ? null : formats.time(health.untilMs);
    return { level: 'warn', text: text.incompleteData(since, until) };
  }
  if (health.state === 'stale') return { level: 'alert', text: text.noFeed(since) };
  return null;
}
