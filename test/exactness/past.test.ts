import { parseEvent, resolveSemantic } from '@vigie/contracts';
import { CentreState, PastFigures } from '@vigie/engine';
import { compareSnapshots, oracleSnapshot, type OracleEvent } from '@vigie/testkit/oracle';
import { randomCentre } from '@vigie/testkit/generator';
import { expect, test } from 'vitest';

const WINDOWS = [
  { name: '30m', sizeMs: 1_800_000 },
  { name: 'today', sizeMs: undefined },
];

function rowsAt(events: readonly OracleEvent[], config: Record<string, unknown>, at: number) {
  const limits = { queues: 100, factsPerContact: 2000, factsPerEntity: 1000 };
  const centre = new CentreState('default', resolveSemantic(config), limits, () => {});
  for (const event of events) {
    const result = parseEvent(event);
    if (result.ok) centre.apply(result.parsed);
  }
  return new PastFigures(centre).rowsAt(at, WINDOWS, undefined);
}

test('a past instant is what a fresh engine says that knows the facts up to then, where no later one moved an earlier', () => {
  let held = 0;
  let moved = 0;
  for (let seed = 201; seed <= 202; seed++) {
    const world = randomCentre({ seed, contacts: 20 });
    const config = world.config as Record<string, unknown>;
    const contacts = new Set(
      world.events.flatMap(({ data }) => data.contact?.rootId ?? data.contact?.id ?? []),
    );
    for (const contact of contacts) {
      const own = world.events.filter(({ data }) => (data.contact?.rootId ?? data.contact?.id) === contact);
      for (const { time } of own) {
        const at = Date.parse(time);
        const known = own.filter((event) => Date.parse(event.time) <= at);
        const options = { config: world.config, at, windows: ['30m', 'today'] };
        // The oracle, not the engine, says whether a later fact moved an earlier one.
        const { rows } = oracleSnapshot(own, options);
        if (compareSnapshots(oracleSnapshot(known, options).rows as never, rows).length > 0) {
          moved++;
          continue;
        }
        held++;
        const differences = compareSnapshots(rowsAt(known, config, at), rowsAt(own, config, at) as never);
        expect(differences.slice(0, 5), `seed ${seed}, contact ${contact}, ${time}`).toEqual([]);
      }
    }
  }
  expect(held).toBeGreaterThan(100);
  expect(held).toBeGreaterThan(moved);
}, 180_000);
