import { checkConfiguration, type Configuration } from '@vigie/contracts';
import type { CentrePlan } from '@vigie/engine';
import { planner } from '@vigie/gateway';
import { duplicateSome, randomCentre, seeded, shuffle, type Random } from '@vigie/testkit/generator';
import type { OracleConfig, OracleEvent } from '@vigie/testkit/oracle';

/** What happens in a schedule: few contacts, in few queues, about now. */
export interface SmallStory {
  readonly config: OracleConfig & { readonly windows: readonly string[] };
  readonly configuration: Configuration;
  /** Of the one centre there is. */
  readonly plan: CentrePlan;
  /** In pieces as they come to the log: shuffled, a third of the events twice. */
  readonly batches: readonly (readonly OracleEvent[])[];
}

/** Stories are dear to make, and it is not they that are tried here. */
const STORIES = 500;
export const NOW_MS = Date.parse('2026-11-20T10:00:00Z');
/** Some of a story lies this far ahead: it becomes due while the schedule runs. */
const AHEAD_MS = 50_000;
/** Contacts arrive so long before now, and a little after. */
const SPAN_MS = 480_000;
/** Share of the stories that have two. */
const MORE_CONTACTS = 0.4;
/** `today` is always shown; every window more is a row more to judge. */
const WINDOWS: readonly [readonly string[], ...(readonly string[])[]] = [
  ['today'],
  ['today'],
  ['15m', 'today'],
];
/** Agents of whose shift anything is told. */
const MOST_SHIFTS = 1;
const MOST_IMPORTED = 2;
const MEAN_BATCH = 4;

const stories = new Map<number, SmallStory>();

/**
 * A story of chance about `NOW_MS`. There are {@link STORIES}, each made once: what else happens differs between the
 * schedules that tell the same.
 */
export function smallStory(seed: number): SmallStory {
  const number = seed % STORIES;
  let story = stories.get(number);
  if (story === undefined) stories.set(number, (story = makeStory(number)));
  return story;
}

function makeStory(seed: number): SmallStory {
  const random = seeded(seed);
  const world = randomCentre({
    seed,
    contacts: random.chance(MORE_CONTACTS) ? 2 : 1,
    durationMs: SPAN_MS,
    // whole minutes: sources that know only seconds lose their fractions
    startMs: Math.floor((NOW_MS - SPAN_MS + AHEAD_MS) / 60_000) * 60_000,
  });
  // whole lives are left out, and what has not happened yet: what remains is a story, too
  const kept = shiftsKept(world.events, random);
  let imported = random.int(0, MOST_IMPORTED);
  const events = world.events.filter(({ type, time, data }) => {
    if (Date.parse(time) > NOW_MS + AHEAD_MS || type === 'vigie.config.changed') return false;
    if (type === 'vigie.business.figure') return imported-- > 0;
    if (type === 'vigie.source.snapshot')
      return data.agents?.every(({ id }: { id: string }) => kept.has(id)) === true;
    return !type.startsWith('vigie.agent.') || kept.has(data.agent?.id ?? '');
  });
  const windows = random.pick(WINDOWS);
  const config = { ...world.config, queues: queuesOf(events, world.config), windows };
  const checked = checkConfiguration({ ...config } as Record<string, unknown>);
  if (!checked.ok) throw new Error('the configuration of the story is refused');
  const { configuration } = checked;
  const plan = planner(configuration)(configuration.centre);
  const batches = cut(shuffle(duplicateSome(events, seed), seed), random);
  return { config, configuration, plan, batches };
}

/** Rows of queues that nothing happens in would only take time; but each channel has a row as soon as it has a queue. */
function queuesOf(events: readonly OracleEvent[], config: OracleConfig): NonNullable<OracleConfig['queues']> {
  const used = new Set<string | undefined>(
    events.flatMap(({ data }) => [data.queue?.id, (data['to'] as { queue?: string } | undefined)?.queue]),
  );
  const all = Object.entries(config.queues ?? {});
  const queues = all.filter(([queue]) => used.has(queue));
  for (const channel of new Set(events.map(({ data }) => data.contact?.channel))) {
    if (
      channel === undefined ||
      queues.some(([, of]) => (of.channel ?? Object.keys(of.channels ?? {})).includes(channel))
    )
      continue;
    queues.push(...all.filter(([, of]) => of.channel === channel).slice(0, 1));
  }
  return Object.fromEntries(queues);
}

function shiftsKept(events: readonly OracleEvent[], random: Random): ReadonlySet<string> {
  const agents = events.flatMap(({ type, data }) =>
    type.startsWith('vigie.agent.') && data.agent !== undefined ? [data.agent.id] : [],
  );
  const inOrderOfChance = shuffle([...new Set(agents)], random.int(0, 2 ** 31));
  return new Set(inOrderOfChance.slice(0, random.int(0, MOST_SHIFTS)));
}

function cut<T>(items: readonly T[], random: Random): T[][] {
  const pieces: T[][] = [];
  for (let at = 0; at < items.length;) {
    const length = random.int(1, 2 * MEAN_BATCH - 1);
    pieces.push(items.slice(at, at + length));
    at += length;
  }
  return pieces;
}
