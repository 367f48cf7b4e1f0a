import { MEASURES } from '@vigie/metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GroupTable } from '../processor/groups.ts';
import { WordTable } from '../processor/word-table.ts';
import { readEntries, writeEntries, type Names } from './entry-codec.ts';

const QUEUES = ['sales', 'support', '_all', 'ü|~'];
const WORDS = ['refund', '', 'late train'];
const codes = MEASURES.effects.map((_, code) => code);
const isWord = (code: number): boolean => MEASURES.effects[code]!.tallies.length > 0;

/** Tables in which the names have been met in another order. */
function names(queues: readonly string[], words: readonly string[]): Names {
  const own = { groups: new GroupTable(10), words: new WordTable() };
  for (const queue of queues) own.groups.idOf(queue, 'voice');
  for (const queue of queues) own.groups.agentGroupOf('members', queue);
  for (const word of words) own.words.idOf(word);
  return own;
}

const instant = fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 });
const entry = fc.record({
  queue: fc.constantFrom(...QUEUES),
  isOfAgents: fc.boolean(),
  at: instant,
  code: fc.constantFrom(...codes),
  value: fc.oneof(
    instant,
    fc.integer({ min: 0, max: 10_000_000 }),
    fc.constant(0),
    fc.double({ noNaN: true, min: 0, max: 9 }),
  ),
  word: fc.constantFrom(...WORDS),
  sign: fc.constantFrom(1, -1),
  isTakenOut: fc.boolean(),
});

test('entries come back as they were, whatever numbers their groups and words have by then', () => {
  fc.assert(
    fc.property(fc.array(entry), (entries) => {
      const before = names(QUEUES, WORDS);
      const stored = writeEntries(before, (visit) => {
        for (const { queue, isOfAgents, at, code, value, word, sign, isTakenOut } of entries) {
          const group = isOfAgents
            ? before.groups.agentGroupOf('members', queue)
            : before.groups.idOf(queue, 'voice');
          visit(group, at, code, isWord(code) ? before.words.idOf(word) : value, sign, isTakenOut);
        }
      });
      const after = names(QUEUES.toReversed(), WORDS.toReversed());
      const read: unknown[] = [];
      readEntries(stored, after, (group, at, code, value, sign, isTakenOut) => {
        const { queue, channel, scope } = after.groups.nameOf(group);
        const said = isWord(code) ? { word: after.words.wordOf(value) } : { value };
        read.push({ queue, channel, isOfAgents: scope !== undefined, at, code, sign, isTakenOut, ...said });
      });
      expect(read).toEqual(
        entries.map(({ queue, isOfAgents, at, code, value, word, sign, isTakenOut }) => {
          const channel = isOfAgents ? '_all' : 'voice';
          const said = isWord(code) ? { word } : { value };
          return { queue, channel, isOfAgents, at, code, sign, isTakenOut, ...said };
        }),
      );
    }),
  );
});
