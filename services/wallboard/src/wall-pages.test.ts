import { describe, expect, test } from 'vitest';

import { isWanted } from './rows.ts';
import { type Options, readOptions } from './options.ts';
import { wantedBy } from './subscription.ts';
import { figuresOf, NO_WALL, readWall, screenPages } from './wall-pages.ts';

const wall = readWall({
  centre: { id: 'lyon', name: 'Lyon', timeZone: 'Europe/Paris' },
  build: 'b1',
  rotation: 20,
  sound: false,
  reloadAt: 3,
  pages: [
    {
      name: 'Hall',
      queues: ['sales-*'],
      figures: ['service_level_live', 'occupancy'],
      window: '30m',
      distance: 6,
      theme: 'dark',
    },
    {
      ...{ name: 'Back', queues: [], figures: [], window: 'today', language: 'fr' },
      ...{ timeZone: 'America/Montreal', overscan: 4 },
    },
  ],
});
const options = (query: string, remembered: Readonly<Record<string, string>> = {}): Options =>
  readOptions(new URLSearchParams(query), { get: (name) => remembered[name] ?? null, set: () => undefined }, [
    'en-GB',
  ]);
const pagesOf = (query: string, remembered = {}) =>
  screenPages(wall, options(query, remembered), new URLSearchParams(query));

test('declared pages are shown as declared, what they leave open as the screen was told', () => {
  expect(pagesOf('', { distance: '3', diagonal: '43', theme: 'light', overscan: '2' })).toEqual([
    {
      ...{ name: 'Hall', queues: ['sales-*'], figures: ['service_level', 'occupancy'], window: '30m' },
      ...{ viewing: { distanceM: 6, diagonalInches: 43 }, theme: 'dark', language: 'en' },
      ...{ timeZone: 'Europe/Paris', overscan: 2 },
    },
    {
      ...{ name: 'Back', queues: [], window: 'today', theme: 'light', language: 'fr' },
      ...{ timeZone: 'America/Montreal', overscan: 4 },
      figures: ['longest_wait', 'waiting', 'service_level', 'abandonment', 'answered'],
      viewing: { distanceM: 3, diagonalInches: 43 },
    },
  ]);
});

test('the address goes before what is declared, and chooses pages', () => {
  expect(
    pagesOf('page=Back&lang=en&distance=2&timeZone=UTC&overscan=0').map(
      ({ name, language, viewing, timeZone, overscan }) =>
        [name, language, viewing.distanceM, timeZone, overscan].join(),
    ),
  ).toEqual(['Back,en,2,UTC,0']);
  expect(pagesOf('page=Nowhere')).toHaveLength(2);
  expect(pagesOf('queue=billing,web')).toMatchObject([{ name: '', queues: ['billing', 'web'] }]);
});

test.each([[null], ['pages'], [{ pages: 7 }], [{ pages: [] }]])('%j is one page of everything', (body) => {
  expect(screenPages(readWall(body), options(''), new URLSearchParams())).toMatchObject([
    { queues: [], window: '30m' },
  ]);
});

test('what is not understood of a page is as if it were not there', () => {
  const [page] = readWall({
    pages: [{ name: 3, queues: [1, 'a'], distance: -1, theme: 'pink', language: 'de', timeZone: 'Mars' }],
  }).pages;
  expect(page).toEqual({
    ...{ name: '', queues: ['a'], figures: [], window: null },
    ...{ distance: null, diagonal: null, theme: null, language: null, timeZone: null, overscan: null },
  });
  expect(readWall({}).rotationMs).toBe(NO_WALL.rotationMs);
});

describe('one subscription serves all pages', () => {
  test('with the windows and figures of each', () => {
    expect(figuresOf(pagesOf(''))).toEqual(['occupancy']);
    const wanted = wantedBy(pagesOf(''), 'lyon');
    expect(wanted).toMatchObject({ windows: ['30m', 'today'], queues: ['*', '_all'], centre: 'lyon' });
    expect(wanted.kpis).toContain('occupancy');
  });
  test('of named queues alone where every page names some', () => {
    expect(wantedBy(pagesOf('queue=billing,web'), null).queues).toEqual(['billing', 'web']);
  });
});

test('a queue is wanted by its id or by the beginning of it', () => {
  expect([
    isWanted('sales-fr', ['sales-*']),
    isWanted('sales', ['sales-*']),
    isWanted('a', ['a']),
    isWanted('a', []),
  ]).toEqual([...[true, false, true, true]]);
});
