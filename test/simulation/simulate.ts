import { unseal } from '@vigie/engine';

import { undisturbed } from '../chaos/engine.ts';
import { SIM_FAULTS } from './faults.ts';
import type { Happening } from './happenings.ts';
import { Samples } from './samples.ts';
import { CENTRE, SimWorld } from './world.ts';

/** What came of one schedule. */
export interface Verdict {
  readonly seed: number;
  readonly violations: readonly string[];
  /** Figures and events that were held against each other. */
  readonly compared: number;
  /** Figures on which the count and an engine that nothing happened to differ. */
  readonly disputed: number;
  readonly injected: readonly string[];
  /** What came of them. */
  readonly happenings: ReadonlyMap<Happening, number>;
}

/** Mostly short; long enough now and then for whatever waits for seconds. */
const TROUBLED_MS: {
  readonly short: [number, number];
  readonly long: [number, number];
  readonly longShare: number;
} = { short: [800, 2_500], long: [4_000, 11_000], longShare: 0.05 };
const FAULTS = [2, 5] as const;
/** When everything is well again for so long and the figures still are not, they never will be. */
const RECOVERY_LIMIT_MS = 60_000;
/** The freshness limit of 5 s, and what the way to the screen takes. */
const UNFLAGGED_MS = 8_000;
/** What a gateway says by itself: it misses the feed after 3 s, and frames take their way to it. */
const UNFLAGGED_AT_GATEWAY_MS = 6_000;
/** A suspended machine that goes on, or a clock that was behind. */
const LEAP_MS = [60_000, 1_200_000] as const;
const LOOK_MS = 250;

/**
 * Runs one schedule of chance: the same seed gives the same schedule, to the last reply. `reference`: what an engine that
 * nothing happens to makes of records; that of a sound build when the one under test is not.
 */
export async function simulate(seed: number, reference = undisturbed): Promise<Verdict> {
  const world = new SimWorld(seed);
  const { auditor, happenings, random, scheduler } = world;
  scheduler.install();
  try {
    world.begin();
    await scheduler.run(scheduler.nowMs + 300);
    const beganMs = scheduler.nowMs;
    const { short, long, longShare } = TROUBLED_MS;
    const isLong = random.chance(longShare);
    const troubledMs = random.int(...(isLong ? long : short));
    world.tell(troubledMs);
    const injected = plan(world, troubledMs);
    if (isLong && random.chance(0.5)) injected.push(loseStore(world, troubledMs));
    const samples = new Samples(world, reference);
    watchScreens(world);
    await scheduler.run(beganMs + random.int(200, troubledMs));
    samples.take();
    await scheduler.run(beganMs + troubledMs + 50);
    if (await judgedWell(world, samples)) {
      // windows slide, and what lay ahead becomes due
      happenings.met('clock put forward');
      scheduler.leap(random.int(...LEAP_MS));
      // what is on its way arrives at the new time
      auditor.lastFrameMs = scheduler.nowMs;
      await judgedWell(world, samples);
    }
    const { violations, compared } = auditor;
    return {
      seed,
      violations,
      compared,
      disputed: samples.disputed,
      injected,
      happenings: happenings.counts,
    };
  } finally {
    scheduler.uninstall();
  }
}

/** A few faults of chance, each healed before the troubled time is over. */
function plan(world: SimWorld, troubledMs: number): string[] {
  const { random, scheduler } = world;
  const names = Object.keys(SIM_FAULTS) as [string, ...string[]];
  return Array.from({ length: random.int(...FAULTS) }, () => {
    const name = random.pick(names);
    const atMs = random.int(0, troubledMs - 200);
    scheduler.after(atMs, undefined, () => {
      const heal = SIM_FAULTS[name]?.(world);
      const lastsMs = random.int(50, troubledMs - atMs);
      if (heal !== undefined) scheduler.after(lastsMs, undefined, heal);
    });
    return name;
  });
}

/** Whoever owns the partition cannot say so, for long enough to be missed. */
function loseStore({ aggregators, random, scheduler }: SimWorld, troubledMs: number): string {
  const set = (down: boolean) => (): void => {
    for (const { link } of aggregators) link.faults.down = down;
  };
  scheduler.after(random.int(500, 1_000), undefined, set(true));
  scheduler.after(troubledMs, undefined, set(false));
  return 'F9 store away from all';
}

/** Waits until everything is well, and judges it then. Answers whether it came to be. */
async function judgedWell(world: SimWorld, samples: Samples): Promise<boolean> {
  const { auditor } = world;
  const well = await untilWell(world);
  if (well) samples.atRest();
  else auditor.violated('I12', `not well ${RECOVERY_LIMIT_MS} ms after the last fault: ${stateOf(world)}`);
  return well;
}

/** I11, I13: no screen calls current what its owner has said nothing of for too long, and no counter falls. */
function watchScreens(world: SimWorld): void {
  const { scheduler, auditor, clients } = world;
  // a gateway that stood still finds what came meanwhile, and hears it then
  let heardMs = 0;
  const look = (): void => {
    const silentMs = scheduler.nowMs - auditor.lastFrameMs;
    if (world.gateway.process.frozen) heardMs = scheduler.nowMs + LOOK_MS;
    const unheardMs = Math.min(silentMs, scheduler.nowMs - heardMs);
    if (silentMs > UNFLAGGED_MS && clients.some((client) => client.health().state === 'live'))
      auditor.violated('I11', `a screen calls current what nobody vouched for ${Math.round(silentMs)} ms`);
    const centre = world.gateway.sim.reader.centre(CENTRE);
    auditor.counted(centre?.counters ?? []);
    const told = centre?.status(scheduler.clock()).state;
    if (unheardMs > UNFLAGGED_AT_GATEWAY_MS && told === 'live')
      auditor.violated('I11', `a gateway calls current what nobody vouched for ${Math.round(unheardMs)} ms`);
    scheduler.after(LOOK_MS, undefined, look);
  };
  look();
}

/** Every viewer is live and up to the end of the log, and the store too. */
async function untilWell(world: SimWorld): Promise<boolean> {
  const { scheduler } = world;
  const limitMs = scheduler.nowMs + RECOVERY_LIMIT_MS;
  while (scheduler.nowMs < limitMs) {
    await scheduler.run(scheduler.nowMs + LOOK_MS);
    if (isWell(world)) return true;
  }
  return false;
}

function isWell(world: SimWorld): boolean {
  const stored = world.stored();
  if (stored === undefined) return false;
  const { nextOffset } = unseal(stored.head) as { nextOffset: string };
  const header = world.gateway.sim.reader.centre(CENTRE)?.header;
  if (BigInt(nextOffset) < world.storyEnd || BigInt(header?.nextOffset ?? 0) < world.storyEnd) return false;
  const { position } = world.gateway.sim;
  return world.clients.every(({ state, health }) => {
    return health().state === 'live' && position.startsWith(`${state.epoch} ${state.seq} `);
  });
}

function stateOf(world: SimWorld): string {
  const stored = world.stored();
  const head = stored === undefined ? undefined : (unseal(stored.head) as { nextOffset: string });
  const clients = world.clients.map((client) => {
    const { phase, epoch, seq, serverAsOfMs } = client.state;
    const { state, reason } = client.health();
    return `${phase} ${epoch}/${seq} ${state} ${reason} offset ${world.auditor.offsets.get(`${epoch} ${serverAsOfMs}`)}`;
  });
  return `log ends at ${world.log.records[0]?.length}, stored up to ${head?.nextOffset}, viewers: ${clients.join('; ')}`;
}
