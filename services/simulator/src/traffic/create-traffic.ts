import type { CanonicalEvent } from '@vigie/contracts';

import { Desk } from './desk.ts';
import { keepLedger } from './ledger.ts';
import type { Office } from './office.ts';
import { dayShape, PEAK, QUEUES, type QueueId, staffFor } from './plan.ts';
import { Problems } from './problems.ts';
import { createRandom } from './random.ts';
import { type Agent, Staff } from './staff.ts';
import { Timetable } from './timetable.ts';
import { call } from './voice.ts';
import { World } from './world.ts';
import { chat, email } from './written.ts';

const MINUTE_MS = 60_000;
/** Contacts a minute of a centre of some sixty agents. */
export const DEFAULT_RATE = 12;

export interface TrafficOptions {
  /** The same seed, rate and start give the same events. Any integer. */
  readonly seed: number;
  /** Contacts a minute, the mean of a day; at an instant it is this times `dayShape`. */
  readonly rate: number;
  /** When the first agents log in, milliseconds since 1970; before it there is nothing. */
  readonly startMs: number;
  /** `centre` of the events; absent: left to ingest. */
  readonly centre?: string;
}

/**
 * Plausible traffic of a contact centre, without end: canonical events in the order of time, each with an id of its
 * own. Calls to three queues, chats that a bot begins, e-mails; agents who are few enough for queues to build up.
 * Pure: nothing but the options decides.
 */
export function* createTraffic(options: TrafficOptions): Generator<CanonicalEvent, never, void> {
  const { seed, rate, startMs, centre } = options;
  const timetable = new Timetable(startMs);
  const prefix = `sim${seed}-${startMs.toString(36)}`;
  const world = new World({ random: createRandom(seed), timetable, prefix, centre });
  const desk = new Desk(world);
  const staff = new Staff(world, staffFor(rate), (agent: Agent) => desk.serve(agent));
  desk.serveWith(staff);
  const office: Office = { world, desk, staff, problems: new Problems(world) };
  world.emit('vigie.source.restarted', '*', {});
  staff.open();
  keepLedger(world);
  awaitArrivals(office, rate);
  for (;;) {
    yield* world.drain();
    timetable.step();
  }
}

/** A Poisson process whose intensity follows the day: candidates at the peak's, of which the hour keeps its part. */
function awaitArrivals(office: Office, rate: number): void {
  const { world } = office;
  const { random } = world;
  world.after(random.exponential(MINUTE_MS / (rate * PEAK)), () => {
    if (random.chance(dayShape(world.nowMs) / PEAK)) arrive(office);
    awaitArrivals(office, rate);
  });
}

function arrive(office: Office): void {
  let drawn = office.world.random.next();
  const queue = (Object.keys(QUEUES) as QueueId[]).find((id) => (drawn -= QUEUES[id].share) < 0) ?? 'support';
  if (queue === 'chat') chat(office);
  else if (queue === 'email') email(office);
  else call(office, queue);
}
