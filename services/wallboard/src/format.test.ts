import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { formatDuration, formatsOf, roundBesideTarget } from './format.ts';

const space = (text: string): string => text.replace(/[\u00a0\u202f]/g, ' ');

test.each([
  [0, '00:00'],
  [9.99, '00:09'],
  [60, '01:00'],
  [3599.9, '59:59'],
  [3600, '1:00:00'],
  [36_061, '10:01:01'],
  [-3, '00:00'],
])('%s seconds are shown as %s', (seconds, shown) => {
  expect(formatDuration(seconds)).toBe(shown);
});

test('below an hour a duration always takes five characters', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 3599.99, noNaN: true }), (s) => formatDuration(s).length === 5),
  );
});

describe('rounding', () => {
  test.each([
    [79.6, 80, 79],
    [80, 80, 80],
    [80.4, 80, 81],
    [72.4, 80, 72],
    [79.6, undefined, 80],
  ])('%s beside a target of %s is shown as %s', (value, target, shown) => {
    expect(roundBesideTarget(value, 0, target)).toBe(shown);
  });

  test('never carries a figure across its target, nor by more than one unit', () => {
    const percent = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100);
    fc.assert(
      fc.property(
        percent,
        fc.integer({ min: 0, max: 100 }),
        fc.constantFrom(0, 1),
        (value, target, decimals) => {
          const shown = roundBesideTarget(value, decimals, target);
          expect(Math.sign(shown - target)).toBe(Math.sign(value - target));
          expect(Math.abs(shown - value)).toBeLessThan(1);
        },
      ),
    );
  });
});

describe('locales', () => {
  const at = Date.parse('2026-11-21T13:03:12Z');

  test('French sets a comma, a space before the percent sign, and its own grouping', () => {
    const formats = formatsOf('fr', [], 'Europe/Paris');
    expect(formats.percent(0.0421, 1)).toEqual({ number: '4', fraction: ',2', unit: '%' });
    expect(space(formats.percentText(0.8, 0))).toBe('80 %');
    expect(space(formats.count(12_345))).toBe('12 345');
    expect([formats.time(at), formats.hourMinute(at)]).toEqual(['14:03:12', '14:03']);
  });

  test('English follows the region the reader asks for', () => {
    expect(formatsOf('en').percent(0.0421, 1)).toEqual({ number: '4', fraction: '.2', unit: '%' });
    expect(formatsOf('en', ['fr-FR', 'en-IN']).count(123_456)).toBe('1,23,456');
  });

  test('midnight is 00, not 24', () => {
    expect(formatsOf('en', ['en-US'], 'UTC').time(Date.parse('2026-11-21T00:00:05Z'))).toBe('00:00:05');
  });

  test('on the day the clocks go back the zone tells the two hours apart', () => {
    const formats = formatsOf('fr', [], 'Europe/Paris');
    const [summer, winter] = [Date.parse('2026-10-25T00:30:00Z'), Date.parse('2026-10-25T01:30:00Z')];
    expect(formats.time(summer)).toBe(formats.time(winter));
    expect(formats.zone(summer)).not.toBe(formats.zone(winter));
  });
});
