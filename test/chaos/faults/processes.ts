import { setTimeout as pause } from 'node:timers/promises';

import { waitFor } from '@vigie/testkit';
import type { Service } from '../../integration/exactness/service.ts';
import { ASKED } from '../asked.ts';
import type { Fault, World } from '../fault.ts';

/** Longer than the session of a member of the group. */
const OUT_OF_SESSION_MS = 7_500;

export const anAggregator = ({ deployment, random }: World): Service => {
  const running = deployment.aggregators.filter((service) => service.running);
  return (running[random.int(0, Math.max(0, running.length - 1))] ?? deployment.aggregators[0]) as Service;
};
export const aGateway = ({ deployment, random }: World): Service =>
  deployment.gateways[random.int(0, 1)] as Service;

export async function crash(service: Service, awayMs: number): Promise<void> {
  await service.kill9();
  await pause(awayMs);
  await service.restart();
}

/** Stops a process in mid-sentence, and lets it go on as if nothing had been. */
export async function freeze(service: Service, forMs: number): Promise<void> {
  await waitFor(() => service.running, { what: `${service.name} to run, to be frozen` });
  const { pid } = service;
  process.kill(pid, 'SIGSTOP');
  await pause(forMs);
  try {
    process.kill(pid, 'SIGCONT');
  } catch {
    // it was killed meanwhile, by another fault
  }
}

/** A third member joins and leaves, asked or killed, again and again. */
export async function membersComeAndGo(world: World, rounds: number): Promise<void> {
  const { deployment, random } = world;
  for (let round = 0; round < rounds; round += 1) {
    const spare = await deployment.startSpare();
    await pause(random.int(1_000, 3_000));
    if (random.chance(0.5)) await spare.stop();
    else await spare.kill9();
    await pause(random.int(0, 1_000));
  }
}

const ended = ({ deployment }: World): readonly Service[] =>
  deployment.aggregators.filter((service) => !service.running);
/** What a fault ended comes back when it has been seen how the others do without. */
const backAgain = async (world: World): Promise<void> => {
  for (const service of ended(world)) await service.restart();
};

export const PROCESS_FAULTS: readonly Fault[] = [
  {
    name: 'F1 kill -9 of an aggregator, the other takes over',
    askedMs: ASKED.killedMs,
    run: async (world) => await anAggregator(world).kill9(),
    after: backAgain,
  },
  {
    name: 'F1 kill -9 of an aggregator that comes back at once',
    askedMs: ASKED.killedMs,
    run: async (world) => await crash(anAggregator(world), world.random.int(0, 500)),
  },
  {
    name: 'F1 kill -9 of both aggregators',
    run: async (world) => {
      const { aggregators } = world.deployment;
      await Promise.all(aggregators.map(async (service) => await crash(service, world.random.int(0, 1_500))));
    },
  },
  {
    name: 'F1 kill -9 of ingest',
    run: async (world) => await crash(world.deployment.ingest, world.random.int(0, 2_000)),
  },
  {
    name: 'F2 frozen aggregator',
    run: async (world) => {
      const { random } = world;
      const forMs = random.chance(0.5) ? random.int(500, 3_000) : OUT_OF_SESSION_MS + random.int(0, 1_500);
      await freeze(anAggregator(world), forMs);
    },
  },
  {
    name: 'F2 frozen gateway',
    run: async (world) => await freeze(aGateway(world), world.random.int(1_000, 5_000)),
  },
  {
    name: 'F2 frozen ingest',
    run: async (world) => await freeze(world.deployment.ingest, world.random.int(1_000, 5_000)),
  },
  {
    name: 'F3 members join and leave',
    run: async (world) => await membersComeAndGo(world, 2),
  },
  {
    name: 'F3 an aggregator is stopped, the other takes over',
    askedMs: ASKED.handedOverMs,
    run: async (world) => void (await anAggregator(world).stop()),
    after: backAgain,
  },
  {
    name: 'F13 kill -9 of a gateway',
    askedMs: ASKED.gatewayMs,
    run: async (world) => await crash(aGateway(world), world.random.int(0, 1_500)),
  },
  {
    name: 'F13 gateways restarted in turn',
    askedMs: ASKED.gatewayMs,
    run: async ({ deployment }) => {
      for (const gateway of deployment.gateways) {
        await gateway.stop();
        await gateway.restart();
        await gateway.ready();
      }
    },
  },
  {
    name: 'F1+F2 killed while the other is frozen',
    run: async ({ deployment, random }) => {
      const [first, second] = deployment.aggregators as [Service, Service];
      await Promise.all([freeze(first, random.int(3_000, 9_000)), crash(second, random.int(0, 2_000))]);
    },
  },
  {
    name: 'F2+F3 frozen while members come and go',
    run: async (world) => {
      const zombie = anAggregator(world);
      await Promise.all([freeze(zombie, OUT_OF_SESSION_MS), membersComeAndGo(world, 2)]);
    },
  },
  {
    name: 'F6+F1 told twice, and killed between',
    run: async (world) => {
      const victims = world.deployment.aggregators;
      for (const victim of victims) {
        world.traffic.again(world.random.int(3, 10));
        await pause(world.random.int(100, 800));
        await crash(victim, 0);
      }
      world.traffic.again(world.random.int(3, 10));
    },
  },
];
