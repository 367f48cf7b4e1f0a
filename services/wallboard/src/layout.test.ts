import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { widthEm } from './figure.ts';
import { planLayout } from './layout.ts';
import { ARC, arcMinutes, fontVh } from './sizes.ts';

const HD = { width: 1920, height: 1080 };
const at5m = (diagonalInches: number) => ({ distanceM: 5, diagonalInches });

test('a 55-inch screen at five metres needs 4.8 vh for 16 minutes of arc, as computed by hand', () => {
  // 2 · 5000 mm · tan(8′) = 23.27 mm of capital, / 0.7 = 33.2 mm of font, on 684.9 mm of screen.
  expect(fontVh(16, at5m(55), HD)).toBeCloseTo(4.854, 2);
  expect(arcMinutes(4.854, at5m(55), HD)).toBeCloseTo(16, 1);
});

describe.each([43, 55, 65])('at 1080p on %s inches, five metres away', (diagonal) => {
  const layout = planLayout(at5m(diagonal), HD, { queueRows: 12 });
  const arc = (vh: number): number => arcMinutes(vh, at5m(diagonal), HD) + 1e-6;

  test('words subtend 16 minutes of arc, main figures 60, the hero 100', () => {
    expect(arc(layout.labelVh)).toBeGreaterThanOrEqual(ARC.label);
    expect(arc(layout.mainVh)).toBeGreaterThanOrEqual(ARC.main);
    expect(arc(layout.heroVh)).toBeGreaterThanOrEqual(ARC.hero);
  });

  test('at least four figures fit, and no table', () => {
    expect(layout.rows.flat().length).toBeGreaterThanOrEqual(4);
    expect(layout.tableFits).toBe(false);
  });
});

test('a 55-inch screen has room for all five', () => {
  expect(planLayout(at5m(55), HD, { queueRows: 12 }).rows).toEqual([
    ['longest_wait', 'waiting'],
    ['service_level', 'abandonment', 'answered'],
  ]);
});

test('from near enough the table stands on the first page', () => {
  expect(planLayout({ distanceM: 1.8, diagonalInches: 55 }, HD, { queueRows: 4 }).tableFits).toBe(true);
});

test('too far away, the words fall below 16 minutes, and the layout tells', () => {
  expect(planLayout({ distanceM: 12, diagonalInches: 43 }, HD, { queueRows: 4 }).labelArc).toBeLessThan(
    ARC.label,
  );
});

test('edges that a television cuts off stay empty, and what is left is as readable', () => {
  const cut = planLayout(at5m(55), HD, { queueRows: 12, overscan: 4 });
  expect(arcMinutes(cut.labelVh, at5m(55), HD)).toBeGreaterThanOrEqual(16 - 1e-6);
  expect(cut.labelArc).toBeCloseTo(arcMinutes(cut.labelVh, at5m(55), HD), 6);
  const whole = planLayout(at5m(55), HD, { queueRows: 12 });
  expect(cut.rows.flat().length).toBeLessThanOrEqual(whole.rows.flat().length);
  const smaller = planLayout(at5m(55 * 0.92), { width: 1920 * 0.92, height: 1080 * 0.92 }, { queueRows: 12 });
  expect(cut.heroVh).toBeCloseTo(smaller.heroVh * 0.92, 6);
});

test.each([43, 55, 65])('a line for alarms costs no size below the least, on %s inches', (diagonal) => {
  const layout = planLayout(at5m(diagonal), HD, { queueRows: 12, hasStrip: true });
  expect(layout.labelArc).toBeGreaterThanOrEqual(ARC.label - 1e-6);
  expect(arcMinutes(layout.heroVh, at5m(diagonal), HD)).toBeGreaterThanOrEqual(ARC.heroLeast - 1e-6);
  expect(layout.rows.flat().length).toBeGreaterThanOrEqual(4);
});

test('commas end above the words below them, from wherever the wall is read, and figures of a row stand on one line', () => {
  // of Arial and its like, in font sizes: depth of a comma; what the lines of figure and words leave between them
  const COMMA = 0.156;
  const between = (figureVh: number, labelVh: number): number => 0.023 * figureVh + (0.12 + 0.18) * labelVh;
  for (const distanceM of [1, 2, 3, 5, 8])
    for (const diagonalInches of [43, 55, 75]) {
      const { labelVh, mainVh, tailsVh } = planLayout({ distanceM, diagonalInches }, HD, { queueRows: 4 });
      const below = (tile: string): number => (tailsVh.get(tile) ?? 0) + between(mainVh, labelVh);
      expect(below('waiting')).toBeGreaterThanOrEqual(COMMA * mainVh - 0.05);
      if (tailsVh.has('abandonment')) {
        expect(below('abandonment')).toBeGreaterThanOrEqual(0.6 * COMMA * mainVh - 0.05);
        expect(tailsVh.get('abandonment')).toBe(tailsVh.get('service_level'));
      }
    }
});

test('every figure is told its room, which the usual ones fit into', () => {
  const { rooms, rows } = planLayout(at5m(43), HD, { queueRows: 12 });
  expect([...rooms.keys()]).toEqual(rows.flat());
  const widths = [
    ['longest_wait', widthEm({ number: '59:59', fraction: '', unit: '' })],
    ['waiting', widthEm({ number: '188', fraction: '', unit: '' })],
    ['service_level', widthEm({ number: '100', fraction: '', unit: '%' })],
  ] as const;
  for (const [tile, width] of widths) expect(rooms.get(tile)).toBeGreaterThanOrEqual(width);
  expect(rooms.get('longest_wait')).toBeLessThan(widthEm({ number: '11:06:51', fraction: '', unit: '' }));
});

test('the first two rows share their gutters', () => {
  const { columns } = planLayout(at5m(55), HD, { queueRows: 12 });
  expect(columns[0]?.[1]).toBeCloseTo(columns[1]?.[2] ?? 0, 6);
});

test('whatever the screen, a layout comes out that shows the most important figures first, words never the larger', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.3, max: 50, noNaN: true }),
      fc.double({ min: 5, max: 300, noNaN: true }),
      fc.integer({ min: 300, max: 4000 }),
      fc.integer({ min: 300, max: 4000 }),
      fc.integer({ min: 0, max: 60 }),
      (distanceM, diagonalInches, width, height, queues) => {
        const layout = planLayout({ distanceM, diagonalInches }, { width, height }, { queueRows: queues });
        expect(layout.rows.flat().slice(0, 3)).toEqual(['longest_wait', 'waiting', 'service_level']);
        expect(layout.labelVh).toBeGreaterThan(0);
        expect(layout.mainVh).toBeGreaterThan(layout.labelVh);
        expect(layout.heroVh).toBeGreaterThan(layout.mainVh);
        expect(layout.columns.map((row) => row.length)).toEqual(layout.rows.map((row) => row.length));
      },
    ),
    { numRuns: 200 },
  );
});
