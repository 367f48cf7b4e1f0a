import type { CanonicalEvent } from '@vigie/contracts';
import { describe, expect, test } from 'vitest';
import { dataOf, linesOf, mapAll, ofType } from './recordings.testkit.ts';

/** A line of the file as the realtime engine stores it: ten columns, what does not fit stays in the last. */
function rowOf(line: string, separator: string, empty = ''): string {
  const [time = '', ...columns] = line.split('|');
  const [callId = '', queue = '', member = '', event = '', ...data] = columns;
  const filled = [...data.slice(0, 4), data.slice(4).join('|')];
  const five = Array.from({ length: 5 }, (_, n) => (filled[n] === '' ? undefined : filled[n]) ?? empty);
  const stamp = new Date(Number(time) * 1000).toISOString().slice(0, 19).replace('T', ' ');
  return [`${stamp}.000000`, callId, queue, member, event, ...five].join(separator);
}

/** What a line and its row must have in common: all but ids made of the text, and how fine its clock is. */
const substance = (events: readonly CanonicalEvent[]) =>
  events.map(({ id: _id, ...event }) => ({
    ...event,
    data: { ...event.data, clock: undefined, offerId: undefined },
  }));

describe('rows of the realtime table', () => {
  const lines = linesOf('run-a').filter((line) => /^\d+\|/.test(line));

  test.each([
    ['bars', '|', ''],
    ['tabs', '\t', ''],
    ['tabs, without values as NULL', '\t', '\\N'],
  ])('apart by %s tell what the lines of the file tell', (_what, separator, empty) => {
    const rows = lines.map((line) => rowOf(line, separator, empty));
    expect(substance(mapAll(rows).events)).toEqual(substance(mapAll(lines).events));
  });

  test('with all parameters in one column tell the same', () => {
    const rows = lines.map((line) => rowOf(line, '|').replace(/\|+$/, ''));
    expect(substance(mapAll(rows).events)).toEqual(substance(mapAll(lines).events));
  });

  test('tell their instants to the millisecond, and name stays as the file does', () => {
    const { events } = mapAll([
      '2026-11-21 10:15:00.250999|c.1|q|NONE|ENTERQUEUE||1|1||',
      '2026-11-21 10:15:07.750000|c.1|q|Ann|CONNECT|7|c.2|3||',
    ]);
    expect(events.map(({ time }) => time)).toEqual(['2026-11-21T10:15:00.250Z', '2026-11-21T10:15:07.750Z']);
    const seconds = Date.parse('2026-11-21T10:15:00Z') / 1000;
    expect(dataOf(events[0]!).contact?.segmentId).toBe(`c.1/q/${seconds}/0`);
  });

  test('are read by the clock of the PBX: an hour shown twice goes on where the rows before it were', () => {
    const summer = Date.parse('2026-10-25T00:30:00Z');
    const winter = Date.parse('2026-10-25T01:30:00Z');
    // at 2:30 in Paris, twice
    const instantsOf = (clockMs: number): readonly number[] =>
      clockMs === Date.parse('2026-10-25T02:30:00Z')
        ? [summer, winter]
        : [clockMs - (clockMs < Date.parse('2026-10-25T02:00:00Z') ? 2 : 1) * 3_600_000];
    const row = (clock: string, call: string) =>
      `2026-10-25 ${clock}.000000|${call}|q|NONE|ENTERQUEUE||1|1||`;
    const { events } = mapAll(
      [row('01:30:00', 'c.1'), row('02:30:00', 'c.2'), row('03:00:00', 'c.3'), row('02:30:00', 'c.4')],
      { instantsOf },
    );
    const times = ofType(events, 'vigie.contact.queued').map(({ time }) => Date.parse(time));
    expect(times).toEqual([summer - 3_600_000, summer, winter + 1_800_000, winter]);
  });

  test('at a time that no clock showed are told as malformed', () => {
    const { mapper, events } = mapAll(['2026-03-29 02:30:00.000000|c.1|q|NONE|ENTERQUEUE||1|1||'], {
      instantsOf: () => [],
    });
    expect(events).toEqual([]);
    expect(mapper.counts.skipped).toEqual({ malformed: 1 });
  });
});
