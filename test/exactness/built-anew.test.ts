import { makeCommit, type PartitionProcessor } from '@vigie/engine';
import { duplicateSome, randomCentre } from '@vigie/testkit/generator';
import { expect, test } from 'vitest';
import { processorFor } from './partition-world.ts';

const encoder = new TextEncoder();

/** All that rows count, in the order of their names. */
function rowsOf(processor: PartitionProcessor): readonly string[] {
  const { facts, timeline } = processor.centre('default');
  const rows: string[] = [];
  timeline.rows.forEach(0, Number.POSITIVE_INFINITY, (quarter, group, row) => {
    const sums = [...row.totals.sums];
    if (sums.every((sum) => sum === 0)) return;
    const max = timeline.maxOfRow(quarter, group, row);
    rows.push(JSON.stringify([quarter, facts.groups.nameOf(group), sums, max]));
  });
  return rows.sort();
}

/** How many entities are objects. */
function atWork(processor: PartitionProcessor): number {
  return [...processor.centre('default').facts.entities.hot()].length;
}

test('a log that is read from its beginning is packed while it is read, and counts the same', () => {
  let packed = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const { config, events } = randomCentre({ seed });
    const told = duplicateSome([...events], seed).sort((a, b) => (a.time < b.time ? -1 : 1));
    const endMs = Date.parse(told.at(-1)!.time) + 1000;
    const [kept, tidy] = [processorFor(config, endMs), processorFor(config, endMs)];
    tidy.followRecords(endMs);
    let seq = 0;
    for (const [offset, event] of told.entries()) {
      const value = encoder.encode(JSON.stringify({ ...event, ingestedtime: event.time }));
      for (const processor of [kept, tidy])
        processor.applyRecord({ offset: BigInt(offset), key: 'default', value });
      if (offset % 25 === 0) for (const processor of [kept, tidy]) makeCommit(processor, ++seq);
    }
    expect(rowsOf(tidy), `seed ${seed}`).toEqual(rowsOf(kept));
    expect(tidy.accounts).toEqual(kept.accounts);
    packed += atWork(kept) - atWork(tidy);
  }
  expect(packed).toBeGreaterThan(100);
});

test('what was judged bit by bit comes to what is judged at once', () => {
  let unsettled = 0;
  for (let seed = 11; seed <= 16; seed++) {
    const { config, events } = randomCentre({ seed });
    const told = duplicateSome([...events], seed);
    const endMs = Math.max(...told.map(({ time }) => Date.parse(time))) + 1000;
    const [atOnce, bitByBit] = [processorFor(config, endMs), processorFor(config, endMs)];
    for (const [offset, event] of told.entries()) {
      const value = encoder.encode(JSON.stringify({ ...event, ingestedtime: event.time }));
      for (const processor of [atOnce, bitByBit])
        processor.applyRecord({ offset: BigInt(offset), key: 'default', value });
      if (offset % 7 === 0) bitByBit.settle(3);
      unsettled += bitByBit.unsettled;
    }
    expect(rowsOf(bitByBit), `seed ${seed}`).toEqual(rowsOf(atOnce));
  }
  expect(unsettled).toBeGreaterThan(1000);
});
