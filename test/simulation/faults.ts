import { soundLink } from './links.ts';
import type { SimWorld } from './world.ts';

/** A fault of the simulated world: injects itself and answers how it is healed. */
export type SimFault = (world: SimWorld) => () => void;

const index = ({ random }: SimWorld): number => random.int(0, 1);

function link(change: (faults: ReturnType<typeof soundLink>, world: SimWorld) => void): SimFault {
  return (world) => {
    const at = index(world);
    const target = world.aggregators[at];
    if (target !== undefined) change(target.link.faults, world);
    return () => {
      if (target !== undefined) Object.assign(target.link.faults, soundLink());
    };
  };
}

const nothing = (): void => undefined;

/** Numbered as in the catalogue of faults of `docs/reliability.md`. */
export const SIM_FAULTS: Readonly<Record<string, SimFault>> = {
  'F1 killed aggregator': (world) => {
    const at = index(world);
    const victim = world.aggregators[at];
    if (victim !== undefined) world.kill(victim, 'aggregator killed');
    return () => {
      if (world.aggregators[at] === victim) world.restart(at);
    };
  },
  'F2 frozen aggregator': (world) => {
    const { process } = world.aggregators[index(world)] ?? {};
    if (process?.alive === true) {
      world.happenings.met('aggregator frozen');
      world.scheduler.freeze(process);
    }
    return () => {
      if (process !== undefined) world.scheduler.thaw(process);
    };
  },
  'F2 frozen gateway': (world) => {
    const { process } = world.gateway;
    world.happenings.met('gateway frozen');
    world.scheduler.freeze(process);
    return () => world.scheduler.thaw(process);
  },
  'F5 batches repeated, cut and stale': (world) => {
    Object.assign(world.log.faults, { repeat: 0.3, skip: 0.5, stale: 0.5 });
    return nothing;
  },
  'F4 log away': (world) => {
    world.log.faults.down = true;
    return () => (world.log.faults.down = false);
  },
  'F8 store goes back in time': (world) => {
    const kept = world.redis.keep();
    const { scheduler, random } = world;
    scheduler.after(random.int(100, 1_500), undefined, () => {
      world.happenings.met('store gone back');
      world.redis.rollBack(kept);
      world.auditor.forget();
      for (const { link: each } of [...world.aggregators, world.gateway]) each.reconnect();
    });
    return nothing;
  },
  'F8 store forgets everything': (world) => {
    world.happenings.met('store emptied');
    world.redis.rollBack();
    world.auditor.forget();
    for (const { link: each } of [...world.aggregators, world.gateway]) each.reconnect();
    return nothing;
  },
  'F9 store slow': link((faults, world) => (faults.delayMs = world.random.int(50, 1_500))),
  'F9 store away': link((faults) => (faults.down = true)),
  'F10 replies lost': link((faults) => (faults.loseReply = 0.5)),
  'F10 requests lost': link((faults) => (faults.loseRequest = 0.4)),
  'F10 frames lost': (world) => {
    world.gateway.link.faults.loseFrame = 0.3;
    return () => {
      world.gateway.link.faults.loseFrame = 0;
      world.gateway.link.reconnect();
    };
  },
  'F12 client that reads nothing': (world) => {
    for (const client of world.clients) client.congest();
    world.happenings.met('client without reading');
    return () => {
      for (const client of world.clients) client.drain();
    };
  },
  'F12 connection lost': (world) => {
    for (const client of world.clients) client.drop();
    world.happenings.met('client disconnected');
    return nothing;
  },
  'F13 killed gateway': (world) => {
    world.kill(world.gateway, 'gateway killed');
    return () => {
      world.startGateway();
      for (const client of world.clients) client.drop();
    };
  },
  'F6 late and future events': (world) => {
    for (const byMs of [-86_400_001, -86_399_000, 60_001, 59_000]) world.untimely(byMs);
    return nothing;
  },
  'F15 poison': (world) => {
    for (const line of ['{', 'null', '{"__proto__":1}', '{"specversion":"9"}']) world.poison(line);
    return nothing;
  },
};
