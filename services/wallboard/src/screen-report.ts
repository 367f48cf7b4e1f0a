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
 * that this screen lives, which build it runs, what it shows, and how old its figures are. Of the address only path and
 * query: what follows `#` is for nobody.
 */
export function screenReporter(
  screen: string | null,
  { pathname, search }: Pick<Location, 'pathname' | 'search'>,
): (feed: LiveFeed, nowMs: number) => void {
  const version = buildOf(import.meta.url);
  const page = `${pathname}${search}`.slice(0, MAX_PAGE_LETTERS);
  let lastMs = Number.NEGATIVE_INFINITY;
  return (feed, nowMs) => {
    // a clock that was set back must not silence it
    if (Math.abs(nowMs - lastMs) < REPORT_EVERY_MS) return;
    lastMs = nowMs;
    const { ageMs } = feed.health();
    const lagMs = ageMs === null ? null : Math.round(ageMs);
    feed.report({ ...(screen === null ? {} : { screen }), version, page, lagMs });
  };
}

/** A built file is named by its content: that names the build. */
export function buildOf(address: string): string {
  return (address.split('?')[0]?.split('/').pop() ?? '').slice(-64) || 'unknown';
}
