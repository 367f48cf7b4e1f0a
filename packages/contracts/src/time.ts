const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):(\d\d))$/;

/**
 * Reads an RFC 3339 instant as milliseconds since 1970-01-01T00:00:00Z; finer digits are cut, not rounded.
 * Answers `undefined` for anything else: a date without offset, an impossible day or hour, another format.
 */
export function parseInstant(text: string): number | undefined {
  return parseCanonical(text) ?? parseAny(text);
}

const DAY_MS = 86_400_000;

/** The form nearly every source writes, `2026-11-21T10:15:00.000Z`, read digit by digit; any other is `undefined`. */
function parseCanonical(text: string): number | undefined {
  if (text.length !== 24 || text[23] !== 'Z' || text[19] !== '.' || text[10] !== 'T') return undefined;
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':') return undefined;
  const days = daysOf(digitsAt(text, 0) * 100 + digitsAt(text, 2), digitsAt(text, 5), digitsAt(text, 8));
  const hour = digitsAt(text, 11);
  const minute = digitsAt(text, 14);
  const second = digitsAt(text, 17);
  const fraction = digitsAt(text, 20) * 10 + digitsAt(text, 22, 1);
  // a leap second is left to the careful reader; NaN is in no range
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return undefined;
  const timeMs = days * DAY_MS + ((hour * 60 + minute) * 60 + second) * 1000 + fraction;
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

/** The number that `count` digits at `index` say; NaN when one of them is no digit. */
function digitsAt(text: string, index: number, count: 1 | 2 = 2): number {
  const first = text.charCodeAt(index) - 48;
  const second = count === 1 ? 0 : text.charCodeAt(index + 1) - 48;
  if (!(first >= 0 && first <= 9 && second >= 0 && second <= 9)) return Number.NaN;
  return count === 1 ? first : first * 10 + second;
}

/** Days since 1970-01-01 of a date of the Gregorian calendar; NaN when there is no such date. */
function daysOf(year: number, month: number, day: number): number {
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= lengthOfMonth(year, month))) return Number.NaN;
  // years from March to February, so that the leap day comes last
  const marchYear = month > 2 ? year : year - 1;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + dayOfYear - DAYS_TO_1970;
}

/** From 0000-03-01 to 1970-01-01. */
const DAYS_TO_1970 = 719_468;

function lengthOfMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function parseAny(text: string): number | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zulu, sign, offsetHour, offsetMinute] =
    match;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const days = daysOf(Number(year), Number(month), Number(day));
  if (Number.isNaN(days)) return undefined;
  const clock = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1000;
  const local = days * DAY_MS + clock + Number(fraction.slice(0, 3).padEnd(3, '0'));
  if (zulu !== undefined) return local;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  return sign === '+' ? local - offset : local + offset;
}

/** Milliseconds since 1970 as RFC 3339 in UTC with three decimals: the one form in which instants leave Vigie. */
export function formatInstant(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
