import { durationMs } from './config.ts';
import { localText } from './time.ts';
import type { OracleConfig } from './types.ts';

const MINUTE_MS = 60_000;
const QUARTER_HOUR_MS = durationMs('15m');
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Zones change on quarter-hours: between two of them the wall clock runs evenly. */
const quarters = new Map<string, number>();

/** What the wall clock shows, as if it were UTC. */
function wallMs(ms: number, timeZone: string): number {
  const quarterMs = Math.floor(ms / QUARTER_HOUR_MS) * QUARTER_HOUR_MS;
  const key = `${timeZone} ${quarterMs}`;
  let wall = quarters.get(key);
  if (wall === undefined) {
    wall = Date.parse(`${localText(quarterMs, timeZone)}:00Z`);
    quarters.set(key, wall);
  }
  return wall + (ms - quarterMs);
}

/** The local date of an instant. */
export function localDate(ms: number, timeZone: string): string {
  return new Date(wallMs(ms, timeZone)).toISOString().slice(0, 10);
}

/** Does the wall clock show an opening, `[open, close)`, on a day that is no holiday? */
export function isOpen(config: OracleConfig, calendarName: string, atMs: number): boolean {
  if (calendarName === 'always') return true;
  const calendar = config.calendars?.[calendarName];
  if (calendar === undefined) return true;
  const wall = new Date(wallMs(atMs, config.centre?.timeZone ?? 'UTC'));
  const [date = '', time = ''] = wall.toISOString().split('T');
  if (calendar.holidays?.includes(date) === true) return false;
  const openings = calendar[WEEKDAYS[wall.getUTCDay()] ?? ''] ?? [];
  return openings.some((opening) => {
    const [open = '', close = ''] = opening.split('-');
    const shown = time.slice(0, 5);
    return open <= shown && shown < close;
  });
}

/** Milliseconds of [fromMs, toMs) that lie inside the openings. Openings begin and end on minutes. */
export function openMs(config: OracleConfig, calendarName: string, fromMs: number, toMs: number): number {
  let total = 0;
  for (let ms = fromMs; ms < toMs;) {
    const nextMs = Math.min(toMs, (Math.floor(ms / MINUTE_MS) + 1) * MINUTE_MS);
    if (isOpen(config, calendarName, ms)) total += nextMs - ms;
    ms = nextMs;
  }
  return total;
}
