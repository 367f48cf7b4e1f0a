import { duplicateSome, randomCentre, seeded, shuffle } from '@vigie/testkit/generator';
import type { OracleConfig, OracleEvent } from '@vigie/testkit/oracle';

/** What a contact centre lived through, each event once. */
export interface CentreStory {
  readonly centre: string;
  readonly events: readonly OracleEvent[];
}

/** What happens in a run: the events of all centres, how they are judged, and how they are delivered. */
export interface Story {
  readonly config: OracleConfig;
  readonly centres: readonly CentreStory[];
  /** Shuffled, a third of the events twice. */
  readonly batches: readonly (readonly OracleEvent[])[];
}

export interface StoryOptions {
  readonly seed: number;
  readonly centres: readonly string[];
  readonly contacts: number;
  readonly batches: number;
  /** The last event of each centre lies at most a minute after this: it becomes due while the run goes on. */
  readonly endMs: number;
}

const DURATION_MS = 2_700_000;

/**
 * Centres made of chance that end about now, so that nothing is late or lies beyond the future tolerance, and every
 * window has something to slide over. All are judged by one configuration, which is that of the deployment.
 */
export function makeStory({ seed, centres, contacts, batches, endMs }: StoryOptions): Story {
  const worlds = centres.map((centre, index) => {
    const options = { seed: seed + index, contacts, durationMs: DURATION_MS };
    const startMs = endMs - (endMs % 60_000);
    const { endMs: lastMs } = randomCentre({ ...options, startMs });
    // whole minutes: sources that know only seconds must lose the same fractions
    const shiftMs = Math.floor((endMs - lastMs) / 60_000) * 60_000;
    const world = randomCentre({ ...options, startMs: startMs + shiftMs });
    return { centre, world };
  });
  const [first] = worlds;
  if (first === undefined) throw new Error('a story needs a centre');
  const told = worlds.map(({ centre, world }) => ({
    centre,
    events: world.events
      .filter(({ type }) => type !== 'vigie.config.changed')
      .map((event) => ({ ...event, centre })),
  }));
  const all = told.flatMap(({ events }) => events);
  return {
    config: first.world.config,
    centres: told,
    batches: cut(shuffle(duplicateSome(all, seed), seed), batches, seed),
  };
}

/** Cuts a list into about `count` pieces of one event and more. */
function cut<T>(items: readonly T[], count: number, seed: number): T[][] {
  const random = seeded(seed);
  const mean = Math.max(1, Math.floor(items.length / count));
  const pieces: T[][] = [];
  for (let at = 0; at < items.length;) {
    const length = random.int(1, 2 * mean - 1);
    pieces.push(items.slice(at, at + length));
    at += length;
  }
  return pieces;
}
