import type { Options, Theme } from './options.ts';
import { TILES, type TileId } from './layout.ts';
import { VIEWING_LIMITS } from './options.ts';
import type { Language } from './text.ts';
import { type CentreNames, NO_CENTRE, readCentre } from './names.ts';
import type { Viewing } from './sizes.ts';
import { isTimeZone } from './zone.ts';

/** One page of this screen, settled: what its address says, then what the server declares, then what it remembers. */
export interface ScreenPage {
  readonly name: string;
  readonly queues: readonly string[];
  readonly figures: readonly TileId[];
  readonly window: string;
  readonly viewing: Viewing;
  readonly theme: Theme;
  readonly language: Language;
  /** `null`: that of the browser. */
  readonly timeZone: string | null;
  /** Percent of width and height left empty at each edge. */
  readonly overscan: number;
}

/** What a wall is told by the server. */
export interface Wall {
  readonly centre: CentreNames;
  readonly build: string | null;
  readonly rotationMs: number;
  readonly sound: boolean;
  readonly speech: boolean;
  /** `20:00-07:00`, in the zone of the page. */
  readonly quietHours: readonly string[];
  /** Of the theme `auto`, likewise; none: as the system says. */
  readonly darkHours: readonly string[];
  /** Hour of the day, in the zone of the page. */
  readonly reloadAt: number;
  readonly pages: readonly DeclaredPage[];
}
interface DeclaredPage {
  readonly name: string;
  readonly queues: readonly string[];
  readonly figures: readonly string[];
  readonly window: string | null;
  readonly distance: number | null;
  readonly diagonal: number | null;
  readonly theme: Theme | null;
  readonly language: Language | null;
  readonly timeZone: string | null;
  readonly overscan: number | null;
}

const PLAIN: DeclaredPage = {
  ...{ name: '', queues: [], figures: [], window: null },
  ...{ distance: null, diagonal: null, theme: null, language: null, timeZone: null, overscan: null },
};
/** Before the server said anything, and where it says nothing that can be understood. */
export const NO_WALL: Wall = {
  ...{ centre: NO_CENTRE, build: null, rotationMs: 30_000, reloadAt: 4 },
  ...{ sound: false, speech: false, quietHours: [], darkHours: [] },
  pages: [PLAIN],
};

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const textOr = <T>(value: unknown, otherwise: T): string | T =>
  typeof value === 'string' ? value : otherwise;
const numberIn = (value: unknown, [least, most]: readonly [number, number]): number | null =>
  typeof value === 'number' && value >= least && value <= most ? value : null;
const texts = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

/** Reads the body of `GET /v1/wall`; what is not understood is as if it were not there. */
export function readWall(body: unknown): Wall {
  if (!isObject(body)) return NO_WALL;
  const declared = Array.isArray(body['pages']) ? body['pages'].filter(isObject).map(readPage) : [];
  return {
    centre: readCentre(body),
    build: textOr(body['build'], null),
    rotationMs: 1000 * (numberIn(body['rotation'], [1, 86_400]) ?? 30),
    sound: body['sound'] === true,
    speech: body['speech'] === true,
    quietHours: texts(body['quietHours']),
    darkHours: texts(body['darkHours']),
    reloadAt: numberIn(body['reloadAt'], [0, 23]) ?? 4,
    pages: declared.length === 0 ? [PLAIN] : declared,
  };
}

const zoneOf = (value: unknown): string | null =>
  typeof value === 'string' && isTimeZone(value) ? value : null;

function readPage(page: Fields): DeclaredPage {
  const { theme, language } = page;
  return {
    name: textOr(page['name'], ''),
    queues: texts(page['queues']),
    figures: texts(page['figures']),
    window: textOr(page['window'], null),
    distance: numberIn(page['distance'], VIEWING_LIMITS.distanceM),
    diagonal: numberIn(page['diagonal'], VIEWING_LIMITS.diagonalInches),
    theme: theme === 'light' || theme === 'dark' || theme === 'auto' ? theme : null,
    language: language === 'en' || language === 'fr' ? language : null,
    timeZone: zoneOf(page['timeZone']),
    overscan: numberIn(page['overscan'], VIEWING_LIMITS.overscan),
  };
}

/** Tiles of the usual figures, which have words of their own. */
const USUAL: Readonly<Record<string, TileId>> = {
  longest_wait_now: 'longest_wait',
  waiting_now: 'waiting',
  service_level_live: 'service_level',
  abandonment_rate: 'abandonment',
  answered: 'answered',
};
const tileOf = (kpi: string): TileId => USUAL[kpi] ?? kpi;
const KPI_OF_TILE = new Map(Object.entries(USUAL).map(([kpi, tile]) => [tile, kpi]));

/** The KPI behind a figure of a page. */
export const kpiOfTile = (tile: TileId): string => KPI_OF_TILE.get(tile) ?? tile;

/**
 * The pages of a screen. `stated`: what its address says itself, which goes before what the server declares; an address
 * that names queues or a window is one page, whatever is declared.
 */
export function screenPages(wall: Wall, options: Options, query: URLSearchParams): readonly ScreenPage[] {
  const states = (name: string): boolean => query.get(name) !== null;
  const wanted = query.getAll('page').flatMap((names) => names.split(','));
  const chosen = wall.pages.filter(({ name }) => wanted.includes(name));
  const declared = states('queue') ? [PLAIN] : chosen.length > 0 ? chosen : wall.pages;
  return declared.map((page) => ({
    name: page.name,
    queues: states('queue') ? options.queues : page.queues,
    figures: page.figures.length === 0 ? TILES : page.figures.map(tileOf),
    window: states('window') ? options.window : (page.window ?? options.window),
    viewing: {
      distanceM: states('distance')
        ? options.viewing.distanceM
        : (page.distance ?? options.viewing.distanceM),
      diagonalInches: states('diagonal')
        ? options.viewing.diagonalInches
        : (page.diagonal ?? options.viewing.diagonalInches),
    },
    theme: states('theme') ? options.theme : (page.theme ?? options.theme),
    language: states('lang') ? options.language : (page.language ?? options.language),
    timeZone: (states('timeZone') ? null : page.timeZone) ?? options.timeZone ?? wall.centre.timeZone,
    overscan: states('overscan') ? options.overscan : (page.overscan ?? options.overscan),
  }));
}

/** KPIs that pages need beside those that every wall follows. */
export function figuresOf(pages: readonly ScreenPage[]): readonly string[] {
  const usual = new Set<string>(TILES);
  return [...new Set(pages.flatMap(({ figures }) => figures))].filter((figure) => !usual.has(figure));
}
