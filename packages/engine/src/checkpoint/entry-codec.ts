import { MEASURES, type EntryVisit } from '@vigie/metrics';
import type { GroupTable } from '../processor/groups.ts';
import type { WordTable } from '../processor/word-table.ts';
import { ByteReader, ByteWriter, LEAST_INSTANT } from './bytes.ts';

/*
 * Entries of buckets as bytes, one after the other. Groups and words are told by their position in lists of those that
 * occur; an instant by how far it lies from that of the entry before it, or of its own entry. Changing this layout means
 * a new name for what windows are filled by: see windows.ts.
 */

/** Entries of buckets, as a page or a delta has them. */
export interface StoredEntries {
  readonly groups: readonly (readonly [queue: string, channel: string])[];
  readonly words: readonly string[];
  readonly bytes: Uint8Array;
}

/** The tables that groups and words are numbered by. */
export interface Names {
  readonly groups: GroupTable;
  readonly words: WordTable;
}

const writer = new ByteWriter();

const TAKEN_OUT = 1;
const NEGATIVE = 2;
const IS_INSTANT = 4;
const FLAGS = 8;

/** The entries that `tell` calls its visitor with. */
export function writeEntries({ groups, words }: Names, tell: (visit: EntryVisit) => void): StoredEntries {
  const groupAt = new Map<number, number>();
  const wordAt = new Map<number, number>();
  let lastAt = 0;
  tell((group, at, code, value, sign, isTakenOut) => {
    const isInstant = value > LEAST_INSTANT;
    const flags = (isTakenOut ? TAKEN_OUT : 0) + (sign < 0 ? NEGATIVE : 0) + (isInstant ? IS_INSTANT : 0);
    writer.count(positionIn(groupAt, group));
    writer.count(code * FLAGS + flags);
    writer.integer(at - lastAt);
    if (isInstant) writer.number(at - value);
    else writer.number(isWord(code) ? positionIn(wordAt, value) : value);
    lastAt = at;
  });
  return {
    groups: Array.from(groupAt.keys(), (group) => {
      const { queue, channel } = groups.storedNameOf(group);
      return [queue, channel] as const;
    }),
    words: Array.from(wordAt.keys(), (word) => words.wordOf(word)),
    bytes: writer.take(),
  };
}

/** Calls `visit` for the entries that {@link writeEntries} wrote, in their order. */
export function readEntries({ groups, words, bytes }: StoredEntries, names: Names, visit: EntryVisit): void {
  const groupIds = groups.map(([queue, channel]) => names.groups.idOfStored(queue, channel));
  const wordIds = words.map((word) => names.words.idOf(word));
  const reader = new ByteReader(bytes);
  let at = 0;
  while (!reader.isAtEnd) {
    const group = groupIds[reader.count()]!;
    const head = reader.count();
    const flags = head % FLAGS;
    const code = (head - flags) / FLAGS;
    at += reader.integer();
    const told = reader.number();
    const value = (flags & IS_INSTANT) !== 0 ? at - told : isWord(code) ? wordIds[told]! : told;
    visit(group, at, code, value, (flags & NEGATIVE) !== 0 ? -1 : 1, (flags & TAKEN_OUT) !== 0);
  }
}

function isWord(code: number): boolean {
  return MEASURES.effects[code]!.tallies.length > 0;
}

function positionIn(positions: Map<number, number>, id: number): number {
  let position = positions.get(id);
  if (position === undefined) positions.set(id, (position = positions.size));
  return position;
}
