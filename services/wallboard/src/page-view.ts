import type { Row } from '@vigie/contracts';
import type { FeedState } from '@vigie/client';

import { type BannerView, type Standing, standingOf } from './feed-view.ts';
import type { Formats } from './format.ts';
import { type Rung, rungOf } from './ladder.ts';
import type { TileId } from './layout.ts';
import { type Names, nameOfRow } from './names.ts';
import { orderRows, wallRows } from './rows.ts';
import { columnsOf, type ColumnView, keyOfRow, type RowView, rowView } from './table-view.ts';
import { TEXT, type Language } from './text.ts';
import { tilesOf, type TileView } from './tile-view.ts';
import type { Context } from './view-context.ts';

/** Everything the page shows, as words. */
export interface PageView {
  readonly clock: string;
  readonly zone: string;
  readonly date: string;
  /** Which queues the page is about. */
  readonly scope: string;
  readonly rung: Rung;
  readonly banner: BannerView | null;
  readonly tiles: ReadonlyMap<TileId, TileView>;
  /** Something on it needs an act. */
  readonly isAlarmed: boolean;
  readonly columns: readonly ColumnView[];
  readonly rows: readonly RowView[];
  readonly total: RowView | null;
  /** Target of the page's service level. */
  readonly levelTarget: number | null;
  readonly formatCount: (count: number) => string;
}

export interface PageInput extends PageSettings {
  readonly feed: FeedState;
  readonly nowMs: number;
  /** The instant that clock and ages tell, in the server's time; that of `nowMs` when left out. */
  readonly atMs?: number;
}

/** What a page is about, and for whom. */
export interface PageSettings {
  /** Its name, where it has one. */
  readonly name?: string;
  /** Its figures, the hero first; the usual ones when left out. */
  readonly figures?: readonly TileId[];
  readonly window: string;
  readonly queues: readonly string[];
  readonly language: Language;
  readonly formats: Formats;
  readonly names: Names;
  /** Keys of the rows as they stand, to be kept so: the pointer is on the table. */
  readonly keepOrder?: readonly string[] | undefined;
}

/** The page at `nowMs` of the local clock. Pure: the same feed and time give the same words. */
export function pageView({ feed, nowMs, atMs, ...settings }: PageInput): PageView {
  const standing = standingOf(feed, nowMs, TEXT[settings.language], settings.formats);
  return pageViewOf(feed.rows.values(), { ...standing, atMs: atMs ?? standing.atMs }, settings);
}

/** The page of these rows, wherever they are from. */
export function pageViewOf(rows: Iterable<Row>, standing: Standing, input: PageSettings): PageView {
  const { formats, names, language } = input;
  const text = TEXT[language];
  const { atMs, ageMs, lost, asOfMs, banner } = standing;
  const context: Context = {
    ...{ atMs, text, formats, names, language, window: input.window },
    ...{ ageMs, lost, asOfMs },
  };
  const { queues, total } = wallRows(rows, input.window, input.queues);
  const several = severalChannels(queues);
  const nameOf = (row: Row): string => nameOfRow(row, names, several, text);
  const columns = columnsOf(queues, context);
  const ordered = keptOrder(
    orderRows(queues, nameOf, new Intl.Collator(language, { numeric: true })),
    input.keepOrder,
  );
  const tiles = tilesOf(total, queues, nameOf, context, input.figures);
  const queueRows = ordered.map((row) => rowView(row, nameOf(row), columns, context));
  return {
    clock: formats.time(atMs),
    zone: formats.zone(atMs),
    date: formats.date(atMs),
    scope: scopeOf(input, text.allQueues),
    rung: rungOf(ageMs, lost),
    banner,
    tiles,
    isAlarmed:
      [...tiles.values()].some(({ status }) => status === 'alert') ||
      queueRows.some(({ status }) => status === 'alert'),
    columns,
    rows: queueRows,
    total: total === null ? null : rowView(total, text.total, columns, context),
    levelTarget: total?.kpis['service_level_live']?.target ?? null,
    formatCount: formats.count,
  };
}

function scopeOf({ name = '', queues, names }: PageSettings, all: string): string {
  if (name !== '') return name;
  return queues.length === 0 ? all : queues.map((queue) => names.queues.get(queue)?.name ?? queue).join(', ');
}

/** Rows in the order of these keys, what is new after them. */
export function keptOrder(rows: readonly Row[], keys: readonly string[] | undefined): readonly Row[] {
  if (keys === undefined) return rows;
  const place = new Map(keys.map((key, index) => [key, index]));
  const placeOf = (row: Row): number => place.get(keyOfRow(row)) ?? Infinity;
  return [...rows].sort((one, other) => {
    const [left, right] = [placeOf(one), placeOf(other)];
    return left === right ? 0 : left - right;
  });
}

/** Queues that stand in several rows. */
export function severalChannels(rows: readonly Row[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(rows.map(({ queue }) => queue).filter((queue) => seen.has(queue) || !seen.add(queue)));
}
