import { setTimeout as pause } from 'node:timers/promises';

import type { ProxyMode } from '@vigie/testkit';
import type { Link } from '../deployment.ts';
import type { Fault, World } from '../fault.ts';
import { crash } from './processes.ts';

const LINKS: readonly [Link, ...Link[]] = [
  'ingest-kafka',
  'aggregator0-kafka',
  'aggregator1-kafka',
  'aggregator0-redis',
  'aggregator1-redis',
  'gateway0-redis',
  'sender-ingest',
  'viewer-gateway0',
];

/** Turns a connection bad for a while. A remark tells when nothing passed it meanwhile. */
export async function disturb(world: World, link: Link, mode: ProxyMode, forMs: number): Promise<void> {
  const proxy = world.deployment.links.get(link);
  if (proxy === undefined) throw new Error(`there is no proxy ${link}`);
  const { harmed } = proxy;
  proxy.become(mode);
  await pause(forMs);
  proxy.become({ kind: 'pass' });
  if (proxy.harmed === harmed)
    world.ledger.remarks.push(`nothing passed ${link} while it was to ${mode.kind}`);
}

const disturbance = (name: string, mode: (world: World) => ProxyMode, maxMs: number): Fault => ({
  name: `F10 ${name}`,
  run: async (world) => {
    const link = world.random.pick(LINKS);
    await disturb(world, link, mode(world), world.random.int(500, maxMs));
  },
});

const lostReplies = ({ random }: World): ProxyMode => ({
  kind: 'loseReplies',
  chance: 0.3,
  random: () => random.next(),
});

/** The network between each pair. */
export const NETWORK_FAULTS: readonly Fault[] = [
  disturbance('connection cut', () => ({ kind: 'cut' }), 5_000),
  disturbance('connection half open', () => ({ kind: 'halfOpen' }), 7_000),
  disturbance('delay', ({ random }) => ({ kind: 'delay', delayMs: random.int(100, 2_000) }), 4_000),
  disturbance('a byte at a time', () => ({ kind: 'trickle' }), 3_000),
  disturbance('replies lost', lostReplies, 5_000),
  {
    name: 'F10 commits done, answers lost',
    run: async (world) => {
      const links = ['aggregator0-redis', 'aggregator1-redis'] as const;
      await Promise.all(
        links.map(
          async (link) => await disturb(world, link, lostReplies(world), world.random.int(1_000, 4_000)),
        ),
      );
    },
  },
  {
    name: 'F9 Redis is slow',
    run: async (world) => {
      const delayMs = world.random.int(100, 3_000);
      const links = ['aggregator0-redis', 'aggregator1-redis', 'gateway0-redis', 'gateway1-redis'] as const;
      await Promise.all(
        links.map(async (link) => await disturb(world, link, { kind: 'delay', delayMs }, 4_000)),
      );
    },
  },
  {
    name: 'F10+F1 answer lost, then killed',
    run: async (world) => {
      const index = world.random.int(0, 1);
      const victim = world.deployment.aggregators[index];
      const link: Link = index === 0 ? 'aggregator0-redis' : 'aggregator1-redis';
      if (victim === undefined) throw new Error(`there is no aggregator ${index}`);
      await Promise.all([
        disturb(world, link, { kind: 'loseReplies', chance: 1, random: () => 0 }, 1_500),
        pause(world.random.int(50, 1_000)).then(async () => await crash(victim, 500)),
      ]);
    },
  },
];
