import fc from 'fast-check';
import { expect, test } from 'vitest';
import { binOf, Histogram, HistogramTable, percentiles, valueOfBin } from './histogram.ts';

const value = fc.oneof(fc.nat(100), fc.nat(100_000), fc.integer({ min: 0, max: 4_000_000_000 }));

test('a value is read back within one percent', () => {
  fc.assert(
    fc.property(value, (v) => {
      expect(Math.abs(valueOfBin(binOf(v)) - v)).toBeLessThanOrEqual(v * 0.01);
    }),
  );
});

test('bins rise with values, powers of two included', () => {
  for (let power = 1; power < 40; power++) {
    const edge = 2 ** power;
    expect(binOf(edge - 1)).toBeLessThanOrEqual(binOf(edge));
    expect(binOf(edge)).toBeLessThanOrEqual(binOf(edge + 1));
  }
});

test('percentiles are those of the nearest rank, within one percent', () => {
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 200 }),
      fc.constantFrom(1, 50, 90, 95, 100),
      (values, p) => {
        const histogram = new Histogram();
        for (const v of values) histogram.observe(v, 1);
        const sorted = [...values].sort((a, b) => a - b);
        const exact = sorted[Math.ceil((p * sorted.length) / 100) - 1]!;
        const read = percentiles(histogram, [p])!.values[0]!;
        expect(Math.abs(read - exact)).toBeLessThanOrEqual(exact * 0.01);
      },
    ),
  );
});

test('what is taken back leaves nothing, and merging is adding', () => {
  fc.assert(
    fc.property(fc.array(value), fc.array(value), (a, b) => {
      const left = new Histogram();
      const right = new Histogram();
      for (const v of a) left.observe(v, 1);
      for (const v of b) right.observe(v, 1);
      left.merge(right);
      for (const v of [...b, ...a]) left.observe(v, -1);
      left.forEach((bin) => expect(bin).toBe('nothing'));
    }),
  );
});

test('nothing observed has no percentile', () => {
  expect(percentiles(new Histogram(), [50])).toBeUndefined();
});

test('percents asked together are read as each alone, and nothing is left over for the next histogram', () => {
  const percents = [1, 50, 90, 95, 100];
  fc.assert(
    fc.property(fc.array(fc.array(value, { minLength: 1, maxLength: 50 }), { maxLength: 4 }), (lists) => {
      for (const values of lists) {
        const histogram = new Histogram();
        for (const v of values) histogram.observe(v, 1);
        const alone = percents.map((percent) => percentiles(histogram, [percent])!.values[0]!);
        expect(percentiles(histogram, percents)).toEqual({ n: values.length, values: alone });
      }
    }),
  );
});

test('columns of a table are histograms of their own, also when it grows and when one is cleared', () => {
  const moves = fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), value, fc.constantFrom(1, -1)));
  fc.assert(
    fc.property(moves, fc.nat(2), (all, cleared) => {
      const table = new HistogramTable(3);
      const alone = [0, 1, 2].map(() => new Map<number, number>());
      for (const [columns, v, by] of all) {
        table.add(columns, binOf(v), by);
        alone.forEach((counts, column) => {
          if ((columns & (1 << column)) !== 0) counts.set(binOf(v), (counts.get(binOf(v)) ?? 0) + by);
        });
      }
      table.clear(cleared);
      alone[cleared]!.clear();
      alone.forEach((counts, column) => {
        const read = new Map<number, number>();
        table.forEach(column, (bin, count) => read.set(bin, count));
        expect(read).toEqual(new Map([...counts].filter(([, count]) => count !== 0)));
      });
    }),
  );
});
