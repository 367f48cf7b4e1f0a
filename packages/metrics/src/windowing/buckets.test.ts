import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Buckets, secondOf } from './buckets.ts';

type Entry = readonly [group: number, at: number, code: number, value: number, sign: number];

const entry = fc.tuple(
  fc.nat(2),
  fc.integer({ min: 1_763_720_000_000, max: 1_763_720_004_999 }),
  fc.nat(2),
  fc.nat(2),
  fc.constantFrom(1, -1),
);

function read(buckets: Buckets, second: number): string[] {
  const entries: string[] = [];
  buckets.forEach(second, (...numbers) => entries.push(String(numbers)));
  return entries.sort();
}

test('buckets hold what was added and neither removed nor dropped, through growth and entries used again', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('add', 'add', 'remove', 'drop'), entry), {
    minLength: 300,
    maxLength: 700,
  });
  fc.assert(
    fc.property(steps, (all) => {
      const buckets = new Buckets();
      let kept: Entry[] = [];
      for (const [step, numbers] of all) {
        const second = secondOf(numbers[1]);
        const found = kept.findIndex((other) => String(other) === String(numbers));
        if (step === 'add') {
          buckets.add(...numbers);
          kept.push(numbers);
        } else if (step === 'remove') {
          expect(buckets.remove(...numbers)).toBe(found >= 0);
          if (found >= 0) kept.splice(found, 1);
        } else {
          buckets.drop(second);
          kept = kept.filter((other) => secondOf(other[1]) !== second);
        }
      }
      const seconds = [0, 1, 2, 3, 4].map((n) => 1_763_720_000 + n);
      for (const second of seconds) {
        const own = kept.filter((other) => secondOf(other[1]) === second);
        expect(read(buckets, second)).toEqual(own.map(String).sort());
      }
      for (const [from, to] of [
        [seconds[0]!, seconds[4]!],
        [0, 2e9],
      ] as const) {
        const held = new Set(kept.map((other) => secondOf(other[1])));
        expect([...buckets.secondsBetween(from, to)]).toEqual(expect.arrayContaining([...held]));
      }
    }),
    { numRuns: 30 },
  );
});
