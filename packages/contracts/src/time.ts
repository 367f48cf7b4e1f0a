const RFC3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:([Zz])|([+-])(\d\d):(\d\d))$/;

/**
 * Reads an RFC 3339 instant as milliseconds since 1970-01-01T00:00:00Z; finer digits are cut, not rounded.
 * Answers `undefined` for anything else: a date without offset, an impossible day or hour, another format.
 */
export function parseInstant(text: string): number | undefined {
  return parseCanonical(text) ?? parseAny(text);
}

/**
 * The form nearly every source writes, `2026-11-21T10:15:00.000Z`, without a regular expression. Days after the 28th
 * and hours from 20 on are left to the careful reader: `Date.parse` takes some that do not exist.
 */
function parseCanonical(text: string): number | undefined {
  if (text.length !== 24 || text[23] !== 'Z' || text[19] !== '.' || text[10] !== 'T') return undefined;
  if (text[4] !== '-' || text[7] !== '-' || text[13] !== ':' || text[16] !== ':') return undefined;
  if (text[8]! > '2' || (text[8] === '2' && text[9]! > '8') || text[11]! > '1') return undefined;
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}

function parseAny(text: string): number | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', zulu, sign, offsetHour, offsetMinute] =
    match;
  const monthIndex = Number(month) - 1;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const midnight = Date.UTC(Number(year), monthIndex, Number(day));
  const date = new Date(midnight);
  if (date.getUTCMonth() !== monthIndex || date.getUTCDate() !== Number(day)) return undefined;
  const clock = (Number(hour) * 60 + Number(minute)) * 60_000 + Number(second) * 1000;
  const local = midnight + clock + Number(fraction.slice(0, 3).padEnd(3, '0'));
  if (zulu !== undefined) return local;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  return sign === '+' ? local - offset : local + offset;
}

/** Milliseconds since 1970 as RFC 3339 in UTC with three decimals: the one form in which instants leave Vigie. */
export function formatInstant(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
