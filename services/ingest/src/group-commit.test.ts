import { assert, property, array, record, constantFrom, integer, boolean, nat } from 'fast-check';
import { describe, expect, test } from 'vitest';

import { type Commit, type EncodedEvent, GroupCommit } from './group-commit.ts';

const LIMITS = {
  maxRecordBytes: 100,
  maxAppendBytes: 250,
  idleLingerMs: 5,
  loadedLingerMs: 20,
  loadedSubmissions: 3,
};

const text = (value: Uint8Array) => Buffer.from(value).toString();

function encoded(centre: string, line: string): EncodedEvent {
  return { centre, line, bytes: Buffer.byteLength(line) };
}

function takeAll(group: GroupCommit<number>): Commit<number>[] {
  const commits: Commit<number>[] = [];
  for (let commit = group.take(0); commit !== undefined; commit = group.take(0)) commits.push(commit);
  return commits;
}

describe('whatever is added, and whenever commits are taken', () => {
  const submissions = array(
    record({
      events: array(
        record({ centre: constantFrom('a', 'b', 'default'), length: integer({ min: 1, max: 130 }) }),
        {
          maxLength: 12,
        },
      ),
      isTakenAfter: boolean(),
      elapsedMs: nat({ max: 30 }),
    }),
    { maxLength: 30 },
  );

  test('every event is in exactly one record, in the order of its centre, and bounds hold', () => {
    assert(
      property(submissions, (steps) => {
        const group = new GroupCommit<number>(LIMITS);
        const commits: Commit<number>[] = [];
        const added: EncodedEvent[] = [];
        let nowMs = 0;
        for (const [submission, { events, isTakenAfter, elapsedMs }] of steps.entries()) {
          nowMs += elapsedMs;
          const lines = events.map(({ centre, length }, index) =>
            encoded(centre, `${submission}.${index} é`.padEnd(length, '.')),
          );
          added.push(...lines);
          group.add(submission, lines, nowMs);
          const commit = isTakenAfter ? group.take(nowMs) : undefined;
          if (commit !== undefined) commits.push(commit);
        }
        commits.push(...takeAll(group));

        const written = new Map<string, string[]>();
        for (const { key, value } of commits.flatMap(({ records }) => records)) {
          const lines = text(value).split('\n');
          expect(lines.length === 1 || value.length <= LIMITS.maxRecordBytes).toBe(true);
          written.set(key, [...(written.get(key) ?? []), ...lines]);
        }
        for (const centre of ['a', 'b', 'default']) {
          expect(written.get(centre) ?? []).toEqual(
            added.filter((event) => event.centre === centre).map(({ line }) => line),
          );
        }
        for (const commit of commits) {
          expect(commit.events === 1 || commit.bytes <= LIMITS.maxAppendBytes + 1).toBe(true);
        }
      }),
    );
  });

  test('the parts of a submission add up to its events', () => {
    assert(
      property(submissions, (steps) => {
        const group = new GroupCommit<number>(LIMITS);
        for (const [submission, { events }] of steps.entries()) {
          group.add(
            submission,
            events.map(({ centre, length }) => encoded(centre, 'x'.repeat(length))),
            0,
          );
        }
        const counts = new Map<number, number>();
        for (const { parts } of takeAll(group)) {
          for (const [submission, n] of parts) counts.set(submission, (counts.get(submission) ?? 0) + n);
        }
        for (const [submission, { events }] of steps.entries()) {
          expect(counts.get(submission) ?? 0).toBe(events.length);
        }
      }),
    );
  });
});

test('what came within the linger is one record a centre', () => {
  const group = new GroupCommit<string>(LIMITS);
  group.add('first', [encoded('a', '1')], 1000);
  group.add('second', [encoded('a', '2'), encoded('b', '3')], 1003);
  expect(group.dueAtMs()).toBe(1005);
  const commit = group.take(1005);
  expect(commit?.records.map(({ key, value }) => [key, text(value)])).toEqual([
    ['a', '1\n2'],
    ['b', '3'],
  ]);
  expect(group.dueAtMs()).toBeUndefined();
});

test('under load the linger is longer, and shorter again when it is over', () => {
  const group = new GroupCommit<number>(LIMITS);
  for (const submission of [1, 2, 3]) group.add(submission, [encoded('a', 'x')], 0);
  group.take(5);
  group.add(4, [encoded('a', 'x')], 10);
  expect(group.dueAtMs()).toBe(30);
  group.take(30);
  group.add(5, [encoded('a', 'x')], 40);
  expect(group.dueAtMs()).toBe(45);
});

test('enough for a whole record is due at once', () => {
  const group = new GroupCommit<number>(LIMITS);
  group.add(1, [encoded('a', 'x'.repeat(60)), encoded('a', 'x'.repeat(60))], 7);
  expect(group.dueAtMs()).toBe(7);
});
