/** Readers of the small value notations of `vigie.yaml`. Each answers `undefined` for what it does not understand. */

const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
export const DURATION_PATTERN = '^(0|[1-9][0-9]{0,8})(ms|s|m|h|d)$';
export const CLOCK_PATTERN = '^([01][0-9]|2[0-4]):[0-5][0-9]$';
const durationForm = new RegExp(DURATION_PATTERN);
const clockForm = new RegExp(CLOCK_PATTERN);

/** `"500ms"`, `"20s"`, `"5m"`, `"24h"`, `"30d"` as milliseconds (a day is 24 h). */
export function parseDuration(text: string): number | undefined {
  const match = durationForm.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * UNIT_MS[match[2] as keyof typeof UNIT_MS];
}

/** Milliseconds in the largest unit that holds them exactly: the canonical spelling of a duration. */
export function formatDuration(durationMs: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (durationMs !== 0 && durationMs % UNIT_MS[unit] === 0) return `${durationMs / UNIT_MS[unit]}${unit}`;
  }
  return durationMs === 0 ? '0s' : `${durationMs}ms`;
}

/** `"09:30"` as milliseconds after midnight; `"24:00"` is the end of the day. */
export function parseClockTime(text: string): number | undefined {
  if (!clockForm.test(text)) return undefined;
  const minutes = Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  return minutes > 24 * 60 ? undefined : minutes * 60_000;
}

/** Milliseconds after midnight as `"HH:MM"`. */
export function formatClockTime(timeMs: number): string {
  const minutes = Math.floor(timeMs / 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Is this an IANA time zone that this runtime knows? Offsets such as `+02:00` are no zones: they have no summer. */
export function isTimeZone(text: string): boolean {
  if (!/^[A-Za-z]/.test(text)) return false;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Is this a well-formed BCP 47 language tag? */
export function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}

/** A calendar day as `YYYY-MM-DD` that exists. */
export function isDate(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** `"09:00-18:00"` as `[open, close)` in milliseconds after midnight; the end lies after the start. */
export function parseOpening(text: string): readonly [number, number] | undefined {
  const [from, to, more] = text.split('-');
  if (from === undefined || to === undefined || more !== undefined) return undefined;
  const fromMs = parseClockTime(from);
  const toMs = parseClockTime(to);
  return fromMs === undefined || toMs === undefined || toMs <= fromMs ? undefined : [fromMs, toMs];
}

/** `host:port` with a port from 1 to 65535; an IPv6 host is in brackets. */
export function isHostPort(text: string): boolean {
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$/.exec(text);
  return match !== null && Number(match[2]) >= 1 && Number(match[2]) <= 65_535;
}
