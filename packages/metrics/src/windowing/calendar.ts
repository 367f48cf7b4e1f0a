import type { CalendarSettings } from '@vigie/contracts';
import { zoneOf } from './zone.ts';

/** Opening hours as stretches of time. Instants and durations in ms. */
export interface Calendar {
  isOpen(at: number): boolean;
  /** How long it is open in `[from, to)`; 0 when `to` does not lie after `from`. */
  openMs(from: number, to: number): number;
  /** The first instant by which it has been open for `ms` since `from`; infinite when that is not within three years. */
  after(from: number, ms: number): number;
  /** The next instant at which it opens or closes; infinite when it does neither within three years. */
  nextChange(at: number): number;
}

/** Open at any time. */
export const ALWAYS_OPEN: Calendar = {
  isOpen: () => true,
  openMs: (from, to) => Math.max(0, to - from),
  after: (from, ms) => from + ms,
  nextChange: () => Number.POSITIVE_INFINITY,
};

const DAY_MS = 86_400_000;
const QUARTER_MS = 15 * 60_000;
const FURTHEST_DAYS = 3 * 366;
/** Days whose openings are remembered; then all are forgotten. */
const REMEMBERED_DAYS = 2000;
/** 1970-01-01 was a Thursday; weeks begin on Monday. */
const WEEKDAY_OF_DAY_0 = 3;

/**
 * A calendar in an IANA zone: open at an instant iff the local clock stands within `[open, close)` of an opening of its
 * local weekday, and its local date is no holiday. An hour that the clock shows twice is open twice, one it skips never.
 */
export function calendarOf(zoneName: string, settings: CalendarSettings): Calendar {
  const zone = zoneOf(zoneName, 0);
  const offsetMs = (at: number): number => zone.offsetMinutes(at) * 60_000;
  const byDay = new Map<number, readonly number[]>();

  /** Openings within a UTC day, as `from, to` after another, rising and apart. */
  const openingsOf = (day: number): readonly number[] => {
    let openings = byDay.get(day);
    if (openings === undefined) {
      if (byDay.size >= REMEMBERED_DAYS) byDay.clear();
      byDay.set(day, (openings = joined(stretchesOf(day).flatMap(([from, to]) => openIn(from, to)))));
    }
    return openings;
  };

  /** The parts of a UTC day between which the zone's offset changes. */
  const stretchesOf = (day: number): readonly (readonly [number, number])[] => {
    const from = day * DAY_MS;
    const to = from + DAY_MS;
    const offset = offsetMs(from);
    if (offsetMs(to - 1) === offset) return [[from, to]];
    let change = from;
    while (offsetMs(change) === offset) change += QUARTER_MS;
    return [
      [from, change],
      [change, to],
    ];
  };

  /** Openings within a stretch of one offset. */
  const openIn = (from: number, to: number): readonly (readonly [number, number])[] => {
    const offset = offsetMs(from);
    const found: (readonly [number, number])[] = [];
    const lastDay = Math.floor((to - 1 + offset) / DAY_MS);
    for (let localDay = Math.floor((from + offset) / DAY_MS); localDay <= lastDay; localDay++) {
      const midnight = localDay * DAY_MS;
      if (settings.holidays.has(new Date(midnight).toISOString().slice(0, 10))) continue;
      const weekday = (((localDay + WEEKDAY_OF_DAY_0) % 7) + 7) % 7;
      for (const [open, close] of settings.week[weekday] ?? []) {
        const start = Math.max(from, midnight + open - offset);
        const end = Math.min(to, midnight + close - offset);
        if (start < end) found.push([start, end]);
      }
    }
    return found;
  };

  /** Calls `visit` for the openings that end after `from`, in order, until it answers true. */
  const visitFrom = (from: number, visit: (start: number, end: number) => boolean): void => {
    const first = Math.floor(from / DAY_MS);
    for (let day = first; day < first + FURTHEST_DAYS; day++) {
      const openings = openingsOf(day);
      for (let i = 0; i < openings.length; i += 2) {
        if (openings[i + 1]! > from && visit(openings[i]!, openings[i + 1]!)) return;
      }
    }
  };

  return {
    isOpen: (at) => {
      const openings = openingsOf(Math.floor(at / DAY_MS));
      for (let i = 0; i < openings.length; i += 2)
        if (at >= openings[i]! && at < openings[i + 1]!) return true;
      return false;
    },
    openMs: (from, to) => {
      let open = 0;
      const lastDay = Math.floor((to - 1) / DAY_MS);
      for (let day = Math.floor(from / DAY_MS); day <= lastDay; day++) {
        const openings = openingsOf(day);
        for (let i = 0; i < openings.length; i += 2) {
          open += Math.max(0, Math.min(openings[i + 1]!, to) - Math.max(openings[i]!, from));
        }
      }
      return open;
    },
    after: (from, ms) => {
      let left = ms;
      let reached = ms <= 0 ? from : Number.POSITIVE_INFINITY;
      if (ms > 0) {
        visitFrom(from, (start, end) => {
          const begin = Math.max(start, from);
          if (end - begin >= left) reached = begin + left;
          left -= end - begin;
          return left <= 0;
        });
      }
      return reached;
    },
    nextChange: (at) => {
      let change = Number.POSITIVE_INFINITY;
      visitFrom(at, (start, end) => {
        if (start > at && start !== change) {
          if (change === Number.POSITIVE_INFINITY) change = start;
          return true;
        }
        change = end;
        return false;
      });
      return change;
    },
  };
}

/** Overlapping and touching openings become one. */
function joined(openings: readonly (readonly [number, number])[]): readonly number[] {
  const flat: number[] = [];
  for (const [from, to] of [...openings].sort((a, b) => a[0] - b[0])) {
    const last = flat.length - 1;
    if (last >= 0 && from <= flat[last]!) flat[last] = Math.max(flat[last]!, to);
    else flat.push(from, to);
  }
  return flat;
}
