/** Milliseconds since 1970 of an RFC 3339 instant, cut to the millisecond. Throws on anything else. */
export function instantMs(text: string): number {
  const ms = Date.parse(text.replace(/(\.\d{3})\d+/, '$1'));
  if (Number.isNaN(ms)) throw new Error(`instant is ${JSON.stringify(text)}: expected RFC 3339`);
  return ms;
}

/** Clocks that tell of one thing may differ by so much: what comes before its cause by more is no clock that goes wrong. */
export const SKEW_MS = 2000;
const QUARTER_HOUR_MS = 900_000;
const formatters = new Map<string, Intl.DateTimeFormat>();

/** `2026-10-25T02:30` as the clock on the wall shows it. */
export function localText(ms: number, timeZone: string): string {
  let formatter = formatters.get(timeZone);
  if (formatter === undefined) {
    formatter = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'short',
      hourCycle: 'h23',
    });
    formatters.set(timeZone, formatter);
  }
  return formatter.format(ms).replace(' ', 'T');
}

const daysBegun = new Map<string, number>();

/** The first instant at which the wall clock shows `date` (2026-10-25) at `dayStart` (00:00) or later. */
export function startOfLocalDay(date: string, dayStart: string, timeZone: string): number {
  const key = `${date} ${dayStart} ${timeZone}`;
  // the same days are asked for again and again
  const known = daysBegun.get(key) ?? searchStart(date, dayStart, timeZone);
  daysBegun.set(key, known);
  return known;
}

function searchStart(date: string, dayStart: string, timeZone: string): number {
  const wanted = `${date}T${dayStart}`;
  // No zone is further than 15 h from UTC, and every zone changes on quarter-hours.
  let ms = Date.parse(`${date}T${dayStart}Z`) - 15 * 3_600_000;
  while (localText(ms, timeZone) < wanted) ms += QUARTER_HOUR_MS;
  return ms;
}

export function nextDate(date: string, days = 1): string {
  return new Date(Date.parse(`${date}T12:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The local day an instant lies in, by its date, its first instant and the first instant of the next. */
export function localDayOf(
  ms: number,
  timeZone: string,
  dayStart: string,
): { date: string; startMs: number; endMs: number } {
  let date = localText(ms, timeZone).slice(0, 10);
  if (startOfLocalDay(date, dayStart, timeZone) > ms) date = nextDate(date, -1);
  return {
    date,
    startMs: startOfLocalDay(date, dayStart, timeZone),
    endMs: startOfLocalDay(nextDate(date), dayStart, timeZone),
  };
}

/** The intervals of a local day, cut where the wall clock jumps or shows a multiple of `intervalMs`, or the whole day. */
export function intervalsOfDay(
  day: { startMs: number; endMs: number },
  intervalMs: number | 'day',
  timeZone: string,
): { startMs: number; endMs: number }[] {
  if (intervalMs === 'day') return [{ startMs: day.startMs, endMs: day.endMs }];
  const cuts = [day.startMs];
  const minuteOfDay = (ms: number): number => {
    const [hours = 0, minutes = 0] = localText(ms, timeZone).slice(11).split(':').map(Number);
    return hours * 60 + minutes;
  };
  for (let ms = day.startMs + QUARTER_HOUR_MS; ms < day.endMs; ms += QUARTER_HOUR_MS) {
    const minute = minuteOfDay(ms);
    const jumps = minute !== (minuteOfDay(ms - QUARTER_HOUR_MS) + 15) % 1440;
    if (jumps || minute % (intervalMs / 60_000) === 0) cuts.push(ms);
  }
  return cuts.map((startMs, i) => ({ startMs, endMs: cuts[i + 1] ?? day.endMs }));
}
