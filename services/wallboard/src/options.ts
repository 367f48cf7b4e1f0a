import { DEFAULT_VIEWING, type Viewing } from './sizes.ts';
import type { Language } from './text.ts';
import { isTimeZone } from './zone.ts';

export type Theme = 'auto' | 'light' | 'dark';

/** What a screen shows and how, from its address, then from what it remembers, then by default. */
export interface Options {
  readonly window: string;
  /** Empty: every queue. */
  readonly queues: readonly string[];
  readonly centre: string | null;
  readonly theme: Theme;
  readonly language: Language;
  /** How numbers and times are written: the first of these that is of the language. */
  readonly locales: readonly string[];
  /** `null`: that of the centre. */
  readonly timeZone: string | null;
  readonly viewing: Viewing;
  /** Percent of width and height that the screen cuts off at each edge. */
  readonly overscan: number;
  /** Somebody stated the distance or the diagonal: this is a wall, however small its page. */
  readonly viewingStated: boolean;
}

/** What a screen remembers between visits. */
export interface Memory {
  get(name: string): string | null;
  set(name: string, value: string): void;
}

/** Stated values beyond these are taken for slips. */
export const VIEWING_LIMITS = { distanceM: [0.3, 50], diagonalInches: [5, 300], overscan: [0, 10] } as const;
const REMEMBERED = ['distance', 'diagonal', 'overscan', 'theme', 'lang', 'timeZone'] as const;

/** Reads the options of a screen, and remembers those that its address states about the screen itself. */
export function readOptions(query: URLSearchParams, memory: Memory, languages: readonly string[]): Options {
  for (const name of REMEMBERED) {
    const stated = query.get(name);
    if (stated !== null) memory.set(name, stated);
  }
  const stated = (name: string): string | null => query.get(name) ?? memory.get(name);
  const distanceM = within(stated('distance'), VIEWING_LIMITS.distanceM);
  const diagonalInches = within(stated('diagonal'), VIEWING_LIMITS.diagonalInches);
  return {
    window: query.get('window') ?? '30m',
    queues: query
      .getAll('queue')
      .flatMap((names) => names.split(','))
      .filter((name) => name !== ''),
    centre: query.get('centre'),
    theme: themeOf(stated('theme')),
    language: languageOf([stated('lang') ?? '', ...languages]),
    locales: [stated('lang') ?? '', ...languages],
    timeZone: zoneOf(stated('timeZone')),
    overscan: within(stated('overscan'), VIEWING_LIMITS.overscan) ?? 0,
    viewing: {
      distanceM: distanceM ?? DEFAULT_VIEWING.distanceM,
      diagonalInches: diagonalInches ?? DEFAULT_VIEWING.diagonalInches,
    },
    viewingStated: distanceM !== null || diagonalInches !== null,
  };
}

function within(text: string | null, [least, most]: readonly [number, number]): number | null {
  const value = text === null || text.trim() === '' ? NaN : Number(text);
  return value >= least && value <= most ? value : null;
}

const zoneOf = (text: string | null): string | null => (text !== null && isTimeZone(text) ? text : null);

const themeOf = (text: string | null): Theme => (text === 'light' || text === 'dark' ? text : 'auto');

function languageOf(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = tag.slice(0, 2).toLowerCase();
    if (language === 'en' || language === 'fr') return language;
  }
  return 'en';
}
