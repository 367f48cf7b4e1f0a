import { expect, test } from 'vitest';

import { type Memory, readOptions } from './options.ts';

function memory(held: Record<string, string> = {}): Memory & { readonly held: Record<string, string> } {
  return { held, get: (name) => held[name] ?? null, set: (name, value) => void (held[name] = value) };
}
const read = (address: string, remembered = memory(), languages: string[] = ['en-US']) =>
  readOptions(new URLSearchParams(address), remembered, languages);

test('an empty address shows every queue over half an hour, on 55 inches five metres away', () => {
  expect(read('')).toEqual({
    window: '30m',
    queues: [],
    centre: null,
    theme: 'auto',
    language: 'en',
    locales: ['', 'en-US'],
    timeZone: null,
    overscan: 0,
    viewing: { distanceM: 5, diagonalInches: 55 },
    viewingStated: false,
  });
});

test('queues may be repeated or listed', () => {
  expect(read('queue=billing&queue=sales,web').queues).toEqual(['billing', 'sales', 'web']);
});

test('what the address says of the screen is remembered', () => {
  const screen = memory();
  read('distance=8&diagonal=75&theme=dark&lang=fr', screen);
  expect(read('', screen)).toMatchObject({
    theme: 'dark',
    language: 'fr',
    viewing: { distanceM: 8, diagonalInches: 75 },
    viewingStated: true,
  });
});

test('a screen has a zone, a way to write numbers and an edge of its own', () => {
  const screen = memory();
  read('timeZone=America/Montreal&lang=fr-CA&overscan=4', screen);
  expect(read('', screen)).toMatchObject({
    ...{ timeZone: 'America/Montreal', language: 'fr', overscan: 4 },
    locales: ['fr-CA', 'en-US'],
  });
  expect(read('timeZone=Paris&overscan=60')).toMatchObject({ timeZone: null, overscan: 0 });
});

test.each(['distance=0', 'distance=far', 'distance=', 'diagonal=-3', 'diagonal=9999'])(
  '%s is taken for a slip',
  (slip) => {
    expect(read(slip)).toMatchObject({ viewing: { distanceM: 5, diagonalInches: 55 }, viewingStated: false });
  },
);

test('without a word about language the first of the browser that is known is used, else English', () => {
  expect(read('', memory(), ['de-DE', 'fr-CA']).language).toBe('fr');
  expect(read('', memory(), ['de-DE']).language).toBe('en');
});
