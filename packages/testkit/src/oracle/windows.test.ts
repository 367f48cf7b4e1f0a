import { describe, expect, test } from 'vitest';
import { at, event, segment, value } from './hand-events.ts';
import { oracleIntervals, oracleSnapshot } from './snapshot.ts';
import { intervalsOfDay, localDayOf } from './time.ts';

const paris = { centre: { timeZone: 'Europe/Paris' } };
const queuedAt = (time: string, c = time) => event('contact.queued', 0, { c, s: `${c}/1`, q: 'q' }, { time });
const offered = (times: string[], asked: string, window: string, config = {}) =>
  oracleSnapshot(
    times.map((time) => queuedAt(time)),
    { at: Date.parse(asked), windows: [window], config },
  ).rows[0]?.kpis['offered']?.value;

describe('windows', () => {
  test('the tail of a rolling window leaves by whole seconds', () => {
    const events = segment('a', 0.5, 0, 'answered');
    expect(value(events, 'answered', 300.999 - 1, { window: '5m' })).toBe(1);
    expect(value(events, 'answered', 300, { window: '5m' })).toBe(0);
  });

  test('the head of a window is exact to the millisecond', () => {
    const events = segment('a', 0, 10.5, 'answered');
    expect(value(events, 'answered', 10.499)).toBe(0);
    expect(value(events, 'answered', 10.5)).toBe(1);
  });

  test('a fact counts in the day of its own instant', () => {
    const events = segment('a', 0, 15, 'answered').map((e, i) => ({
      ...e,
      time: i === 0 ? '2026-10-20T21:59:50Z' : '2026-10-20T22:00:05Z',
    }));
    const today = oracleSnapshot(events, {
      at: Date.parse('2026-10-20T22:00:10Z'),
      windows: ['today'],
      config: paris,
    }).rows[0]?.kpis;
    expect(today?.['offered']?.value).toBe(0);
    expect(today?.['answered']?.value).toBe(1);
    expect(today?.['service_level']?.value).toBe(1);
  });

  test('today begins at local midnight, or at the day start', () => {
    const times = ['2026-10-19T21:59:59Z', '2026-10-19T22:00:00Z', '2026-10-20T03:59:00Z'];
    expect(offered(times, '2026-10-20T10:00:00Z', 'today', paris)).toBe(2);
    const six = { centre: { timeZone: 'Europe/Paris', dayStart: '06:00' } };
    expect(offered(times, '2026-10-20T10:00:00Z', 'today', six)).toBe(0);
    expect(offered(times, '2026-10-20T03:59:30Z', 'today', six)).toBe(3);
  });

  test('the day the clock goes back has 25 hours, the day it goes forward 23', () => {
    const quarters = (date: string) =>
      intervalsOfDay(
        localDayOf(Date.parse(`${date}T12:00:00Z`), 'Europe/Paris', '00:00'),
        900_000,
        'Europe/Paris',
      );
    expect(quarters('2026-10-25')).toHaveLength(100);
    expect(quarters('2026-03-29')).toHaveLength(92);
    expect(quarters('2026-03-30')).toHaveLength(96);
  });

  test('a zone that skips midnight starts its day at the first instant of the date', () => {
    const day = localDayOf(Date.parse('2026-03-29T12:00:00Z'), 'Asia/Beirut', '00:00');
    expect(new Date(day.startMs).toISOString()).toBe('2026-03-28T22:00:00.000Z');
    expect(day.endMs - day.startMs).toBe(23 * 3_600_000);
  });

  test('the two half past two of the night in October are two intervals', () => {
    const events = ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T01:44:59.999Z'].map((time) =>
      queuedAt(time),
    );
    const rows = oracleIntervals(events, {
      config: paris,
      intervalMs: 900_000,
      judgedAt: Date.parse('2026-10-25T02:00:00Z'),
    }).filter((row) => row.queue === 'q');
    expect(rows).toHaveLength(100);
    const some = rows.filter((row) => row.kpis['offered']?.value !== 0);
    expect(some.map((row) => [row.start, row.kpis['offered']?.value])).toEqual([
      ['2026-10-25T00:30:00.000Z', 1],
      ['2026-10-25T01:30:00.000Z', 2],
    ]);
  });

  test('an interval knows nothing dated after the instant it is judged at', () => {
    const rows = oracleIntervals(segment('a', 0, 60, 'answered'), { intervalMs: 'day', judgedAt: at(30) });
    const row = rows.find((r) => r.queue === 'q');
    expect([row?.kpis['offered']?.value, row?.kpis['answered']?.value]).toEqual([1, 0]);
  });

  test('rows: each leaf, a merged one where a queue has two channels, each channel, everything', () => {
    const events = [
      ...segment('a', 0, 1, 'answered'),
      ...segment('b', 0, 1, 'answered', { ch: 'chat' }),
      ...segment('c', 0, 1, 'answered', { q: 'p' }),
    ];
    const { rows } = oracleSnapshot(events, { at: at(10), windows: ['5m'] });
    expect(rows.map((row) => [row.queue, row.channel, row.kpis['answered']?.value])).toEqual([
      ['p', 'voice', 1],
      ['q', 'chat', 1],
      ['q', 'voice', 1],
      ['q', '_all', 2],
      ['_all', 'chat', 1],
      ['_all', 'voice', 2],
      ['_all', '_all', 3],
    ]);
  });
});
