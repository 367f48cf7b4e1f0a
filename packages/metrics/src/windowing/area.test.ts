import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addStep, areaOver, AREA_SUMS } from './area.ts';

const DAY_MS = 86_400_000;
/** Instants of a few days, milliseconds that no double of a product of them would keep. */
const instant = fc.integer({ min: 20_700 * DAY_MS, max: 20_704 * DAY_MS });
const steps = fc.array(fc.record({ at: instant, step: fc.constantFrom(-1, 1, 1) }), { maxLength: 40 });

/** The level over `[from, to]`, step by step. */
function byHand(all: readonly { at: number; step: number }[], from: number, to: number): number {
  const marks = [from, ...all.map(({ at }) => at).filter((at) => at > from && at < to), to].sort(
    (a, b) => a - b,
  );
  let area = 0;
  for (let i = 1; i < marks.length; i++) {
    const level = all.reduce((sum, { at, step }) => sum + (at <= marks[i - 1]! ? step : 0), 0);
    area += level * (marks[i]! - marks[i - 1]!);
  }
  return area;
}

test('the time in a level is the integral of its steps, over any stretch, to the millisecond', () => {
  fc.assert(
    fc.property(steps, instant, instant, (all, a, b) => {
      const [from, to] = a < b ? [a, b] : [b, a];
      const sums = new Float64Array(AREA_SUMS);
      for (const { at, step } of all) if (at >= from && at <= to) addStep(sums, 0, step, at);
      const levelAtEnd = all.reduce((sum, { at, step }) => sum + (at <= to ? step : 0), 0);
      expect(areaOver(sums, 0, levelAtEnd, from, to)).toBe(byHand(all, from, to));
    }),
  );
});

test('what is taken back leaves nothing, and parts of a stretch add up to it', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const whole = new Float64Array(AREA_SUMS);
      const parts = [new Float64Array(AREA_SUMS), new Float64Array(AREA_SUMS)];
      all.forEach(({ at, step }, index) => {
        addStep(whole, 0, step, at);
        addStep(parts[index % 2]!, 0, step, at);
      });
      expect([...whole]).toEqual([...parts[0]!].map((sum, i) => sum + parts[1]![i]!));
      for (const { at, step } of all) addStep(whole, 0, -step, at);
      expect([...whole].every((sum) => sum === 0)).toBe(true);
    }),
  );
});
