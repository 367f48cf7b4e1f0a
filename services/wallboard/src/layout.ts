import { ARC, arcMinutes, fontVh, type Viewing, type Viewport } from './sizes.ts';

/** The figures of a page that declares none, most important first: what does not fit is left out from the end. */
export const TILES = ['longest_wait', 'waiting', 'service_level', 'abandonment', 'answered'] as const;
/** A figure of a page: one of the usual ones, or any KPI by its id. The first of a page is its hero. */
export type TileId = string;

/** How the first page is set. Sizes are font sizes in hundredths of the page's height. */
export interface Layout {
  readonly labelVh: number;
  readonly mainVh: number;
  readonly heroVh: number;
  readonly rows: readonly (readonly TileId[])[];
  /** Widths of the tiles of each row and heights of the rows, as shares. */
  readonly columns: readonly (readonly number[])[];
  /** Room below the figure of each tile for its comma, in hundredths of the page's height too. */
  readonly tailsVh: ReadonlyMap<TileId, number>;
  /** Room for the figure of each tile, in its own font size: what is wider has to be set smaller. */
  readonly rooms: ReadonlyMap<TileId, number>;
  readonly heights: readonly number[];
  /** The table of queues, in letters of `labelVh`, stands on the first page as well. */
  readonly tableFits: boolean;
  /** Minutes of arc of the smallest words; below `ARC.label` the page says so. */
  readonly labelArc: number;
}

/** Measures of a tile in font sizes of its label, its figure, and its lines of detail: kept in step with `style/wall/tile.css`. */
const LINE = 1.15;
const FIGURE_LINE = 0.74;
/** So far a comma goes below that line: of thousands, of decimals, which are set smaller; and what the line of words leaves above them. */
const THOUSANDS = 0.135;
const DECIMALS = 0.075;
const LEADING = 0.3;
export const SPACE = { tile: 0.16, side: 0.45, gap: 0.2, page: 0.2, figure: 0.12 } as const;
const TABLE_LINE = 1.7;
const TABLE_WIDTH_EM = 80;

interface Content {
  /** Widest line of words and widest figure, in their own font sizes (French, the longer of the two languages). */
  readonly wordsEm: number;
  readonly figureEm: number;
  readonly details: number;
  readonly comma: number;
}
const CONTENT: Readonly<Record<string, Content>> = {
  longest_wait: { wordsEm: 14, figureEm: 2.6, details: 1, comma: 0 },
  waiting: { wordsEm: 8.6, figureEm: 1.7, details: 2, comma: THOUSANDS },
  service_level: { wordsEm: 13.4, figureEm: 2.3, details: 2, comma: 0 },
  abandonment: { wordsEm: 9.8, figureEm: 2.2, details: 2, comma: DECIMALS },
  answered: { wordsEm: 8.2, figureEm: 2.5, details: 2, comma: THOUSANDS },
};
/** Of any other figure: a short name, a window and a sample below it. */
const OTHER: Content = { wordsEm: 11, figureEm: 2.6, details: 2, comma: THOUSANDS };
const contentOf = (tile: TileId): Content =>
  Object.prototype.hasOwnProperty.call(CONTENT, tile) ? (CONTENT[tile] ?? OTHER) : OTHER;

/** Lines of small print of a figure. */
export const detailsOf = (tile: TileId): number => contentOf(tile).details;

interface Sizes {
  readonly label: number;
  readonly main: number;
  readonly hero: number;
}

/** A figure at its place: the first is the hero, set largest. */
interface Tile {
  readonly id: TileId;
  readonly isHero: boolean;
}
const placed = (ids: readonly TileId[]): readonly Tile[] =>
  ids.map((id, index) => ({ id, isHero: index === 0 }));

const figureSize = ({ isHero }: Tile, sizes: Sizes): number => (isHero ? sizes.hero : sizes.main);

const tileWidth = (tile: Tile, sizes: Sizes): number =>
  Math.max(contentOf(tile.id).wordsEm * sizes.label, contentOf(tile.id).figureEm * figureSize(tile, sizes)) +
  2 * SPACE.side * sizes.label;

const tileHeight = (tile: Tile, sizes: Sizes): number =>
  (LINE * (1 + contentOf(tile.id).details) + 2 * SPACE.tile + SPACE.figure) * sizes.label +
  FIGURE_LINE * figureSize(tile, sizes) +
  tailOf(tile, sizes);

/** A comma reaches the words below a figure that is much larger than they are, unless there is room for it. */
const tailOf = (tile: Tile, sizes: Sizes): number =>
  Math.max(0, contentOf(tile.id).comma * figureSize(tile, sizes) - LEADING * sizes.label);

