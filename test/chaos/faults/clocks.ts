import { setTimeout as pause } from 'node:timers/promises';

import type { Clocked } from '../deployment.ts';
import type { Fault, World } from '../fault.ts';

const HOUR_MS = 3_600_000;
const DRIFT_STEPS = 20;

/** Sets a clock off by so much, holds it, and sets it right; what it said ahead of time has then come. */
async function step(world: World, who: Clocked, byMs: number): Promise<void> {
  const { clocks } = world.deployment;
  await clocks.set(who, byMs);
  await pause(world.random.int(1_000, 4_000));
  await clocks.set(who, 0);
  await pause(Math.max(0, Math.min(byMs, 10_000)));
}

/** Clocks that are wrong. */
export const CLOCK_FAULTS: readonly Fault[] = [
  {
    name: 'F11 the clock of an aggregator steps ahead',
    run: async (world) => {
      const who = world.random.pick<Clocked>(['aggregator0', 'aggregator1']);
      await step(world, who, world.random.int(1_000, 6_000));
    },
  },
  {
    name: 'F11 the clock of an aggregator steps back',
    run: async (world) => {
      const who = world.random.pick<Clocked>(['aggregator0', 'aggregator1']);
      await step(world, who, -world.random.pick([2_000, 20_000, HOUR_MS]));
    },
  },
  {
    name: 'F11 the clock of a gateway steps by an hour',
    run: async (world) => {
      const who = world.random.pick<Clocked>(['gateway0', 'gateway1']);
      await step(world, who, world.random.pick([HOUR_MS, -HOUR_MS]));
    },
  },
  {
    name: 'F11 the clock of ingest steps',
    run: async (world) => await step(world, 'ingest', world.random.pick([-10_000, -2_000, 2_000, 5_000])),
  },
  {
    name: 'F11 clocks drift apart',
    run: async ({ deployment: { clocks }, random }) => {
      const mostMs = random.int(500, 2_000);
      for (const share of driftThereAndBack()) {
        const byMs = Math.round(mostMs * share);
        await Promise.all([
          clocks.set('aggregator0', byMs),
          clocks.set('aggregator1', -byMs),
          clocks.set('gateway0', -byMs),
          clocks.set('ingest', byMs),
        ]);
        await pause(100);
      }
      await pause(mostMs);
    },
  },
  {
    name: 'F11+F6 producers an hour behind, told twice',
    run: async ({ traffic, random }) => {
      traffic.skewed(-HOUR_MS);
      await pause(random.int(1_500, 3_000));
      traffic.again(random.int(3, 10));
    },
  },
];

/** From 0 to 1 and to 0 again. */
function driftThereAndBack(): readonly number[] {
  const up = Array.from({ length: DRIFT_STEPS }, (_, at) => (at + 1) / DRIFT_STEPS);
  return [...up, ...[...up].reverse().slice(1), 0];
}
