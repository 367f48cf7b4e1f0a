import type { Language } from './text.ts';

/** A figure as it is set: the number large, its unit small beside it. */
export interface Shown {
  readonly number: string;
  /** Decimals with their separator, set smaller; empty for whole numbers. */
  readonly fraction: string;
  readonly unit: string;
}

/** Formats of one language, numbers and times by its locale. All fixed in decimals, so that a change moves nothing. */
export interface Formats {
  readonly count: (value: number) => string;
  /** With up to two decimals. */
  readonly decimal: (value: number) => string;
  /** A ratio 0 to 1 as percent; rounding never carries it across its target. */
  readonly percent: (ratio: number, decimals: number, target?: number) => Shown;
  readonly percentText: (ratio: number, decimals: number) => string;
  /** `14:03:12` and `14:03`. */
  readonly time: (atMs: number) => string;
  readonly hourMinute: (atMs: number) => string;
  /** `08:00`, with its weekday where that is another day than that of `fromMs`. */
  readonly hourOfDay: (atMs: number, fromMs: number) => string;
  /** The zone as readers name it: `CET`, `UTC+1`. */
  readonly zone: (atMs: number) => string;
  readonly date: (atMs: number) => string;
  /** Day and time to the second, short. */
  readonly dateTime: (atMs: number) => string;
  /** Their zone; `undefined` is that of the browser. */
  readonly timeZone: string | undefined;
}

/** Below an hour `mm:ss`, then `h:mm:ss`; whole seconds passed, never negative. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, '0');
  const tail = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
  return whole < 3600 ? tail : `${Math.floor(whole / 3600)}:${tail}`;
}

/** `value` to so many decimals, but on its own side of `target`: 79.6 % is not shown as the 80 % it missed. */
export function roundBesideTarget(value: number, decimals: number, target?: number): number {
  const scale = 10 ** decimals;
  const scaled = value * scale;
  const rounded = Math.round(scaled);
  if (target !== undefined) {
    const limit = target * scale;
    if (scaled < limit && rounded >= limit) return Math.floor(scaled) / scale;
    if (scaled > limit && rounded <= limit) return Math.ceil(scaled) / scale;
  }
  return rounded / scale;
}

const LOCALES: Readonly<Record<Language, string>> = { en: 'en-GB', fr: 'fr-FR' };

/** The formats of a language. `preferred` are the reader's own locales: `en-US` before `en-GB` where they say so. */
export function formatsOf(language: Language, preferred: readonly string[] = [], timeZone?: string): Formats {
  const locale = preferred.find((tag) => tag.toLowerCase().startsWith(`${language}-`)) ?? LOCALES[language];
  const zoned = timeZone === undefined ? {} : { timeZone };
  const count = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zoned } as const;
  const time = new Intl.DateTimeFormat(locale, { ...clock, second: '2-digit' });
  const hourMinute = new Intl.DateTimeFormat(locale, clock);
  const weekdayHour = new Intl.DateTimeFormat(locale, { weekday: 'short', ...clock });
  const zone = new Intl.DateTimeFormat(locale, { timeZoneName: 'short', ...zoned });
  const date = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', ...zoned });
  const dateTime = new Intl.DateTimeFormat(locale, {
    ...{ day: '2-digit', month: '2-digit', year: 'numeric' },
    ...clock,
    second: '2-digit',
  });
  const percents = [0, 1, 2].map(
    (digits) =>
      new Intl.NumberFormat(locale, {
        style: 'percent',
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
      }),
  );
  const percentOf = (decimals: number): Intl.NumberFormat =>
    percents[decimals] ?? (percents[0] as Intl.NumberFormat);
  return {
    count: (value) => count.format(value),
    decimal: (value) => decimal.format(value),
    dateTime: (atMs) => dateTime.format(atMs),
    percent: (ratio, decimals, target) => {
      const rounded = roundBesideTarget(
        ratio * 100,
        decimals,
        target === undefined ? undefined : target * 100,
      );
      let number = '';
      let fraction = '';
      let unit = '';
      for (const { type, value } of percentOf(decimals).formatToParts(rounded / 100)) {
        if (type === 'percentSign') unit = value;
        else if (type === 'decimal' || type === 'fraction') fraction += value;
        else if (type !== 'literal') number += value;
      }
      return { number, fraction, unit };
    },
    percentText: (ratio, decimals) => percentOf(decimals).format(ratio),
    time: (atMs) => time.format(atMs),
    hourMinute: (atMs) => hourMinute.format(atMs),
    hourOfDay: (atMs, fromMs) =>
      (date.format(atMs) === date.format(fromMs) ? hourMinute : weekdayHour).format(atMs),
    zone: (atMs) => zone.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '',
    date: (atMs) => date.format(atMs),
    timeZone,
  };
}
