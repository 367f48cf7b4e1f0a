/** Local times of a zone, for browsers that know zones only as formats. No zone given: that of the browser. */

/** Is this a zone that this browser knows? */
export function isTimeZone(text: string): boolean {
  try {
    return /^[A-Za-z]/.test(text) && new Intl.DateTimeFormat('en', { timeZone: text }).format(0) !== '';
  } catch {
    return false;
  }
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const minuteFormats = new Map<string | undefined, Intl.DateTimeFormat>();

function minuteFormat(timeZone: string | undefined): Intl.DateTimeFormat {
  let format = minuteFormats.get(timeZone);
  if (format === undefined) {
    const two = '2-digit' as const;
    format = new Intl.DateTimeFormat('en-GB', {
      ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, hourCycle: 'h23' },
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    minuteFormats.set(timeZone, format);
  }
  return format;
}

/** Local date and time to the minute, as inputs of browsers write them: `2026-11-22T14:03`. */
export function localMinute(atMs: number, timeZone?: string): string {
  const parts = new Map(
    minuteFormat(timeZone)
      .formatToParts(atMs)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): string => parts.get(name) ?? '';
  return `${part('year')}-${part('month')}-${part('day')}T${part('hour')}:${part('minute')}`;
}

/** Local time minus UTC, milliseconds. */
const offsetMs = (atMs: number, timeZone: string | undefined): number =>
  Date.parse(`${localMinute(atMs, timeZone)}Z`) - Math.floor(atMs / MINUTE_MS) * MINUTE_MS;

/**
 * The instant of a local time written as {@link localMinute} does; `NaN` where it is not understood. Of an hour that comes
 * twice the first is meant; of one that never comes, as if clocks had not yet changed.
 */
export function instantOfLocal(local: string, timeZone?: string): number {
  const asUtcMs = Date.parse(`${local}Z`);
  if (Number.isNaN(asUtcMs)) return NaN;
  const before = asUtcMs - offsetMs(asUtcMs - DAY_MS, timeZone);
  const after = asUtcMs - offsetMs(asUtcMs + DAY_MS, timeZone);
  const meant = [before, after].sort((one, other) => one - other);
  return meant.find((atMs) => localMinute(atMs, timeZone) === local.slice(0, 16)) ?? before;
}

/** Is a local time (`14:03`) within one of these hours (`20:00-07:00`)? The end is no longer in them. */
export function isWithinHours(hours: readonly string[], time: string): boolean {
  return hours.some((each) => {
    const [from = '', to = ''] = each.split('-');
    return from <= to ? from <= time && time < to : from <= time || time < to;
  });
}
