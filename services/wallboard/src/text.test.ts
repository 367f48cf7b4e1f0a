import { expect, test } from 'vitest';

import { TEXT } from './text.ts';

test('no word of either language was left in the other', () => {
  const same = new Set([
    'statusOk',
    'total',
    'sample',
    'seconds',
    'minutes',
    'abandonment',
    'spokenDuration',
  ]);
  const spoken = (value: unknown): string =>
    typeof value === 'function'
      ? String((value as (...parts: string[]) => unknown)('30m', '5'))
      : JSON.stringify(value);
  for (const key of Object.keys(TEXT.en) as (keyof typeof TEXT.en)[]) {
    if (!same.has(key)) expect(spoken(TEXT.fr[key]), key).not.toBe(spoken(TEXT.en[key]));
  }
});

test('a window is told in the words of the language', () => {
  expect(['30m', '24h', 'today'].map(TEXT.fr.windowName)).toEqual([
    '30 dern. min',
    '24 dern. h',
    'aujourd’hui',
  ]);
  expect(['30m', '24h', 'today'].map(TEXT.en.windowName)).toEqual(['last 30 min', 'last 24 h', 'today']);
});
