import { describe, expect, test } from 'vitest';
import { checkConfiguration } from './check.ts';

const KPIS = ['waiting_now', 'longest_wait_now', 'service_level_live'];
const wallOf = (wall: unknown, more: object = {}) => {
  const result = checkConfiguration({ ...(wall === undefined ? {} : { wall }), ...more }, { kpis: KPIS });
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.configuration.wall;
};
const messages = (wall: unknown): readonly string[] => {
  const result = checkConfiguration({ wall }, { kpis: KPIS });
  return result.ok ? [] : result.problems.map(({ message }) => message);
};

describe('the pages of a wall', () => {
  test('are one of everything where none is declared', () => {
    expect(wallOf(undefined)).toEqual({
      pages: [{ name: '', queues: [], figures: [], window: '30m' }],
      rotationMs: 30_000,
      sound: false,
      speech: false,
      quietHours: [],
      darkHours: [],
      reloadAt: 4,
    });
    expect(wallOf(undefined, { windows: ['10m'] }).pages[0]?.window).toBe('10m');
  });

  test('take what they do not say from the wall', () => {
    const { pages, rotationMs } = wallOf({
      rotation: '20s',
      distance: 6,
      theme: 'dark',
      pages: [
        {
          name: 'Hall',
          queues: ['sales-*'],
          figures: ['waiting_now', 'service_level_live'],
          hero: 'service_level_live',
        },
        {
          ...{ name: 'Back', theme: 'light', language: 'fr', window: 'today', diagonal: 43 },
          ...{ timeZone: 'America/Montreal', overscan: 4 },
        },
      ],
    });
    expect(rotationMs).toBe(20_000);
    expect(pages).toEqual([
      {
        ...{ name: 'Hall', queues: ['sales-*'], figures: ['service_level_live', 'waiting_now'] },
        ...{ window: '30m', distance: 6, theme: 'dark' },
      },
      {
        ...{ name: 'Back', queues: [], figures: [], window: 'today', distance: 6, diagonal: 43 },
        ...{ theme: 'light', language: 'fr', timeZone: 'America/Montreal', overscan: 4 },
      },
    ]);
  });

  test.each([
    [
      { pages: [{ name: 'a', figures: ['wait_now'] }] },
      /wall\.pages\.0\.figures\.0 is "wait_now": expected a KPI id/,
    ],
    [{ pages: [{ name: 'a', window: '7m' }] }, /wall\.pages\.0\.window is "7m": expected one of the windows/],
    [
      { pages: [{ name: 'a' }, { name: 'a' }] },
      /wall\.pages\.1\.name is "a": expected a name that no other page has/,
    ],
    [
      { pages: [{ name: 'a', figures: ['waiting_now'], hero: 'longest_wait_now' }] },
      /hero is .*: expected one of its figures/,
    ],
    [{ pages: [{ name: 'a', distance: 0 }] }, /distance is 0: expected a number from 0\.3 to 50/],
    [{ pages: [{ name: 'a', theme: 'pink' }] }, /theme is "pink": expected one of auto, light, dark/],
    [{ timeZone: 'Paris' }, /wall\.timeZone is "Paris": expected an IANA time zone/],
    [{ overscan: 40 }, /wall\.overscan is 40: expected a number from 0 to 10/],
    [{ quietHours: ['22:00'] }, /quietHours\.0 is "22:00": expected hours such as "20:00-07:30"/],
    [{ darkHours: ['25:00-07:00'] }, /darkHours\.0 is "25:00-07:00": expected hours such as/],
    [{ speech: true }, /wall\.speech is true: expected false, as long as wall\.sound is not true/],
    [{ rotation: '1s' }, /wall\.rotation is "1s"/],
    [{ page: [] }, /wall\.page is not a known key: did you mean "pages"/],
  ])('%j is refused', (wall, message) => {
    expect(messages(wall).join('\n')).toMatch(message);
  });
});
