/** Local time of an IANA zone, through DST changes, zones that skip midnight, and offsets of :30 and :45. */
export interface Zone {
  readonly name: string;
  readonly dayStartMs: number;
  /** First instant of the local day that contains `timeMs`; days begin at `dayStartMs` after local midnight. */
  dayStart(timeMs: number): number;
  /** First instant of the local day after the one that contains `timeMs`. */
  nextDayStart(timeMs: number): number;
  /** Local date and clock with offset, e.g. `2026-10-25T02:00:00+02:00`. */
  label(timeMs: number): string;
  /** Minutes to add to UTC at that instant. */
  offsetMinutes(timeMs: number): number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const QUARTER = 15 * MINUTE;
/** No zone has ever changed twice within so long. */
const BLOCK = 6 * HOUR;
/** Six hours each: some three years. Beyond, all are asked anew. */
const MOST_BLOCKS = 4_096;
/** More than there are; beyond (names may be written in several ways) all are made anew. */
const MOST_ZONES = 1_000;

type OffsetAt = (timeMs: number) => number;
const zones = new Map<string, OffsetAt>();

/** What a zone adds to UTC at an instant, ms. Throws for an unknown zone. */
function offsetsOf(name: string): OffsetAt {
  let offsetAt = zones.get(name);
  if (offsetAt === undefined) {
    offsetAt = askedByBlock(asked(name));
    if (zones.size >= MOST_ZONES) zones.clear();
    zones.set(name, offsetAt);
  }
  return offsetAt;
}

/** To ask `Intl` takes microseconds each time. */
function asked(name: string): OffsetAt {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return (timeMs) => {
    const parts: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(timeMs)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(timeMs / 1000) * 1000;
  };
}

/** The same, remembered: each block of six hours is asked for at its ends, and where it changes between them. */
function askedByBlock(ask: OffsetAt): OffsetAt {
  const blocks = new Map<
    number,
    { readonly before: number; readonly changeMs: number; readonly after: number }
  >();
  return (timeMs) => {
    const index = Math.floor(timeMs / BLOCK);
    let block = blocks.get(index);
    if (block === undefined) {
      let [before, after] = [index * BLOCK, (index + 1) * BLOCK];
      const ends = { before: ask(before), after: ask(after) };
      while (ends.before !== ends.after && after - before > QUARTER) {
        const between = Math.floor((before + after) / 2 / QUARTER) * QUARTER;
        if (ask(between) === ends.before) before = between;
        else after = between;
      }
      block = { ...ends, changeMs: after };
      if (blocks.size >= MOST_BLOCKS) blocks.clear();
      blocks.set(index, block);
    }
    return timeMs < block.changeMs ? block.before : block.after;
  };
}

/** `dayStartMs`: when the centre's day begins after local midnight, a multiple of 15 minutes. Throws for an unknown zone. */
export function zoneOf(name: string, dayStartMs: number): Zone {
  const offsetAt = offsetsOf(name);
  const localDay = (timeMs: number): number => Math.floor((timeMs + offsetAt(timeMs) - dayStartMs) / DAY);

  /**
   * First instant whose local day is `day` or later. Quarter hours are enough, since zones change on them; from end to
   * end, since a clock that is put back may show the evening of the day before once more.
   */
  const firstInstantOf = (day: number, nearMs: number): number => {
    let quarter = Math.floor((nearMs - 2 * DAY) / QUARTER);
    while (localDay(quarter * QUARTER) < day) quarter++;
    return quarter * QUARTER;
  };

  let cached: { readonly from: number; readonly to: number } | undefined;
  const dayOf = (timeMs: number): { readonly from: number; readonly to: number } => {
    if (cached === undefined || timeMs < cached.from || timeMs >= cached.to) {
      const day = localDay(timeMs);
      const next = firstInstantOf(day + 1, timeMs);
      // Once a day has begun it goes on, also through an hour that the clock shows twice.
      cached =
        timeMs < next
          ? { from: firstInstantOf(day, timeMs), to: next }
          : { from: next, to: firstInstantOf(day + 2, timeMs) };
    }
    return cached;
  };

  const offsetMinutes = (timeMs: number): number => Math.round(offsetAt(timeMs) / MINUTE);
  return {
    name,
    dayStartMs,
    dayStart: (timeMs) => dayOf(timeMs).from,
    nextDayStart: (timeMs) => dayOf(timeMs).to,
    offsetMinutes,
    label: (timeMs) => {
      const offset = offsetMinutes(timeMs);
      const sign = offset < 0 ? '-' : '+';
      const two = (n: number): string => String(n).padStart(2, '0');
      const local = new Date(timeMs + offset * MINUTE).toISOString().slice(0, 19);
      return `${local}${sign}${two(Math.floor(Math.abs(offset) / 60))}:${two(Math.abs(offset) % 60)}`;
    },
  };
}
