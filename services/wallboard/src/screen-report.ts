import type { LiveFeed } from '@vigie/client';

import type { Memory } from './options.ts';

/** A server calls a screen frozen when two of these are missing. */
const REPORT_EVERY_MS = 5_000;
const MAX_PAGE_LETTERS = 200;

/** Who this screen is, from its address, then from what it remembers; `null`: nobody's screen, unless its key says so. */
export function screenName(query: URLSearchParams, memory: Memory): string | null {
  const stated = query.get('screen');
  if (stated !== null) memory.set('screen', stated);
  const name = stated ?? memory.get('screen');
  return name !== null && /^[A-Za-z0-9][A-Za-z0-9._ -]{0,99}$/.test(name) ? name : null;
}

/**
 * Called after each painting, so that a page that no longer paints says nothing: tells the server every five seconds
 * that this screen lives, which build it runs, what it shows, and how old its figures are.
 */
export function screenReporter(
  screen: string | null,
): (feed: LiveFeed, shown: { readonly version: string; readonly page: string }, nowMs: number) => void {
  let lastMs = Number.NEGATIVE_INFINITY;
  return (feed, { version, page }, nowMs) => {
    // a clock that was set back must not silence it
    if (Math.abs(nowMs - lastMs) < REPORT_EVERY_MS) return;
    lastMs = nowMs;
    const { ageMs } = feed.health();
    const lagMs = ageMs === null ? null : Math.round(ageMs);
    const named = screen === null ? {} : { screen };
    feed.report({ ...named, version, page: page.slice(0, MAX_PAGE_LETTERS), lagMs });
  };
}
