import { resolveSemantic } from '@vigie/contracts';
import { CentreState, PastFigures } from '@vigie/engine';
import {
  compareSnapshots,
  foldCentre,
  oracleAccounts,
  oracleIntervals,
  snapshotOf,
} from '@vigie/testkit/oracle';
import { duplicateSome, randomCentre, shuffle } from '@vigie/testkit/generator';
import { expect, test } from 'vitest';
import { configOf, parsed } from './live-world.ts';

const WINDOWS = [
  { name: '5m', sizeMs: 300_000 },
  { name: '15m', sizeMs: 900_000 },
  { name: '30m', sizeMs: 1_800_000 },
  { name: '60m', sizeMs: 3_600_000 },
  { name: 'today', sizeMs: undefined },
];
const LIMITS = { queues: 5000, factsPerContact: 2000, factsPerEntity: 1000 };

const SEEDS = Number(process.env['VIGIE_ORACLE_SEEDS'] ?? 24);
test(`every figure of ${SEEDS} random centres equals the oracle's`, { timeout: 300_000 }, () => {
  let compared = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = randomCentre({ seed });
    const events = shuffle(duplicateSome(world.events, seed), seed);
    const centre = new CentreState('default', configOf(world), LIMITS, () => {});
    const accounts = { applied: 0, duplicate: 0 };
    for (const event of events) accounts[centre.apply(parsed(event))]++;
    const told = oracleAccounts(events, { config: world.config });
    const { held, conflicts } = centre.counts;
    expect({ ...accounts, held, conflicts }, `seed ${seed}`).toEqual({
      applied: told.applied,
      duplicate: told.duplicate,
      held: told.held,
      conflicts: told.conflicts,
    });
    const past = new PastFigures(centre);
    const folded = foldCentre(world.events, world.config);
    for (const at of world.instants) {
      const expected = snapshotOf(folded, at);
      const rows = past.rowsAt(at, WINDOWS, undefined);
      const differences = compareSnapshots(rows, expected);
      expect(differences.slice(0, 10), `seed ${seed}, ${new Date(at).toISOString()}`).toEqual([]);
      compared += rows.length;
    }
  }
  expect(compared).toBeGreaterThan(SEEDS * 10);
});

test('every interval of random centres equals the oracle’s, nights of changed clocks included', () => {
  for (let seed = 101; seed <= 110; seed++) {
    const world = randomCentre({ seed });
    const config = world.config as Record<string, unknown>;
    const centre = new CentreState('default', resolveSemantic(config), LIMITS, () => {});
    for (const event of shuffle(world.events, seed)) centre.apply(parsed(event));
    const times = world.events.map(({ time }) => Date.parse(time));
    const judgedAt = world.endMs;
    for (const size of [900_000, 1_800_000, 3_600_000, 'day'] as const) {
      const rows = new PastFigures(centre).intervals({
        fromMs: Math.min(...times),
        toMs: Math.max(...times),
        size,
        judgedAtMs: judgedAt,
        allowedLatenessMs: 86_400_000,
      });
      const expected = oracleIntervals(world.events, {
        config: world.config,
        timeZone: world.timeZone,
        intervalMs: size,
        judgedAt,
      });
      const differences = compareSnapshots(rows, expected as never);
      expect(differences.slice(0, 8), `seed ${seed}, ${size}`).toEqual([]);
    }
  }
});
