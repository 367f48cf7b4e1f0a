import { describe, expect, test } from 'vitest';
import { zoneOf } from './zone.ts';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);

describe('a local day', () => {
  test.each([
    ['Europe/Paris', '2026-10-25T12:00:00Z', 25],
    ['Europe/Paris', '2026-03-29T12:00:00Z', 23],
    ['Europe/Paris', '2026-06-15T12:00:00Z', 24],
    ['Australia/Lord_Howe', '2026-04-05T03:00:00Z', 24.5],
    ['Asia/Beirut', '2026-03-29T12:00:00Z', 23],
    ['Asia/Kathmandu', '2026-05-05T12:00:00Z', 24],
  ])('of %s around %s has %d hours', (name, instant, hours) => {
    const zone = zoneOf(name, 0);
    expect((zone.nextDayStart(at(instant)) - zone.dayStart(at(instant))) / HOUR).toBe(hours);
  });

  test('that has no midnight begins at its first instant', () => {
    const zone = zoneOf('Asia/Beirut', 0);
    expect(zone.label(zone.dayStart(at('2026-03-29T12:00:00Z')))).toBe('2026-03-29T01:00:00+03:00');
  });

  test('may begin later than midnight', () => {
    const zone = zoneOf('Europe/Paris', 4.5 * HOUR);
    expect(zone.dayStart(at('2026-06-15T02:29:59Z'))).toBe(at('2026-06-14T02:30:00Z'));
    expect(zone.dayStart(at('2026-06-15T02:30:00Z'))).toBe(at('2026-06-15T02:30:00Z'));
  });
});

test('a day that begins within the hour that comes twice begins once', () => {
  const zone = zoneOf('Europe/Paris', 2.5 * HOUR);
  const start = at('2026-10-25T00:30:00Z');
  for (const instant of ['2026-10-25T00:45:00Z', '2026-10-25T01:15:00Z', '2026-10-25T01:45:00Z']) {
    expect(zoneOf('Europe/Paris', 2.5 * HOUR).dayStart(at(instant)), instant).toBe(start);
    expect(zone.dayStart(at(instant)), instant).toBe(start);
  }
  expect(zone.nextDayStart(start)).toBe(at('2026-10-26T01:30:00Z'));
});

test('the two passes of an hour that comes twice have different labels', () => {
  const zone = zoneOf('Europe/Paris', 0);
  expect(zone.label(at('2026-10-25T00:15:00Z'))).toBe('2026-10-25T02:15:00+02:00');
  expect(zone.label(at('2026-10-25T01:15:00Z'))).toBe('2026-10-25T02:15:00+01:00');
});

test('a zone nobody knows is refused', () => {
  expect(() => zoneOf('Europe/Atlantis', 0)).toThrow();
});

test.each([
  'Europe/Paris',
  'Australia/Lord_Howe',
  'Asia/Beirut',
  'America/St_Johns',
  'Africa/Casablanca',
  'UTC',
])('the offset of %s is that of the clock on its walls, every half hour of a year', (name) => {
  const zone = zoneOf(name, 0);
  const wall = new Intl.DateTimeFormat('sv-SE', {
    timeZone: name,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  const wrong: number[] = [];
  for (let ms = at('2026-01-01T00:00:00Z'); ms < at('2027-01-01T00:00:00Z'); ms += HOUR / 2) {
    for (const instant of [ms - 1000, ms]) {
      const shown = Date.parse(`${wall.format(instant).replace(' ', 'T')}Z`);
      if (shown - instant !== zone.offsetMinutes(instant) * 60_000) wrong.push(instant);
    }
  }
  expect(wrong).toEqual([]);
});
