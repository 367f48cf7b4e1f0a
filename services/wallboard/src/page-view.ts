import type { Row } from '@vigie/contracts';
import { type FeedHealth, feedHealth, type FeedState, serverNowMs } from '@vigie/client';

import type { Formats } from './format.ts';
import { type Rung, rungOf } from './ladder.ts';
import type { TileId } from './layout.ts';
import { type Names, nameOfRow } from './names.ts';
import { orderRows, wallRows } from './rows.ts';
import { columnsOf, type ColumnView, keyOfRow, type RowView, rowView } from './table-view.ts';
import { TEXT, type Language } from './text.ts';
import { tilesOf, type TileView } from './tile-view.ts';
import type { Context } from './view-context.ts';

/** What the head of the page says when not all is well: `alert` when figures are no longer coming in. */
export interface BannerView {
  readonly level: 'info' | 'warn' | 'alert';
  readonly text: string;
}

/** Everything the page shows, as words. */
export interface PageView {
  readonly clock: string;
  readonly zone: string;
  readonly date: string;
  /** Which queues the page is about. */
  readonly scope: string;
  readonly rung: Rung;
  readonly banner: BannerView | null;
  readonly tiles: Readonly<Record<TileId, TileView>>;
  readonly columns: readonly ColumnView[];
  readonly rows: readonly RowView[];
  readonly total: RowView | null;
}

export interface PageInput {
  readonly feed: FeedState;
  readonly nowMs: number;
  readonly window: string;
  readonly queues: readonly string[];
  readonly language: Language;
  readonly formats: Formats;
  readonly names: Names;
  /** Keys of the rows as they stand, to be kept so: the pointer is on the table. */
  readonly keepOrder?: readonly string[] | undefined;
}

/** A reconnection shorter than this is not worth a word. */
const BLINK_MS = 1_500;

/** The page at `nowMs` of the local clock. Pure: the same feed and time give the same words. */
export function pageView(input: PageInput): PageView {
  const { feed, nowMs, formats, names, language } = input;
  const text = TEXT[language];
  const atMs = serverNowMs(feed, nowMs);
  const health = feedHealth(feed, nowMs);
  const lost = isLost(feed, health, nowMs);
  const context: Context = {
    atMs,
    text,
    formats,
    names,
    language,
    window: input.window,
    ageMs: health.ageMs,
    lost,
    asOfMs: health.ageMs === null ? null : atMs - health.ageMs,
  };
  const { queues, total } = wallRows(feed.rows.values(), input.window, input.queues);
  const several = severalChannels(queues);
  const nameOf = (row: Row): string => nameOfRow(row, names, several, text);
  const columns = columnsOf(queues, context);
  const ordered = keptOrder(
    orderRows(queues, nameOf, new Intl.Collator(language, { numeric: true })),
    input.keepOrder,
  );
  return {
    clock: formats.time(atMs),
    zone: formats.zone(atMs),
    date: formats.date(atMs),
    scope:
      input.queues.length === 0
        ? text.allQueues
        : input.queues.map((queue) => names.queues.get(queue)?.name ?? queue).join(', '),
    rung: rungOf(health.ageMs, lost),
    banner: bannerOf(health, feed, lost, context),
    tiles: tilesOf(total, queues, nameOf, context),
    columns,
    rows: ordered.map((row) => rowView(row, nameOf(row), columns, context)),
    total: total === null ? null : rowView(total, text.total, columns, context),
  };
}

function keptOrder(rows: readonly Row[], keys: readonly string[] | undefined): readonly Row[] {
  if (keys === undefined) return rows;
  const place = new Map(keys.map((key, index) => [key, index]));
  const placeOf = (row: Row): number => place.get(keyOfRow(row)) ?? Infinity;
  return [...rows].sort((one, other) => {
    const [left, right] = [placeOf(one), placeOf(other)];
    return left === right ? 0 : left - right;
  });
}

function severalChannels(rows: readonly Row[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(rows.map(({ queue }) => queue).filter((queue) => seen.has(queue) || !seen.add(queue)));
}

/** The way to the server is broken, for longer than a blink. */
function isLost(feed: FeedState, health: FeedHealth, nowMs: number): boolean {
  if (health.state === 'closed' || health.reason === 'silent') return true;
  return feed.lostMs !== null && nowMs - feed.lostMs > BLINK_MS;
}

function bannerOf(health: FeedHealth, feed: FeedState, lost: boolean, context: Context): BannerView | null {
  const { text, formats } = context;
  const since = health.sinceMs === null ? null : formats.time(health.sinceMs);
  if (health.state === 'closed') return { level: 'alert', text: text.refused(health.reason ?? '') };
  if (feed.phase !== 'current' || health.reason === 'silent') {
    if (health.reason === 'not_allowed') return { level: 'alert', text: text.refused(health.reason) };
    if (health.reason === 'connecting' && !lost) return { level: 'info', text: text.connecting };
    if (!lost) return null;
    if (health.reason === 'resynchronising') return { level: 'warn', text: text.resynchronising };
    return { level: 'alert', text: text.connectionLost(since) };
  }
  if (health.state === 'recovering') return { level: 'warn', text: text.recovering(since) };
  if (health.state === 'incomplete') return { level: 'warn', text: text.incompleteSince(since) };
  if (health.state === 'stale') return { level: 'alert', text: text.noFeed(since) };
  return null;
}
