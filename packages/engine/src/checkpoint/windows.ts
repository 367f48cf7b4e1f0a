import { FIELDS, MEASURES, secondOf } from '@vigie/metrics';
import { PAGES } from '../processor/entities.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import type { PartitionOptions } from '../processor/partition.ts';
import { readEntries, writeEntries, type StoredEntries } from './entry-codec.ts';
import { crc32 } from './envelope.ts';
import type { StoredSlice } from './slice.ts';

/*
 * What windows are filled from after a restart, so that no contact has to be judged again: the entries of the fine
 * buckets and the levels of now. A page has the entries of every 256th second, a delta what came since the commit before.
 * Whoever judges otherwise than the one who wrote them leaves them alone, and fills windows from the records.
 */

/** What the head says of them. */
export interface StoredWindows {
  /** Who judged: see {@link judgedBy}. */
  readonly by: string;
  /** How far back the entries reach. */
  readonly depthSeconds: number;
  /** They are whole once every page was written after this commit. */
  readonly since: number;
}

/** Levels of now in a group, by their index: those that are not 0. */
export type StoredLevels = readonly [queue: string, channel: string, levels: readonly number[]];

/** Entries are whole from the first commit on. */
export const SINCE_EVER = -PAGES;

/** Every commit asks, and the answer takes longer than the rest of a small one. */
const known = new WeakMap<PartitionOptions, string>();

/** By what windows are known to be those that would be judged here: the version, its measures, and the settings. */
export function judgedBy(options: PartitionOptions): string {
  let by = known.get(options);
  if (by === undefined) known.set(options, (by = judgeOf(options)));
  return by;
}

function judgeOf({ release = '', base, limits }: PartitionOptions): string {
  const { queues, agents, factsPerContact, factsPerEntity } = limits;
  // the effects as a text in the text: stored checkpoints have the sum of it
  const effects = JSON.stringify(MEASURES.effects);
  const text = JSON.stringify(
    [release, base, queues, agents, factsPerContact, factsPerEntity, effects],
    (_key, value: unknown) => (value instanceof Map || value instanceof Set ? [...value] : value),
  );
  return `${release} ${text.length} ${crc32(new TextEncoder().encode(text))}`;
}

/** Can windows be filled from what a checkpoint of commit `seq` has? */
export function areWhole(
  stored: StoredWindows | undefined,
  seq: number,
  own: Pick<StoredWindows, 'by' | 'depthSeconds'>,
): boolean {
  if (stored === undefined) return false;
  return stored.by === own.by && stored.depthSeconds >= own.depthSeconds && seq - stored.since >= PAGES;
}

/** Levels as a delta told them last. */
export class ToldLevels {
  readonly #told: Float64Array[] = [];

  /** The groups whose levels changed, or that are new, since the last call. */
  takeChanges(centre: LiveCentre): readonly StoredLevels[] {
    const changed: StoredLevels[] = [];
    const { timeline } = centre;
    for (let group = 0; group < centre.facts.groups.size; group++) {
      const levels = timeline.levelsOf(group) ?? NO_LEVELS;
      const told = this.#told[group];
      if (told !== undefined && isSame(told, levels)) continue;
      if (told === undefined) this.#told[group] = levels.slice();
      else told.set(levels);
      changed.push(storeLevels(centre, group));
    }
    return changed;
  }
}

const NO_LEVELS = new Float64Array(MEASURES.levels);

function isSame(a: Float64Array, b: Float64Array): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The levels of a group as they are now. */
export function storeLevels(centre: LiveCentre, group: number): StoredLevels {
  const { queue, channel } = centre.facts.groups.storedNameOf(group);
  const levels: number[] = [];
  centre.timeline.levelsOf(group)?.forEach((level, index) => {
    if (level !== 0) levels.push(index, level);
  });
  return [queue, channel, levels];
}

/** What came into buckets and was taken out since the last call; `undefined`: nothing, or more than is remembered. */
export function takeEntryChanges({ facts, timeline }: LiveCentre): {
  readonly entries: StoredEntries | undefined;
  readonly isLost: boolean;
} {
  const changes = timeline.refill.changes;
  const isLost = changes.isOverfull;
  const entries = changes.isEmpty ? undefined : writeEntries(facts, (visit) => changes.forEach(visit));
  changes.clear();
  return { entries, isLost };
}

/** The entries of a page. */
export function entriesOf({ facts, timeline }: LiveCentre, page: number): StoredEntries | undefined {
  const entries = writeEntries(facts, (visit) =>
    timeline.refill.forEachOf(page, PAGES, (group, at, code, value, sign) =>
      visit(group, at, code, value, sign, false),
    ),
  );
  return entries.bytes.length === 0 ? undefined : entries;
}

/** Puts back what a slice has of windows; `skip` says whether newer is there already of what hashes into a page. */
export function restoreWindows(
  { facts, timeline }: LiveCentre,
  { entries, levels = [] }: StoredSlice,
  skip: {
    readonly ofPage: (page: number) => boolean;
    readonly ofGroup: (queue: string, channel: string) => boolean;
  },
): void {
  if (entries !== undefined)
    readEntries(entries, facts, (group, at, code, value, sign, isTakenOut) => {
      if (!skip.ofPage(secondOf(at) % PAGES))
        timeline.refill.restore(group, at, code, value, sign, isTakenOut);
    });
  for (const [queue, channel, told] of levels) {
    if (skip.ofGroup(queue, channel)) continue;
    const group = facts.groups.idOfStored(queue, channel);
    // of a group in which nothing was counted yet there is a name, and no more
    const own = told.length === 0 ? timeline.levelsOf(group) : timeline.group(group).present.levels;
    own?.fill(0);
    for (let i = 0; i < told.length; i += 2) own![told[i]!] = told[i + 1]!;
  }
}

/** Fills windows from the entries that were put back; items that are open from the contacts that have them. */
export function refillWindows({ facts, timeline }: LiveCentre): void {
  timeline.refill.fill();
  for (const entity of facts.entities.openAt(timeline.now))
    for (const piece of facts.contributionsOf(entity))
      for (let i = 0; i < piece.length; i += FIELDS)
        if (piece[i + 1]! <= timeline.now)
          timeline.refill.restoreOpen(piece[i]!, piece[i + 2]!, piece[i + 3]!);
}
