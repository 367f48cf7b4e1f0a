import { parseEvent, resolveSemantic, type ParsedEvent } from '@vigie/contracts';
import { compareSnapshots, oracleSnapshot, type OracleEvent } from '@vigie/testkit/oracle';
import { duplicateSome, randomCentre, shuffle } from '@vigie/testkit/generator';
import { expect, test } from 'vitest';
import { CentreState } from '../processor/centre-state.ts';
import { PastFigures } from './past.ts';

const WINDOWS = [
  { name: '5m', sizeMs: 300_000 },
  { name: '15m', sizeMs: 900_000 },
  { name: '30m', sizeMs: 1_800_000 },
  { name: '60m', sizeMs: 3_600_000 },
  { name: 'today', sizeMs: undefined },
];
const LIMITS = { queues: 5000, factsPerContact: 2000 };

function parsed(event: OracleEvent): ParsedEvent {
  const result = parseEvent(event);
  if (!result.ok) throw new Error(`${result.rejection.reason}: ${JSON.stringify(event)}`);
  return result.parsed;
}

const SEEDS = Number(process.env['VIGIE_ORACLE_SEEDS'] ?? 40);
test(`every figure of ${SEEDS} random centres equals the oracle's`, { timeout: 300_000 }, () => {
  let compared = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    const world = randomCentre({ seed });
    const events = shuffle(duplicateSome(world.events, seed), seed);
    const centre = new CentreState(
      'default',
      resolveSemantic(world.config as Record<string, unknown>),
      LIMITS,
      () => {},
    );
    const accounts = { applied: 0, duplicate: 0 };
    for (const event of events) accounts[centre.apply(parsed(event))]++;
    const past = new PastFigures(centre);
    for (const at of world.instants) {
      const expected = oracleSnapshot(world.events, { config: world.config, at });
      const rows = past.rowsAt(at, WINDOWS, undefined);
      const differences = compareSnapshots(rows, expected.rows);
      expect(differences.slice(0, 10), `seed ${seed}, ${new Date(at).toISOString()}`).toEqual([]);
      compared += rows.length;
    }
  }
  expect(compared).toBeGreaterThan(SEEDS * 10);
});
