import type { Presentation } from '@vigie/contracts';
import { CentrePublisher, PastFigures, type FeedRow, type WindowSpec } from '@vigie/engine';
import { compareSnapshots } from '@vigie/testkit/oracle';
import { duplicateSome, randomCentre, seeded, shuffle } from '@vigie/testkit/generator';
import { expect, test } from 'vitest';
import { LiveRows } from './live-rows.ts';
import { OF_TIME } from './of-time.ts';
import { centreOf, NO_TARGETS, parsed } from './live-world.ts';

const WINDOWS: readonly WindowSpec[] = [
  { name: '5m', sizeMs: 300_000 },
  { name: '15m', sizeMs: 900_000 },
  { name: '30m', sizeMs: 1_800_000 },
  { name: '60m', sizeMs: 3_600_000 },
  { name: 'today', sizeMs: undefined },
];

test('running windows, levels and "today" equal a full recount, whatever the moments of tick and order', () => {
  for (let seed = 1; seed <= 16; seed++) {
    const world = randomCentre({ seed });
    const random = seeded(seed);
    const centre = centreOf(world, { windows: WINDOWS, retainMs: 28 * 3_600_000 });
    const events = random.chance(0.5) ? shuffle(duplicateSome(world.events, seed), seed) : world.events;
    const rows = new LiveRows(centre, WINDOWS, NO_TARGETS);
    let now = world.startMs;
    let checks = 0;
    const check = (): void => {
      const expected = new PastFigures(centre.facts).rowsAt(now, WINDOWS, undefined);
      const differences = compareSnapshots(expected, rows.all() as never);
      expect(differences.slice(0, 5), `seed ${seed} at ${new Date(now).toISOString()}`).toEqual([]);
      checks++;
    };
    events.forEach((event, index) => {
      centre.apply(parsed(event));
      if (random.chance(0.2)) {
        now += random.int(0, random.chance(0.05) ? 4_000_000 : 60_000);
        centre.advance(now);
      }
      if (index % Math.ceil(events.length / 6) === 0) check();
    });
    centre.advance(world.endMs);
    now = Math.max(now, world.endMs);
    check();
    expect(checks).toBeGreaterThan(3);
  }
});

test('a centre that shows no window but today counts what becomes due within the second that runs', () => {
  const today: readonly WindowSpec[] = [{ name: 'today', sizeMs: undefined }];
  for (let seed = 1; seed <= 16; seed++) {
    const world = randomCentre({ seed, contacts: 10 });
    const random = seeded(seed);
    const centre = centreOf(world, { windows: today, retainMs: 28 * 3_600_000 });
    const rows = new LiveRows(centre, today, NO_TARGETS);
    let now = world.startMs;
    // each comes a little before its instant, and some have changed what lies ahead
    for (const event of world.events) {
      now = Math.max(now, Date.parse(event.time) - random.int(0, 900));
      centre.advance(now);
      centre.apply(parsed(event));
      centre.settle();
    }
    centre.advance((now = world.endMs + 1_000));
    const expected = new PastFigures(centre.facts).rowsAt(now, today, undefined);
    expect(compareSnapshots(expected, rows.all() as never).slice(0, 5), `seed ${seed}`).toEqual([]);
  }
});

/** Rows as viewers hold them, in one order; an age is its beginning. Statuses follow the seconds, not the figures. */
function comparable(rows: readonly FeedRow[]): readonly (readonly [string, unknown])[] {
  return rows
    .map(({ queue, channel, window, state, since, kpis }) => {
      const figures = Object.entries(kpis).map(([id, { status: _status, ...kpi }]) => [
        id,
        kpi.since === undefined && !OF_TIME.has(id) ? kpi : 'goes on',
      ]);
      return [
        JSON.stringify([queue, channel, window]),
        { state, since, ...Object.fromEntries(figures) },
      ] as const;
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

test('what is published bit by bit adds up to all that can be read, whatever the moments of publication', () => {
  const target = { target: 0.8, warn: 0.7, minSample: 2 };
  const targets = {
    targetsOf: () =>
      new Map([
        ['service_level', target],
        ['waiting_now', { ...target, target: 2 }],
      ]),
  } as never as Presentation;
  for (let seed = 1; seed <= 6; seed++) {
    const world = randomCentre({ seed });
    const random = seeded(seed);
    const centre = centreOf(world, { windows: WINDOWS, retainMs: 28 * 3_600_000, ...targets });
    const rows = new LiveRows(centre, WINDOWS, targets);
    const publisher = new CentrePublisher(centre, { partition: 0, epoch: 1 });
    const held = new Map<string, FeedRow>();
    let now = world.startMs;
    let partial = 0;
    const publish = (): void => {
      const frame = publisher.frame(undefined, false);
      if (frame?.complete === true) held.clear();
      else partial += frame?.rows.length ?? 0;
      for (const { queue, channel, window } of frame?.removed ?? [])
        held.delete(JSON.stringify([queue, channel, window]));
      for (const row of frame?.rows ?? []) {
        const name = JSON.stringify([row.queue, row.channel, row.window]);
        held.set(name, { ...row, kpis: { ...held.get(name)?.kpis, ...row.kpis } });
      }
    };
    const events = random.chance(0.5) ? shuffle(duplicateSome(world.events, seed), seed) : world.events;
    events.forEach((event, index) => {
      centre.apply(parsed(event));
      if (random.chance(0.3)) {
        now += random.int(0, random.chance(0.05) ? 4_000_000 : 60_000);
        centre.advance(now);
      }
      if (random.chance(0.02)) publisher.reset();
      if (random.chance(0.3)) publish();
      if (index % Math.ceil(events.length / 10) !== 0) return;
      publish();
      expect(comparable([...held.values()]), `seed ${seed}, event ${index}`).toEqual(comparable(rows.all()));
    });
    expect(partial).toBeGreaterThan(100);
  }
});
