import { unseal } from '@vigie/engine';
import { compareSnapshots, oracleAccounts, oracleSnapshot, type OracleEvent } from '@vigie/testkit/oracle';
import type { Row } from '@vigie/contracts';

import { agesToldLately } from '../chaos/ages.ts';
import { fromCheckpoint, rowsOf, undisturbed } from '../chaos/engine.ts';
import { OF_TIME } from '../exactness/of-time.ts';
import { shownAt } from '../integration/exactness/viewer.ts';
import { SIM_FAULTS } from './faults.ts';
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
  /** Processes that ended by themselves and were started again. */
  readonly fatal: number;
}

const TROUBLED_MS = 6_000;
/** When everything is well again for so long and the figures still are not, they never will be. */
const RECOVERY_LIMIT_MS = 60_000;
/** The freshness limit of 5 s, and what the way to the screen takes. */
const UNFLAGGED_MS = 8_000;
/** What a gateway says by itself: it misses the feed after 3 s, and frames take their way to it. */
const UNFLAGGED_AT_GATEWAY_MS = 6_000;
/** A suspended machine that goes on, or a clock that was behind. */
const LONGEST_LEAP_MS = 1_200_000;
const LOOK_MS = 500;
const WINDOWS = ['15m', 'today'];
const LATENESS = { allowedMs: 86_400_000, futureMs: 60_000 };
const decoder = new TextDecoder();

/**
 * Runs one schedule of chance: the same seed gives the same schedule, to the last reply. `reference`: what an engine that
 * nothing happens to makes of records; that of a sound build when the one under test is not.
 */
export async function simulate(seed: number, reference = undisturbed): Promise<Verdict> {
  const world = new SimWorld(seed);
  const { auditor, random, scheduler } = world;
  scheduler.install();
  try {
    world.begin();
    await scheduler.run(scheduler.nowMs + 1_000);
    const beganMs = scheduler.nowMs;
    world.tell(TROUBLED_MS);
    const injected = plan(world);
    const samples = new Samples(world, reference);
    watchFreshness(world);
    const lookAt = random.int(1_000, TROUBLED_MS);
    await scheduler.run(beganMs + lookAt);
    samples.take();
    await scheduler.run(beganMs + TROUBLED_MS + 200);
    if (await judgedWell(world, samples)) {
      // windows slide, and what lay ahead becomes due
      scheduler.leap(random.int(60_000, LONGEST_LEAP_MS));
      await judgedWell(world, samples);
    }
    const { violations, compared } = auditor;
    return { seed, violations, compared, disputed: samples.disputed, injected, fatal: world.fatal };
  } finally {
    scheduler.uninstall();
  }
}

/** A few faults of chance, each healed before the troubled time is over. */
function plan(world: SimWorld): string[] {
  const { random, scheduler } = world;
  const names = Object.keys(SIM_FAULTS) as [string, ...string[]];
  return Array.from({ length: random.int(2, 6) }, () => {
    const name = random.pick(names);
    const atMs = random.int(0, TROUBLED_MS - 1_000);
    scheduler.after(atMs, undefined, () => {
      const heal = SIM_FAULTS[name]?.(world);
      const lastsMs = random.int(100, Math.max(200, Math.min(9_000, TROUBLED_MS - atMs)));
      if (heal !== undefined) scheduler.after(lastsMs, undefined, heal);
    });
    return name;
  });
}

/** Waits until everything is well, and judges it then. Answers whether it came to be. */
async function judgedWell(world: SimWorld, samples: Samples): Promise<boolean> {
  const { auditor } = world;
  const well = await untilWell(world);
  if (well) samples.atRest();
  else auditor.violated('I12', `not well ${RECOVERY_LIMIT_MS} ms after the last fault: ${stateOf(world)}`);
  return well;
}

/** I11: no screen calls current what its owner has said nothing of for too long. */
function watchFreshness(world: SimWorld): void {
  const { scheduler, auditor, clients } = world;
  const look = (): void => {
    const silentMs = scheduler.nowMs - auditor.lastFrameMs;
    if (silentMs > UNFLAGGED_MS && clients.some((client) => client.health().state === 'live'))
      auditor.violated('I11', `a screen calls current what nobody vouched for ${Math.round(silentMs)} ms`);
    const told = world.gateway.sim.reader.centre(CENTRE)?.status(scheduler.clock()).state;
    if (silentMs > UNFLAGGED_AT_GATEWAY_MS && told === 'live')
      auditor.violated('I11', `a gateway calls current what nobody vouched for ${Math.round(silentMs)} ms`);
    scheduler.after(LOOK_MS, undefined, look);
  };
  look();
}

