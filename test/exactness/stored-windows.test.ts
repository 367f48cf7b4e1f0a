import {
  makeCommit,
  type PartitionProcessor,
  restoreCheckpoint,
  type CheckpointCommit,
  type PartitionOptions,
  type StoredCheckpoint,
} from '@vigie/engine';
import { duplicateSome, randomCentre, seeded, shuffle } from '@vigie/testkit/generator';
import { expect, test } from 'vitest';
import { processorFor, windows } from './partition-world.ts';

/*
 * Windows that are filled from what a checkpoint has of them, against the same filled from the records: no difference,
 * at once and as long as the clock goes on.
 */

const PAGES = 256;
const rolling = windows.filter(({ sizeMs }) => sizeMs !== undefined);
const encoder = new TextEncoder();

const processorOf = (config: unknown, now: number, options: Partial<PartitionOptions> = {}) =>
  processorFor(config, now, { release: 'this', ...options });

class Kept {
  readonly pages = new Map<number, Uint8Array>();
  #deltas: { seq: number; bytes: Uint8Array }[] = [];
  #head = new Uint8Array();

  commit({ head, page, dropDeltasBelow, seq, delta }: CheckpointCommit): void {
    this.#head = new Uint8Array(head);
    if (page !== undefined) this.pages.set(page.index, page.bytes);
    this.#deltas = [...this.#deltas.filter((kept) => kept.seq >= dropDeltasBelow), { seq, bytes: delta }];
  }

  get stored(): StoredCheckpoint {
    return { head: this.#head, pages: this.pages, deltas: this.#deltas };
  }
}

/** All that windows and levels tell, group by group. */
function windowsOf(processor: PartitionProcessor): unknown {
  const { facts, timeline } = processor.centre('default');
  const groups = Array.from({ length: facts.groups.size }, (_, group) => {
    const view = timeline.group(group);
    return {
      name: JSON.stringify(facts.groups.nameOf(group)),
      levels: [...view.present.levels],
      open: view.present.opens.map(({ size, oldestMs }) => [size, oldestMs]),
      max: rolling.map((_window, index) => view.max(index)),
      windows: view.windows.map(({ sums, hists, tallies }) => ({
        sums: [...sums],
        hists: hists.map((hist) => {
          const bins: number[][] = [];
          hist.forEach((bin, count) => bins.push([bin, count]));
          return bins.sort((a, b) => a[0]! - b[0]!);
        }),
        tallies: Array.from(tallies, (tally) =>
          [...(tally ?? [])].map(([word, count]) => `${facts.words.wordOf(word)} ${count}`).sort(),
        ).filter((counts) => counts.length > 0),
      })),
    };
  });
  const isSilent = ({ levels, open, windows: own }: (typeof groups)[number]): boolean =>
    levels.every((level) => level === 0) &&
    open.every(([size]) => size === 0) &&
    own.every(({ sums, tallies }) => sums.every((sum) => sum === 0) && tallies.length === 0);
  return groups.filter((group) => !isSilent(group)).sort((a, b) => a.name.localeCompare(b.name));
}

function restored(processor: PartitionProcessor, stored: StoredCheckpoint): PartitionProcessor {
  restoreCheckpoint(processor, stored);
  return processor;
}

test('windows are filled from stored entries as from the records, and go on alike', () => {
  let fromEntries = 0;
  for (let seed = 1; seed <= 6; seed++) {
    const world = randomCentre({ seed });
    const random = seeded(seed);
    const events = shuffle(duplicateSome(world.events, seed), seed);
    const kept = new Kept();
    let seq = 0;
    let now = world.startMs;
    let processor = processorOf(world.config, now);
    for (let i = 0; i < events.length;) {
      const lines = events.slice(i, (i += random.int(1, 3))).map((event) => JSON.stringify(event));
      const record = {
        offset: processor.nextOffset,
        key: 'default',
        value: encoder.encode(lines.join('\n')),
      };
      processor.applyRecord(record);
      processor.advance((now += random.int(0, 20_000)));
      for (let commits = random.int(0, 4); commits > 0; commits--) kept.commit(makeCommit(processor, ++seq));
      if (seq === 0 || !random.chance(0.03)) continue;
      const { stored } = kept;
      const entries = restored(processorOf(world.config, world.startMs), stored);
      const records = restored(processorOf(world.config, world.startMs, { release: 'other' }), stored);
      expect(entries.windowsSince).toBe(-PAGES);
      expect(records.windowsSince).toBe(seq);
      for (const aheadMs of [0, 1, 999, 20_000, 300_000, 3_600_000, 5 * 3_600_000]) {
        for (const each of [entries, records]) each.advance(now + aheadMs);
        expect(windowsOf(entries), `seed ${seed}, commit ${seq}, ${aheadMs} ms on`).toEqual(
          windowsOf(records),
        );
      }
      fromEntries++;
      // It goes on from there, and what it stores is restored in turn.
      processor = restored(processorOf(world.config, world.startMs), stored);
      processor.advance(now);
    }
    expect(seq).toBeGreaterThan(PAGES);
  }
  expect(fromEntries).toBeGreaterThan(15);
});

test('windows that others judged, or that reach less far, are filled from the records until all is written anew', () => {
  const world = randomCentre({ seed: 3 });
  const kept = new Kept();
  const first = processorOf(world.config, world.startMs);
  for (const event of world.events)
    first.applyRecord({
      offset: first.nextOffset,
      key: 'default',
      value: encoder.encode(JSON.stringify(event)),
    });
  first.advance(world.endMs);
  kept.commit(makeCommit(first, 1));
  const limits = { queues: 10, factsPerContact: 2000, factsPerEntity: 1000, centres: 10 };
  const longer = [...windows, { name: '90m', sizeMs: 90 * 60_000 }];
  const others: Partial<PartitionOptions>[] = [{ release: 'other' }, { limits }, { windows: longer }];
  for (const options of others)
    expect(restored(processorOf(world.config, 0, options), kept.stored).windowsSince).toBe(1);
  expect(restored(processorOf(world.config, 0), kept.stored).windowsSince).toBe(-PAGES);

  const other = restored(processorOf(world.config, 0, { release: 'other' }), kept.stored);
  const known = windowsOf(other);
  for (let seq = 2; seq <= PAGES + 2; seq++) {
    kept.commit(makeCommit(other, seq));
    const again = restored(processorOf(world.config, 0, { release: 'other' }), kept.stored);
    expect(windowsOf(again)).toEqual(known);
    expect(again.windowsSince, `commit ${seq}`).toBe(seq <= PAGES ? seq : 1);
  }
});
