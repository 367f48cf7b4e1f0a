import fc from 'fast-check';
import { expect, test } from 'vitest';
import { difference, type Contributions } from './contribution.ts';

const entry = fc.tuple(fc.nat(2), fc.nat(3), fc.nat(2), fc.nat(2));
const list = fc.array(entry, { maxLength: 12 }).map((entries): Contributions => entries.flat());

function tally(contributions: Contributions, sign: number, into: Map<string, number>): void {
  for (let i = 0; i < contributions.length; i += 4) {
    const key = contributions.slice(i, i + 4).join();
    into.set(key, (into.get(key) ?? 0) + sign);
  }
}

test('what comes and what is taken back turns one list into the other, and nothing is said that did not change', () => {
  fc.assert(
    fc.property(list, list, (before, after) => {
      const expected = new Map<string, number>();
      tally(after, 1, expected);
      tally(before, -1, expected);
      const told = new Map<string, number>();
      let emitted = 0;
      difference(before, after, (group, at, code, value, sign) => {
        emitted++;
        const key = [group, at, code, value].join();
        told.set(key, (told.get(key) ?? 0) + sign);
      });
      const net = (counts: Map<string, number>) =>
        [...counts].filter(([, count]) => count !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
      expect(net(told)).toEqual(net(expected));
      expect(emitted).toBe(net(expected).reduce((sum, [, count]) => sum + Math.abs(count), 0));
    }),
  );
});
