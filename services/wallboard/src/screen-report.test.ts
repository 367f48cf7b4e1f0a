import type { LiveFeed } from '@vigie/client';
import { expect, test } from 'vitest';

import type { Memory } from './options.ts';
import { screenName, screenReporter } from './screen-report.ts';

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

test('it reports every five seconds, whatever its clock does', () => {
  const sent: object[] = [];
  const feed = (ageMs: number | null) =>
    ({
      health: () => ({ ageMs }),
      report: (report: object) => void sent.push(report),
    }) as unknown as LiveFeed;
  const tell = screenReporter('hall');
  const shown = { version: 'b1', page: 'x'.repeat(300) };
  tell(feed(null), shown, 1000);
  tell(feed(1200.4), shown, 5999);
  tell(feed(1200.4), shown, 6000);
  tell(feed(99), shown, 500);
  expect(sent).toMatchObject([
    { screen: 'hall', version: 'b1', lagMs: null },
    { screen: 'hall', lagMs: 1200 },
    { screen: 'hall', lagMs: 99 },
  ]);
  expect((sent[0] as { page: string }).page).toHaveLength(200);
});
