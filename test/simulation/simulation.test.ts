import { expect, test } from 'vitest';

import { SIM_FAULTS } from './faults.ts';
import { simulate } from './simulate.ts';

const FIRST = Number(process.env['SIMULATION_SEED'] ?? 1);
const SCHEDULES = Number(process.env['SIMULATION_SCHEDULES'] ?? 60);
/** Fewer figures and events than this for each schedule, and it has shown nothing. */
const FLOOR = 500;
/** More than this share, and it is no longer the faults that are judged. */
const MOST_DISPUTED = 0.005;

test(`every figure is exact under ${SCHEDULES} schedules of chance, from seed ${FIRST} on`, async () => {
  const injected = new Map(Object.keys(SIM_FAULTS).map((name) => [name, 0]));
  let compared = 0;
  let disputed = 0;
  const failed: string[] = [];
  for (let seed = FIRST; seed < FIRST + SCHEDULES; seed += 1) {
    const verdict = await simulate(seed);
    for (const name of verdict.injected) injected.set(name, (injected.get(name) ?? 0) + 1);
    compared += verdict.compared;
    disputed += verdict.disputed;
    for (const text of verdict.violations.slice(0, 3))
      failed.push(`SIMULATION_SEED=${seed} SIMULATION_SCHEDULES=1 [${verdict.injected.join(', ')}]: ${text}`);
  }
  const counts = [...injected].map(([name, times]) => `${times} × ${name}`).join(', ');
  console.log(`${SCHEDULES} schedules, ${compared} values compared, ${disputed} disputed; ${counts}`);
  expect(failed.slice(0, 20)).toEqual([]);
  expect(compared).toBeGreaterThan(SCHEDULES * FLOOR);
  expect(disputed / compared).toBeLessThan(MOST_DISPUTED);
  if (SCHEDULES >= 60) expect([...injected.values()].every((times) => times > 0)).toBe(true);
}, 600_000);

test('a seed gives the same schedule again', async () => {
  expect(await simulate(7)).toEqual(await simulate(7));
}, 60_000);