/** Every viewer is live and up to the end of the log, and the store too. */
async function untilWell(world: SimWorld): Promise<boolean> {
  const { scheduler, auditor } = world;
  const limitMs = scheduler.nowMs + RECOVERY_LIMIT_MS;
  while (scheduler.nowMs < limitMs) {
    await scheduler.run(scheduler.nowMs + LOOK_MS);
    if (!world.auditor.forgetful) auditor.counted(world.gateway.sim.reader.centre(CENTRE)?.counters ?? []);
    if (isWell(world)) return true;
  }
  return false;
}

function isWell(world: SimWorld): boolean {
  const stored = world.stored();
  if (stored === undefined) return false;
  const { nextOffset } = unseal(stored.head) as { nextOffset: string };
  // heartbeats are stored seldom, and alone they change no figure
  const lastStory = lastOffsetOfStory(world);
  const header = world.gateway.sim.reader.centre(CENTRE)?.header;
  if (BigInt(nextOffset) <= lastStory || BigInt(header?.nextOffset ?? 0) <= lastStory) return false;
  const { position } = world.gateway.sim;
  return world.clients.every(({ state, health }) => {
    return health().state === 'live' && position.startsWith(`${state.epoch} ${state.seq} `);
  });
}

function lastOffsetOfStory(world: SimWorld): bigint {
  const records = world.log.records[0] ?? [];
  const last = records.findLast(
    ({ value }) => !decoder.decode(value ?? undefined).includes('vigie.source.heartbeat'),
  );
  return last?.offset ?? -1n;
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

/** Holds what is shown and what is stored against the independent count. */
class Samples {
  readonly #world: SimWorld;

  readonly #reference: typeof undisturbed;
  /** Figures that the count reads otherwise than an engine that nothing happened to: no fault's doing. */
  disputed = 0;

  constructor(world: SimWorld, reference: typeof undisturbed) {
    this.#world = world;
    this.#reference = reference;
  }

  /** Now, in the middle of things: a screen that says it is current, or the checkpoint (I4, I11). */
  take(): void {
    const { clients, auditor, random } = this.#world;
    const client = clients[random.int(0, clients.length - 1)];
    if (client?.health().state !== 'live' || random.chance(0.4)) return this.#judgeStored(false);
    const { epoch, serverAsOfMs, rows } = client.state;
    const offset = auditor.offsets.get(`${epoch} ${serverAsOfMs}`);
    if (offset !== undefined && serverAsOfMs !== null)
      this.#judge('I11', [...rows.values()], { offset, atMs: serverAsOfMs });
  }

  /** Everything is told and settled (I1, I7, I14, I15). */
  atRest(): void {
    const { clients, auditor } = this.#world;
    const [first, second] = clients;
    const { epoch, seq, serverAsOfMs, rows } = first?.state ?? {};
    const offset = auditor.offsets.get(`${epoch} ${serverAsOfMs}`);
    if (rows !== undefined && offset !== undefined && typeof serverAsOfMs === 'number')
      this.#judge('I1', [...rows.values()], { offset, atMs: serverAsOfMs });
    // whoever is at the same place holds the same, whichever way it came there
    const other = second?.state;
    if (rows !== undefined && other?.epoch === epoch && other?.seq === seq) {
      for (const [key, row] of rows) {
        auditor.compared += 1;
        if (JSON.stringify(timeless(row)) !== JSON.stringify(timeless(other?.rows.get(key))))
          auditor.violated('I7', `two viewers at ${epoch}/${seq} hold another ${key}`);
      }
    }
    this.#judgeStored(true);
  }

  #judgeStored(whole: boolean): void {
    const { auditor, story, log, poisoned } = this.#world;
    const stored = this.#world.stored();
    if (stored === undefined) return;
    const processor = restoredFrom(stored, this.#config);
    if (processor instanceof Error)
      return auditor.violated('I4', `the checkpoint cannot be read: ${processor.message}`);
    const { nextOffset: offset, now: atMs, accounts } = processor;
    this.#judge('I4', rowsOf(processor.centre(CENTRE), this.#world.plan), { offset, atMs });
    if (!whole) return;
    const events = eventsBelow(log.records[0] ?? [], offset);
    const expected = oracleAccounts(events, { config: story.config, lateness: LATENESS });
    for (const account of ['applied', 'duplicate', 'late', 'future'] as const) {
      auditor.compared += 1;
      if (accounts[account] !== expected[account])
        auditor.violated('I14', `${account}: counted ${accounts[account]}, in the log ${expected[account]}`);
    }
    const letters = new Set(log.deadLetters.map(({ position }) => `${position?.offset} ${position?.line}`));
    const refused = poisoned + expected.late + expected.future;
    if (letters.size !== refused)
      auditor.violated('I14', `${letters.size} dead letters of ${refused} lines that were refused`);
    if (accounts.rejected !== poisoned)
      auditor.violated('I14', `rejected: counted ${accounts.rejected}, in the log ${poisoned}`);
  }

  get #config(): object {
    return { ...this.#world.story.config, windows: WINDOWS };
  }

  #judge(
    invariant: string,
    rows: readonly Row[],
    { offset, atMs }: { readonly offset: bigint; readonly atMs: number },
  ): void {
    const { auditor, log, story } = this.#world;
    const records = log.records[0] ?? [];
    const { config } = story;
    const options = { config, at: atMs, lateness: LATENESS, windows: WINDOWS };
    const held = new Set(rows.map(keyOf));
    // of what configuration promises and nobody used, no gateway makes totals
    const expected = oracleSnapshot(eventsBelow(records, offset), options).rows.filter(
      (row) => held.has(keyOf(row)) || Object.values(row.kpis).some(({ value }) => (value ?? 0) !== 0),
    );
    auditor.compared += expected.reduce((sum, { kpis }) => sum + Object.keys(kpis).length, 0);
    const without = invariant === 'I4' ? {} : { without: OF_TIME };
    let differences = compareSnapshots(agesToldLately(shownAt(rows, atMs), expected), expected, without);
    if (differences.length > 0) {
      const plain = records.map((record) => ({
        ...record,
        partition: 0,
        recordedMs: 0,
        refusals: undefined,
      }));
      const calm = compareSnapshots(
        this.#reference(plain, this.#config, { centre: CENTRE, offset, atMs }, this.#world.plan),
        expected,
        without,
      );
      const agreed = differences.filter((text) => !calm.includes(text));
      this.disputed += differences.length - agreed.length;
      differences = agreed;
    }
    if (differences.length > 0)
      auditor.violated(
        invariant,
        `as of ${new Date(atMs).toISOString()}, offset ${offset}: ${differences.length} differ: ${differences.slice(0, 2).join(' | ')}`,
      );
  }
}

