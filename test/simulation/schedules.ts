import { join } from 'node:path';

import { repositoryRoot, temporaryDirectory } from '@vigie/testkit';
import { expect, test } from 'vitest';

import { bundled } from './bundle.ts';
import { Happenings, HAPPENINGS, type Happening } from './happenings.ts';

const FIRST = Number(process.env['SIMULATION_SEED'] ?? 1);
const SCHEDULES = Number(process.env['SIMULATION_SCHEDULES'] ?? 10_000);
/** Files of tests that the schedules are dealt out to, so that several cores run them. */
const SHARDS = 4;
/** Fewer figures and events than this for each schedule, and it has shown nothing. */
const FLOOR = 800;
/** More than this share, and it is no longer the faults that are judged. */
const MOST_DISPUTED = 0.005;
/** With so many schedules everything has to be met that can be met. */
const ENOUGH = 1_000;
const SELDOM: ReadonlySet<Happening> = new Set(['aggregator ended by itself']);

/** Runs every {@link SHARDS}th schedule, beginning with that of `shard`. */
export function trySchedules(shard: number): void {
  const seeds = Array.from({ length: SCHEDULES }, (_, index) => FIRST + index).filter(
    (_, index) => index % SHARDS === shard,
  );
  test(`every figure is exact under schedules of chance, ${shard + 1} of ${SHARDS}`, async () => {
    const into = join(await temporaryDirectory('simulation'), 'simulate.mjs');
    const { simulate } = await bundled(repositoryRoot(), into);
    const met = new Happenings();
    const failed: string[] = [];
    let compared = 0;
    let disputed = 0;
    for (const seed of seeds) {
      const verdict = await simulate(seed);
      met.add(verdict.happenings);
      compared += verdict.compared;
      disputed += verdict.disputed;
      for (const text of verdict.violations.slice(0, 3))
        failed.push(`${replay(seed)} # ${verdict.injected.join(', ')}: ${text}`);
    }
    const counts = HAPPENINGS.map((what) => `${met.counts.get(what)} × ${what}`).join(', ');
    console.log(`${seeds.length} schedules, ${compared} values compared, ${disputed} disputed; ${counts}`);
    expect(failed.slice(0, 20)).toEqual([]);
    expect(compared).toBeGreaterThanOrEqual(seeds.length * FLOOR);
    expect(disputed).toBeLessThanOrEqual(compared * MOST_DISPUTED);
    if (seeds.length < ENOUGH) return;
    expect(HAPPENINGS.filter((what) => met.counts.get(what) === 0 && !SELDOM.has(what))).toEqual([]);
  }, 3_600_000);
}

function replay(seed: number): string {
  return `SIMULATION_SEED=${seed} SIMULATION_SCHEDULES=1 npx vitest run --project unit test/simulation/schedules-1`;
}
