import { CODE, type Fact } from '@vigie/metrics';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Counters } from './counters.ts';
import { GroupTable } from './groups.ts';
import { Journeys } from './journeys.ts';

describe('journeys', () => {
  test('are the same whatever the order in which contacts name their roots', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e');
    const naming = fc.tuple(name, name).filter(([contact, root]) => contact !== root);
    fc.assert(
      fc.property(
        fc
          .array(naming, { maxLength: 8 })
          .chain((names) =>
            fc.tuple(
              fc.constant(names),
              fc.shuffledSubarray(names, { minLength: names.length, maxLength: names.length }),
            ),
          ),
        ([names, shuffled]) => {
          const first = new Journeys();
          const second = new Journeys();
          for (const [contact, root] of names) first.name(contact, root);
          for (const [contact, root] of shuffled) second.name(contact, root);
          for (const contact of 'abcde') expect(first.rootOf(contact)).toBe(second.rootOf(contact));
        },
      ),
    );
  });

  test('go by the smallest root named, through roots of roots', () => {
    const journeys = new Journeys();
    journeys.name('c3', 'c2');
    journeys.name('c2', 'c1');
    expect(journeys.rootOf('c3')).toBe('c1');
    journeys.name('c3', 'c0');
    expect(['c1', 'c2', 'c3'].map((contact) => journeys.rootOf(contact))).toEqual(['c0', 'c0', 'c0']);
    journeys.forget([{ type: 'root', contact: 'c2' } as Fact]);
    expect(journeys.rootOf('c3')).toBe('c3');
  });

  test('are never torn apart by a contact that names another root', () => {
    const journeys = new Journeys();
    journeys.name('c3', 'c9');
    journeys.name('c4', 'c9');
    journeys.name('c3', 'c2');
    expect(['c2', 'c3', 'c4', 'c9'].map((contact) => journeys.rootOf(contact))).toEqual(
      Array.from({ length: 4 }, () => 'c2'),
    );
  });
});

describe('groups', () => {
  test('beyond the cap count under "_other", and queues known before keep their own', () => {
    const groups = new GroupTable(2);
    const first = groups.idOf('q1', 'voice');
    groups.idOf('q2', 'voice');
    const third = groups.idOf('q3', 'voice');
    expect(groups.nameOf(third)).toEqual({ queue: '_other', channel: 'voice' });
    expect(groups.idOf('q4', 'voice')).toBe(third);
    expect(groups.idOf('q1', 'voice')).toBe(first);
    expect(groups.nameOf(groups.idOf('q1', 'chat'))).toEqual({ queue: 'q1', channel: 'chat' });
    expect(groups.overflowedQueues).toBe(2);
    expect(groups.parentsOf(third).map((id) => groups.nameOf(id))).toEqual([
      { queue: '_all', channel: 'voice' },
      { queue: '_all', channel: '_all' },
    ]);
  });
});

describe('counters', () => {
  const read = (counters: Counters, name: string) => counters.of(0).counts.get(name)?.greatest ?? 0;

  test('never fall: what is taken back is a correction, and must come again before they rise', () => {
    const counters = new Counters();
    counters.record(0, CODE.answered(true, 'hit'), 5000, 1);
    counters.settle();
    counters.record(0, CODE.answered(true, 'hit'), 5000, -1);
    counters.settle();
    expect(read(counters, 'answered')).toBe(1);
    expect(counters.corrections.get('answered')).toBe(1);
    counters.record(0, CODE.answered(true, 'hit'), 6000, 1);
    counters.settle();
    expect(read(counters, 'answered')).toBe(1);
    counters.record(0, CODE.answered(true, 'hit'), 7000, 1);
    counters.settle();
    expect(read(counters, 'answered')).toBe(2);
    expect(counters.of(0).waits.get('answered')?.count).toBe(2);
  });

  test('do not see what one event takes back and gives again, nor a figure that moves into the future', () => {
    const counters = new Counters();
    counters.record(0, CODE.handled(true, true, false), 0, 1);
    counters.settle();
    counters.record(0, CODE.handled(true, true, false), 0, -1);
    counters.record(0, CODE.handled(true, true, false), 0, 1);
    counters.settle();
    counters.record(0, CODE.handled(true, true, false), 0, -1);
    counters.recordFuture(0, CODE.handled(true, true, false));
    counters.settle();
    expect(counters.corrections.size).toBe(0);
    counters.record(0, CODE.handled(true, true, false), 0, 1);
    counters.settle();
    expect(read(counters, 'handled')).toBe(1);
  });

  test('are exported as the checkpoint that was stored has them, so that a crash takes nothing back', () => {
    const counters = new Counters();
    const answer = (waitMs: number): void => {
      counters.record(0, CODE.answered(true, 'hit'), waitMs, 1);
      counters.settle();
    };
    answer(5000);
    expect(counters.takeExported('all')).toEqual([]);
    expect(counters.takeDirty()).toEqual([0]);
    answer(6000);
    counters.stored();
    const [[group, exported] = []] = counters.takeExported('moved');
    expect([group, exported?.counts['answered'], exported?.waits['answered']?.sum]).toEqual([0, 1, 5]);
    expect(counters.takeExported('moved')).toEqual([]);
    counters.takeDirty();
    counters.stored();
    expect(counters.takeExported('all')[0]?.[1].counts['answered']).toBe(2);
    expect(counters.takeExported('moved')).toEqual([]);
  });

  test('tell flow-outs by cause', () => {
    const counters = new Counters();
    counters.record(0, CODE.flowedOut('voicemail', true, undefined), 12_000, 1);
    counters.settle();
    expect(read(counters, 'flow_outs:voicemail')).toBe(1);
    expect(counters.of(0).waits.get('flow_out')?.sumMs).toBe(12_000);
  });
});