function restoredFrom(
  stored: Parameters<typeof fromCheckpoint>[1],
  config: object,
): ReturnType<typeof fromCheckpoint> | Error {
  try {
    return fromCheckpoint(0, stored, config);
  } catch (error) {
    return error as Error;
  }
}

/** Ages count on by themselves from their beginning; the order in which figures came is nobody's affair. */
function timeless(row: Row | undefined): unknown {
  const figures = Object.entries(row?.kpis ?? {}).map(([id, figure]) => {
    const since = figure?.since;
    return [id, since === undefined ? figure : { ...figure, value: 0 }] as const;
  });
  return figures.sort(([a], [b]) => (a < b ? -1 : 1));
}

const keyOf = ({ queue, channel, window }: { queue: string; channel: string; window: string }): string =>
  `${queue} ${channel} ${window}`;

function eventsBelow(
  records: readonly { readonly offset: bigint; readonly value: Uint8Array | null }[],
  offset: bigint,
): OracleEvent[] {
  const lines = records
    .filter((record) => record.offset < offset)
    .flatMap(({ value }) => decoder.decode(value ?? undefined).split('\n'));
  return lines.flatMap((line) => {
    const event = parsed(line);
    return event === undefined || event.source.startsWith('vigie://') ? [] : [event];
  });
}

function parsed(line: string): OracleEvent | undefined {
  try {
    const event = JSON.parse(line) as OracleEvent | null;
    return typeof event?.source === 'string' ? event : undefined;
  } catch {
    return undefined;
  }
}
