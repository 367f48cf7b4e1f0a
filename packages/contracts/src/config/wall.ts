import { nearest, problem, type ConfigProblem } from './problems.ts';
import type { ConfigurationFile } from './schema.ts';
import { parseDuration } from './values.ts';
import type { WALL_LANGUAGES, WALL_THEMES } from './wall-schema.ts';

/** One page of a wall. What is absent is up to the screen. */
export interface WallPage {
  readonly name: string;
  /** Ids, or beginnings of ids that end with `*`; empty: every queue. */
  readonly queues: readonly string[];
  /** KPI ids, the hero first; empty: the usual ones. */
  readonly figures: readonly string[];
  readonly window: string;
  /** Metres and inches. */
  readonly distance?: number;
  readonly diagonal?: number;
  readonly theme?: (typeof WALL_THEMES)[number];
  readonly language?: (typeof WALL_LANGUAGES)[number];
  readonly timeZone?: string;
  /** Percent of width and height at each edge. */
  readonly overscan?: number;
}

/** What walls show. */
export interface WallSettings {
  /** At least one. */
  readonly pages: readonly WallPage[];
  readonly rotationMs: number;
  readonly sound: boolean;
  /** What is wrong is said as well. */
  readonly speech: boolean;
  /** `20:00-07:30`, in the zone of the screen. */
  readonly quietHours: readonly string[];
  /** The same, of the theme `auto` in the dark; none: as the system of the screen says. */
  readonly darkHours: readonly string[];
  /** Hour of the day, in the zone of the screen. */
  readonly reloadAt: number;
}

const ROTATION_MS = 30_000;
const RELOAD_AT = 4;
const WINDOW = '30m';

/** Reads the pages of a file that is known to be right; without any there is one of everything. */
export function wallOf(file: ConfigurationFile, windows: readonly string[]): WallSettings {
  const {
    pages = [],
    rotation,
    sound = false,
    speech = false,
    quietHours = [],
    darkHours = [],
    reloadAt = RELOAD_AT,
    ...shared
  } = file.wall ?? {};
  const usual = windows.includes(WINDOW) ? WINDOW : (windows[0] ?? 'today');
  const declared = pages.length === 0 ? [{ name: '' }] : pages;
  return {
    pages: declared.map((page): WallPage => {
      const { name, queues = [], figures = [], hero, window, ...looks } = { ...shared, ...page };
      const ordered = hero === undefined ? figures : [hero, ...figures.filter((figure) => figure !== hero)];
      return { name, queues, figures: ordered, window: window ?? usual, ...looks };
    }),
    rotationMs: rotation === undefined ? ROTATION_MS : (parseDuration(rotation) ?? ROTATION_MS),
    ...{ sound, speech, quietHours, darkHours, reloadAt },
  };
}

/** Pages that cannot be meant. `kpis`: ids of the catalogue, where they are known. */
export function wallProblems(
  { wall }: ConfigurationFile,
  windows: readonly string[],
  kpis: readonly string[] | undefined,
): ConfigProblem[] {
  const found: ConfigProblem[] = [];
  const checkWindow = (path: string, window: string | undefined): void => {
    if (window !== undefined && !windows.includes(window))
      found.push(problem(path, window, `one of the windows (${windows.join(', ')})`));
  };
  const checkKpi = (path: string, kpi: string): void => {
    if (kpis === undefined || kpis.includes(kpi)) return;
    const near = nearest(kpi, kpis);
    found.push(
      problem(path, kpi, near === undefined ? 'a KPI id of the catalogue' : `a KPI id such as "${near}"`),
    );
  };
  checkWindow('wall.window', wall?.window);
  if (wall?.speech === true && wall.sound !== true)
    found.push(problem('wall.speech', true, 'false, as long as wall.sound is not true'));
  const names = new Set<string>();
  for (const [index, { name, window, figures, hero }] of (wall?.pages ?? []).entries()) {
    const path = `wall.pages.${index}`;
    if (names.has(name)) found.push(problem(`${path}.name`, name, 'a name that no other page has'));
    names.add(name);
    checkWindow(`${path}.window`, window);
    for (const [at, figure] of (figures ?? []).entries()) checkKpi(`${path}.figures.${at}`, figure);
    if (hero === undefined) continue;
    checkKpi(`${path}.hero`, hero);
    if (figures !== undefined && !figures.includes(hero))
      found.push(problem(`${path}.hero`, hero, `one of its figures (${figures.join(', ')})`));
  }
  return found;
}