/** Fills rows one after the other: a tile goes to the next row when it would not fit beside the others. */
function pack(tiles: readonly Tile[], sizes: Sizes, widthVh: number): Tile[][] {
  const rows: Tile[][] = [];
  let left = 0;
  for (const tile of tiles) {
    const width = tileWidth(tile, sizes);
    const row = rows[rows.length - 1];
    const gap = SPACE.gap * sizes.label;
    // The hero's row takes one companion: a third would compete with it.
    if (row !== undefined && left >= gap + width && !(row[0]?.isHero === true && row.length === 2)) {
      row.push(tile);
      left -= gap + width;
    } else {
      rows.push([tile]);
      left = widthVh - 2 * SPACE.page * sizes.label - width;
    }
  }
  return rows;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/**
 * Widths of the tiles, row by row. Where there is room the first two rows share their gutters: the hero stands over all
 * columns but the last, its companion over the last.
 */
function columnsOf(rows: readonly (readonly Tile[])[], sizes: Sizes, widthVh: number): number[][] {
  const own = rows.map((row) => row.map((tile) => tileWidth(tile, sizes)));
  const [[hero, companion] = [], under = []] = own;
  if (hero === undefined || companion === undefined || under.length < 2) return own;
  const gap = SPACE.gap * sizes.label;
  const left = under.slice(0, -1);
  const last = Math.max(companion, under[under.length - 1] ?? 0);
  const leftLeast = Math.max(hero, sum(left) + gap * (left.length - 1));
  const room = widthVh - 2 * SPACE.page * sizes.label - gap - leftLeast - last;
  if (room < 0) return own;
  const grown = leftLeast + (room * leftLeast) / (leftLeast + last);
  const content = grown - gap * (left.length - 1);
  const lastGrown = last + leftLeast + room - grown;
  const shared = left.map((width) => (width * content) / sum(left));
  return [[grown, lastGrown], [...shared, lastGrown], ...own.slice(2)];
}

/** Figures of a row stand on one line, but for those beside the hero. */
function tailsOf(rows: readonly (readonly Tile[])[], sizes: Sizes): ReadonlyMap<TileId, number> {
  return new Map(
    rows.flatMap((row) => {
      const tails = row.map((tile) => tailOf(tile, sizes));
      const most = Math.max(...tails);
      const isAlike = row.every(({ isHero }) => !isHero);
      return row.map(({ id }, index): [TileId, number] => [id, isAlike ? most : (tails[index] ?? 0)]);
    }),
  );
}

/** Columns are shares of what gaps and edges leave. */
function roomsOf(
  rows: readonly (readonly Tile[])[],
  columns: readonly (readonly number[])[],
  sizes: Sizes,
  widthVh: number,
): ReadonlyMap<TileId, number> {
  return new Map(
    rows.flatMap((row, at) => {
      const shares = columns[at] ?? [];
      const gaps = 2 * SPACE.page + SPACE.gap * (row.length - 1);
      const shareVh = (widthVh - gaps * sizes.label) / sum(shares);
      return row.map((tile, index): [TileId, number] => {
        const insideVh = shareVh * (shares[index] ?? 0) - 2 * SPACE.side * sizes.label;
        return [tile.id, insideVh / figureSize(tile, sizes)];
      });
    }),
  );
}

function heightOf(rows: readonly (readonly Tile[])[], sizes: Sizes): number {
  const gaps = (rows.length * SPACE.gap + 2 * SPACE.page + LINE) * sizes.label;
  return gaps + sum(rows.map((row) => Math.max(...row.map((tile) => tileHeight(tile, sizes)))));
}

const figuresScaled = (sizes: Sizes, by: number): Sizes => ({
  ...sizes,
  main: sizes.main * by,
  hero: sizes.hero * by,
});

const scaled = (sizes: Sizes, by: number): Sizes => ({
  label: sizes.label * by,
  main: sizes.main * by,
  hero: sizes.hero * by,
});

/** The table of queues with its head and totals. */
const tableHeight = (queueRows: number, sizes: Sizes): number => (queueRows + 2) * TABLE_LINE * sizes.label;

/** A line of the height of a label below the tiles, in a frame of its own. */
const STRIP_EM = LINE + 2 * SPACE.tile + SPACE.gap;

/** What the tiles leave to others on the first screen. */
export interface Beside {
  /** Rows of the table of queues. */
  readonly queueRows: number;
  /** A line below the tiles, for alarms and the hero of the first page. */
  readonly hasStrip?: boolean;
  /** Percent of width and height at each edge that stay empty. */
  readonly overscan?: number;
}

/** Steps in which sizes are tried, and how far figures may outgrow their words. */
const STEP = 0.02;
const GROWTH = { all: 2, figures: 2 } as const;

/** Sizes grown until the page is full, with the same rows, and the table below them: first all, then figures alone. */
function grow(rows: readonly (readonly Tile[])[], sizes: Sizes, room: Room): Sizes {
  const tiles = rows.flat();
  const fits = (grown: Sizes): boolean =>
    JSON.stringify(pack(tiles, grown, room.widthVh)) === JSON.stringify(rows) && fitsPage(rows, grown, room);
  const largest = (from: Sizes, by: (sizes: Sizes, factor: number) => Sizes, most: number): Sizes => {
    let held = from;
    for (let factor = 1; factor <= most; factor += STEP) {
      if (!fits(by(from, factor))) break;
      held = by(from, factor);
    }
    return held;
  };
  return largest(largest(sizes, scaled, GROWTH.all), figuresScaled, GROWTH.figures);
}

/** What the tiles share the page with. */
interface Room {
  readonly widthVh: number;
  /** 0: the table stands elsewhere. */
  readonly tableRows: number;
  readonly hasStrip: boolean;
}

function fitsPage(rows: readonly (readonly Tile[])[], sizes: Sizes, room: Room): boolean {
  const { widthVh, tableRows, hasStrip } = room;
  const strip = hasStrip ? STRIP_EM * sizes.label : 0;
  const table = tableRows === 0 ? 0 : tableHeight(tableRows, sizes);
  if (heightOf(rows, sizes) + strip + table > 100) return false;
  return tableRows === 0 || TABLE_WIDTH_EM * sizes.label <= widthVh;
}

/** Tiles that a page is never without. */
const FEWEST_TILES = 3;

/**
 * Sets the first page for a reader at that distance of that screen: sizes never below what human factors ask for, as
 * many figures as then fit, grown to fill the page, with the table where there is room for it. Where not even three
 * figures fit, they shrink before words do; where that is not enough all shrink, and `labelArc` tells.
 */
export function planLayout(
  viewing: Viewing,
  viewport: Viewport,
  { queueRows, hasStrip = false, overscan = 0 }: Beside,
  figures: readonly TileId[] = TILES,
): Layout {
  if (overscan > 0)
    return planWithin(1 - (2 * overscan) / 100, viewing, viewport, { queueRows, hasStrip }, figures);
  const tiles = placed(figures);
  const widthVh = (viewport.width / viewport.height) * 100;
  const size = (arc: number): number => fontVh(arc, viewing, viewport);
  const asked: Sizes = { label: size(ARC.label), main: size(ARC.main), hero: size(ARC.hero) };
  const least: Sizes = { ...asked, main: size(ARC.mainLeast), hero: size(ARC.heroLeast) };

  const room = (tableRows: number): Room => ({ widthVh, tableRows, hasStrip });
  const attempt = (sizes: Sizes): Layout | null => {
    for (let kept = tiles.length; kept >= Math.min(FEWEST_TILES, tiles.length); kept -= 1) {
      const rows = pack(tiles.slice(0, kept), sizes, widthVh);
      if (!rows.every((row) => fitsWidth(row, sizes, widthVh)) || !fitsPage(rows, sizes, room(0))) continue;
      const tableFits = queueRows > 0 && fitsPage(rows, sizes, room(queueRows));
      const grown = grow(rows, sizes, room(tableFits ? queueRows : 0));
      return layoutOf(rows, grown, tableFits, viewing, viewport);
    }
    return null;
  };
  let layout = attempt(asked) ?? attempt(least);
  for (let factor = 1 - STEP; layout === null; factor -= STEP) {
    layout = attempt(scaled(least, Math.max(factor, STEP)));
    if (factor < STEP) break;
  }
  return layout ?? layoutOf([tiles], scaled(least, STEP), false, viewing, viewport);
}

/** What is left of a screen within its edges is a smaller screen; sizes are told in heights of the whole one. */
function planWithin(
  share: number,
  { distanceM, diagonalInches }: Viewing,
  { width, height }: Viewport,
  beside: Beside,
  figures: readonly TileId[],
): Layout {
  const inner = planLayout(
    { distanceM, diagonalInches: diagonalInches * share },
    { width: width * share, height: height * share },
    beside,
    figures,
  );
  return {
    ...inner,
    labelVh: inner.labelVh * share,
    mainVh: inner.mainVh * share,
    heroVh: inner.heroVh * share,
    tailsVh: new Map([...inner.tailsVh].map(([tile, vh]) => [tile, vh * share])),
  };
}

const fitsWidth = (row: readonly Tile[], sizes: Sizes, widthVh: number): boolean =>
  sum(row.map((tile) => tileWidth(tile, sizes))) +
    SPACE.gap * sizes.label * (row.length - 1) +
    2 * SPACE.page * sizes.label <=
  widthVh;

function layoutOf(
  rows: readonly (readonly Tile[])[],
  sizes: Sizes,
  tableFits: boolean,
  viewing: Viewing,
  viewport: Viewport,
): Layout {
  const widthVh = (viewport.width / viewport.height) * 100;
  const columns = columnsOf(rows, sizes, widthVh);
  return {
    labelVh: sizes.label,
    mainVh: sizes.main,
    heroVh: sizes.hero,
    tailsVh: tailsOf(rows, sizes),
    rows: rows.map((row) => row.map(({ id }) => id)),
    columns,
    rooms: roomsOf(rows, columns, sizes, widthVh),
    heights: rows.map((row) => Math.max(...row.map((tile) => tileHeight(tile, sizes)))),
    tableFits,
    labelArc: arcMinutes(sizes.label, viewing, viewport),
  };
}
