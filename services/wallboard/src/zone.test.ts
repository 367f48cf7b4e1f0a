import fc from 'fast-check';
import { expect, test } from 'vitest';

import { instantOfLocal, isTimeZone, isWithinHours, localMinute } from './zone.ts';

test('a local minute is that of its zone, whatever the zone of the browser', () => {
  const at = Date.parse('2026-11-22T23:30:00Z');
  expect(localMinute(at, 'Europe/Paris')).toBe('2026-11-23T00:30');
  expect(localMinute(at, 'America/Montreal')).toBe('2026-11-22T18:30');
  expect(localMinute(at, 'Asia/Kathmandu')).toBe('2026-11-23T05:15');
});

test('of the hour that comes twice the first is meant, and one that never comes is as before the change', () => {
  expect(instantOfLocal('2026-10-25T02:30', 'Europe/Paris')).toBe(Date.parse('2026-10-25T00:30:00Z'));
  expect(instantOfLocal('2026-03-29T02:30', 'Europe/Paris')).toBe(Date.parse('2026-03-29T01:30:00Z'));
  expect(instantOfLocal('', 'Europe/Paris')).toBeNaN();
});

test('an instant is found again by its local minute, but for the second of two', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 26_000_000, max: 32_000_000 }),
      fc.constantFrom('Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata', 'UTC'),
      (minute, zone) => {
        const local = localMinute(minute * 60_000, zone);
        const found = instantOfLocal(local, zone);
        expect(localMinute(found, zone)).toBe(local);
        expect(minute * 60_000 - found).toBeGreaterThanOrEqual(0);
        expect(minute * 60_000 - found).toBeLessThanOrEqual(3_600_000);
      },
    ),
    { numRuns: 500 },
  );
});

test('zones are known by their names', () => {
  expect(['Europe/Paris', 'UTC', 'Paris', '', '+02:00'].map(isTimeZone)).toEqual([
    ...[true, true, false, false, false],
  ]);
});

test.each([
  ['21:00', true],
  ['06:59', true],
  ['07:00', false],
  ['12:30', true],
  ['13:00', false],
  ['19:59', false],
])('%s is within hours that go over midnight: %s', (time, isWithin) => {
  expect(isWithinHours(['20:00-07:00', '12:00-13:00'], time)).toBe(isWithin);
});
