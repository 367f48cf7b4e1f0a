import type { LiveFeed } from '@vigie/client';
import { expect, test } from 'vitest';

import type { Memory } from './options.ts';
import { buildOf, screenName, screenReporter } from './screen-report.ts';

function memory(): Memory {
  const held = new Map<string, string>();
  return { get: (name) => held.get(name) ?? null, set: (name, value) => void held.set(name, value) };
}

test('a screen is who its address says, and remembers it', () => {
  const remembered = memory();
  expect(screenName(new URLSearchParams(), remembered)).toBeNull();
  expect(screenName(new URLSearchParams('screen=hall'), remembered)).toBe('hall');
  expect(screenName(new URLSearchParams(), remembered)).toBe('hall');
  expect(screenName(new URLSearchParams('screen=%3Cb%3E'), remembered)).toBeNull();
});

test('it reports every five seconds, whatever its clock does, and never its key', () => {
  const sent: object[] = [];
  const feed = (ageMs: number | null) =>
    ({
      health: () => ({ ageMs }),
      report: (report: object) => void sent.push(report),
    }) as unknown as LiveFeed;
  const tell = screenReporter('hall', { pathname: '/wall', search: `?queue=${'x'.repeat(300)}` });
  tell(feed(null), 1000);
  tell(feed(1200.4), 5999);
  tell(feed(1200.4), 6000);
  tell(feed(99), 500);
  expect(sent).toMatchObject([
    { screen: 'hall', lagMs: null },
    { screen: 'hall', lagMs: 1200 },
    { screen: 'hall', lagMs: 99 },
  ]);
  expect((sent[0] as { page: string }).page).toHaveLength(200);
});

test('a build is named by its file', () => {
  expect(buildOf('https://wall.example/assets/index-CxT3a.js?x=1')).toBe('index-CxT3a.js');
  expect(buildOf('')).toBe('unknown');
});
