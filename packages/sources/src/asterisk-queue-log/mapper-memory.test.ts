import { describe, expect, test } from 'vitest';
import { mapAll, segmentOf } from './recordings.testkit.ts';

describe('restarts', () => {
  test('QUEUESTART ends every open call: nothing goes on after it', () => {
    const { events } = mapAll([
      '100|c.1|q|NONE|ENTERQUEUE||1|1',
      '110|NONE|NONE|NONE|QUEUESTART|',
      '111|c.1|q|NONE|ABANDON|1|1|11',
    ]);
    expect(events[1]).toMatchObject({ type: 'vigie.source.restarted', subject: '*' });
    expect(segmentOf(events[2])).toBeUndefined();
  });

  test('a half line that the next start was written behind costs itself, not the restart', () => {
    const { mapper } = mapAll([]);
    const mapped = mapper.map('1795310984|c.26|q|Ann|COMPLETECALLER|11795312010|NONE|NONE|NONE|QUEUESTART|');
    expect(mapped.events.map((event) => [event.type, event.time])).toEqual([
      ['vigie.source.restarted', '2026-11-22T01:46:50.000Z'],
    ]);
    expect(mapped.rejected?.reason).toBe('half_line');
    expect(mapper.counts.lines).toBe(2);
  });
});

describe('bounds', () => {
  const enter = (n: number, at: number): string => `${at}|c.${n}|q|NONE|ENTERQUEUE||1|1`;

  test('beyond the cap the longest silent call is forgotten, and counted', () => {
    const lines = [enter(1, 100), enter(2, 101), enter(3, 102), '103|c.1|q|NONE|ABANDON|1|1|3'];
    const { events, mapper } = mapAll(lines, { limits: { maxOpenCalls: 2 } });
    expect(mapper.counts.forgottenCalls).toBe(1);
    expect(segmentOf(events[3])).toBeUndefined();
    expect(mapper.state().calls.open).toHaveLength(2);
  });

  test('a call silent for longer than the greatest ages is forgotten', () => {
    const { mapper } = mapAll([enter(1, 100), enter(2, 100 + 16 * 3600 + 1)]);
    expect(mapper.state().calls.open.map(([id]) => id)).toEqual(['c.2']);
  });

  test('of ended calls only so many are remembered', () => {
    const lines = [1, 2, 3, 4, 5].flatMap((n) => [
      enter(n, 100 + n),
      `${101 + n}|c.${n}|q|NONE|ABANDON|1|1|1`,
    ]);
    const { mapper } = mapAll(lines, { limits: { maxEndedCalls: 3 } });
    expect(mapper.state().calls.ended.map(([id]) => id)).toEqual(['c.3', 'c.4', 'c.5']);
  });
});

test('where the end of a stay was lost, member and hold seconds tell which one a line ends', () => {
  const stay = (at: number, member: string, hold: number): string[] => [
    `${at}|c.1|q|NONE|ENTERQUEUE||1|1`,
    `${at + hold}|c.1|q|${member}|CONNECT|${hold}|a.1|1`,
  ];
  const lines = [...stay(100, 'Ann', 3), ...stay(200, 'Bob', 3), ...stay(300, 'Bob', 7)];
  const { events } = mapAll([
    ...lines,
    '320|c.1|q|Bob|COMPLETECALLER|7|13|1',
    '321|c.1|q|Bob|COMPLETECALLER|3|99|1',
  ]);
  expect(events.slice(-2).map(segmentOf)).toEqual(['c.1/q/300/0', 'c.1/q/200/0']);
});
