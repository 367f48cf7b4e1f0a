import { parseClockTime } from '@vigie/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { calendarOf, type Calendar } from './calendar.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

function calendar(
  zone: string,
  week: Partial<Record<(typeof DAYS)[number], readonly string[]>>,
  holidays: readonly string[] = [],
): Calendar {
  return calendarOf(zone, {
    week: DAYS.map((day) => (week[day] ?? []).map(hoursOf)),
    holidays: new Set(holidays),
  });
}
const hoursOf = (opening: string): readonly [number, number] => {
  const [open = '', close = ''] = opening.split('-');
  return [parseClockTime(open) ?? Number.NaN, parseClockTime(close) ?? Number.NaN];
};
const every = (...openings: string[]) => Object.fromEntries(DAYS.map((day) => [day, openings]));
const at = (text: string): number => Date.parse(text);

describe('opening hours are [open, close) on the local clock', () => {
  const office = calendar('Europe/Paris', { mon: ['09:00-18:00'], tue: ['09:00-12:00', '14:00-18:00'] }, [
    '2026-12-29',
  ]);
  test.each([
    ['2026-11-23T08:59:59.999+01:00', false],
    ['2026-11-23T09:00:00.000+01:00', true],
    ['2026-11-23T17:59:59.999+01:00', true],
    ['2026-11-23T18:00:00.000+01:00', false],
    ['2026-11-24T13:00:00.000+01:00', false],
    ['2026-11-25T10:00:00.000+01:00', false],
    ['2026-12-29T10:00:00.000+01:00', false],
  ])('%s: %s', (instant, open) => expect(office.isOpen(at(instant))).toBe(open));

  test('time between is counted over closed hours, nights and holidays', () => {
    expect(office.openMs(at('2026-11-23T17:00+01:00'), at('2026-11-24T10:00+01:00'))).toBe(2 * HOUR);
    expect(office.openMs(at('2026-12-28T17:00+01:00'), at('2027-01-04T09:30+01:00'))).toBe(1.5 * HOUR);
    expect(office.openMs(at('2026-11-23T19:00+01:00'), at('2026-11-23T20:00+01:00'))).toBe(0);
  });

  test('opens and closes next', () => {
    expect(office.nextChange(at('2026-11-23T08:00+01:00'))).toBe(at('2026-11-23T09:00+01:00'));
    expect(office.nextChange(at('2026-11-23T09:00+01:00'))).toBe(at('2026-11-23T18:00+01:00'));
    expect(office.nextChange(at('2026-11-23T18:00+01:00'))).toBe(at('2026-11-24T09:00+01:00'));
  });
});

test('a night split at midnight is one opening', () => {
  const night = calendar('Europe/Paris', every('00:00-06:00', '22:00-24:00'));
  expect(night.nextChange(at('2026-11-23T23:00+01:00'))).toBe(at('2026-11-24T06:00+01:00'));
  expect(night.openMs(at('2026-11-23T20:00+01:00'), at('2026-11-24T08:00+01:00'))).toBe(8 * HOUR);
});

test('an hour that comes twice is open twice, one that is skipped never', () => {
  const early = calendar('Europe/Paris', every('02:00-03:00'));
  expect(early.openMs(at('2026-10-25T00:00+02:00'), at('2026-10-26T00:00+01:00'))).toBe(2 * HOUR);
  expect(early.openMs(at('2026-03-29T00:00+01:00'), at('2026-03-30T00:00+02:00'))).toBe(0);
});

test('half an hour of summer time, and a day that begins at one o’clock', () => {
  const island = calendar('Australia/Lord_Howe', every('01:30-02:30'));
  expect(island.openMs(at('2026-04-04T13:00:00Z'), at('2026-04-05T13:00:00Z'))).toBe(1.5 * HOUR);
  const beirut = calendar('Asia/Beirut', every('00:00-02:00'));
  expect(beirut.openMs(at('2026-03-28T12:00:00Z'), at('2026-03-29T12:00:00Z'))).toBe(HOUR);
});

test('what never opens is never reached', () => {
  const never = calendar('UTC', {});
  expect(never.after(0, 1)).toBe(Number.POSITIVE_INFINITY);
  expect(never.nextChange(0)).toBe(Number.POSITIVE_INFINITY);
});

test('minute by minute it is what the zone’s own clock says', () => {
  const zones = [
    'UTC',
    'Europe/Paris',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'America/St_Johns',
    'Asia/Beirut',
  ];
  const opening = fc
    .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 }))
    .filter(([from, to]) => from < to);
  const starts = ['2026-03-27T07:00Z', '2026-10-24T05:00Z', '2026-04-03T20:00Z', '2026-06-10T00:00Z'].map(at);
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.array(fc.array(opening, { maxLength: 2 }), { minLength: 7, maxLength: 7 }),
      fc.constantFrom(...starts),
      fc.integer({ min: 0, max: 2 * DAY }),
      fc.integer({ min: 0, max: 2 * DAY }),
      (zone, week, start, lead, length) => {
        const days = week.map((openings) =>
          openings.map(([from, to]) => [from * MINUTE, to * MINUTE] as const),
        );
        const tested = calendarOf(zone, { week: days, holidays: new Set(['2026-03-29']) });
        const clock = new Intl.DateTimeFormat('en-GB', {
          timeZone: zone,
          dateStyle: 'short',
          timeStyle: 'short',
        });
        const isOpen = (instant: number): boolean => {
          const [date = '', time = ''] = clock.format(instant).split(', ');
          const iso = date.split('/').reverse().join('-');
          const minute = Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
          const weekday = (new Date(`${iso}T00:00Z`).getUTCDay() + 6) % 7;
          return iso !== '2026-03-29' && week[weekday]!.some(([from, to]) => from <= minute && minute < to);
        };
        const from = start + Math.floor(lead / MINUTE) * MINUTE;
        const to = from + Math.floor(length / MINUTE) * MINUTE;
        let open = 0;
        let changed: number | undefined;
        for (let minute = from; minute < to; minute += MINUTE) {
          if (isOpen(minute)) open += MINUTE;
          if (isOpen(minute) !== isOpen(from)) changed ??= minute;
        }
        expect(tested.openMs(from, to)).toBe(open);
        expect(tested.isOpen(from)).toBe(isOpen(from));
        if (changed !== undefined) expect(tested.nextChange(from)).toBe(changed);
        if (open > 0) expect(tested.openMs(from, tested.after(from, open))).toBe(open);
      },
    ),
    { numRuns: 25 },
  );
});
