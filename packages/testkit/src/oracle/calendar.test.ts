import { describe, expect, test } from 'vitest';
import { isOpen, localDate, openMs } from './calendar.ts';
import { segment, value } from './hand-events.ts';

const office = ['09:00-12:00', '13:00-18:00'];
const config = {
  centre: { timeZone: 'Europe/Paris' },
  calendars: {
    office: {
      mon: office,
      tue: office,
      sat: ['22:00-24:00'],
      sun: ['00:00-06:00'],
      holidays: ['2026-10-20'],
    },
  },
};
const open = (instant: string) => isOpen(config, 'office', Date.parse(instant));

describe('an opening calendar', () => {
  test('is open from the first millisecond of an opening and closed from its end', () => {
    expect(open('2026-10-19T06:59:59.999Z')).toBe(false);
    expect(open('2026-10-19T07:00:00.000Z')).toBe(true);
    expect(open('2026-10-19T09:59:59.999Z')).toBe(true);
    expect(open('2026-10-19T10:00:00.000Z')).toBe(false);
  });

  test('is closed on a holiday and on a day it does not name', () => {
    expect(open('2026-10-20T08:00:00Z')).toBe(false);
    expect(open('2026-10-21T08:00:00Z')).toBe(false);
  });

  test('an unknown name and `always` are always open', () => {
    expect(isOpen(config, 'always', 0)).toBe(true);
  });

  test('counts the repeated hour twice and the skipped one not at all', () => {
    const span = (from: string, to: string) =>
      openMs(config, 'office', Date.parse(from), Date.parse(to)) / 3_600_000;
    // Saturday 22:00 to Sunday 06:00 of the night in which the clocks go back, and of that in which they go forward.
    expect(span('2026-10-24T12:00:00Z', '2026-10-25T12:00:00Z')).toBe(9);
    expect(span('2026-03-28T12:00:00Z', '2026-03-29T12:00:00Z')).toBe(7);
  });

  test('knows the date where midnight is skipped', () => {
    expect(localDate(Date.parse('2026-03-28T21:59:59.999Z'), 'Asia/Beirut')).toBe('2026-03-28');
    expect(localDate(Date.parse('2026-03-28T22:00:00Z'), 'Asia/Beirut')).toBe('2026-03-29');
  });
});

describe('a contact out of hours', () => {
  // The morning of 20 October 2026 is open until 10:00:30 UTC.
  const calendars = { short: { tue: ['00:00-10:01'] } };
  const hours = (includeOutOfHours: boolean) => ({
    config: { calendars, channels: { voice: { calendar: 'short', includeOutOfHours } } },
  });
  const events = [...segment('in', 59.9, 10, 'answered'), ...segment('out', 60, 10, 'answered')];

  test('is one that arrives at the closing time, whenever it is answered', () => {
    expect(value(events, 'offered', 90, hours(false))).toBe(1);
    expect(value(events, 'answered', 90, hours(false))).toBe(1);
    expect(value(events, 'qos_rate', 90, { ...hours(false), queue: '_all', channel: '_all' })).toBe(1);
    expect(value(events, 'contacts_in_hours', 90, { ...hours(false), queue: '_all', channel: '_all' })).toBe(
      1,
    );
    expect(
      value(events, 'contacts_out_of_hours', 90, { ...hours(false), queue: '_all', channel: '_all' }),
    ).toBe(1);
  });

  test('counts all the same where the configuration says so', () => {
    expect(value(events, 'answered', 90, hours(true))).toBe(2);
  });

  test('is always in the gauges of now', () => {
    expect(value(events, 'waiting_now', 65, hours(false))).toBe(2);
  });
});
