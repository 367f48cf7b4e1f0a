import { parseEvent } from '@vigie/contracts';
import {
  CheckpointFormatError,
  makeCommit,
  type PartitionProcessor,
  PastFigures,
  restoreCheckpoint,
  seal,
  unseal,
  type CheckpointCommit,
  type StoredCheckpoint,
} from '@vigie/engine';
import { compareSnapshots, type OracleEvent } from '@vigie/testkit/oracle';
import { duplicateSome, randomCentre, seeded, shuffle } from '@vigie/testkit/generator';
import { describe, expect, test } from 'vitest';
import { LiveRows } from './live-rows.ts';
import { configuration, processorFor, windows } from './partition-world.ts';

/** What a checkpoint store keeps of the commits. */
class Kept {
  head: Uint8Array | undefined;
  readonly pages = new Map<number, Uint8Array>();
  deltas: { seq: number; bytes: Uint8Array }[] = [];

  commit(commit: CheckpointCommit): void {
    this.head = commit.head;
    if (commit.page !== undefined) this.pages.set(commit.page.index, commit.page.bytes);
    this.deltas = [
      ...this.deltas.filter(({ seq }) => seq >= commit.dropDeltasBelow),
      { seq: commit.seq, bytes: commit.delta },
    ];
  }

  get stored(): StoredCheckpoint | undefined {
    return this.head === undefined ? undefined : { head: this.head, pages: this.pages, deltas: this.deltas };
  }
}

const encoder = new TextEncoder();

function allRows(processor: PartitionProcessor) {
  const centre = processor.centre('default');
  return new LiveRows(centre, windows, configuration.presentation).all();
}

describe('a partition that is stopped anywhere and restored', () => {
  test('goes on with the same figures, windows and accounts as one that never stopped', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const world = randomCentre({ seed });
      const random = seeded(seed);
      const events = shuffle(duplicateSome(world.events, seed), seed) as OracleEvent[];
      const config = world.config as Record<string, unknown>;
      const steady = processorFor(config, world.startMs);
      let broken = processorFor(config, world.startMs);
      const kept = new Kept();
      let seq = 0;
      let now = world.startMs;
      let restarts = 0;
      let offset = 0n;
      const log: { offset: bigint; key: string; value: Uint8Array }[] = [];
      for (let i = 0; i < events.length;) {
        const size = random.int(1, 12);
        const lines = events.slice(i, i + size).map((event) => JSON.stringify(event));
        i += size;
        log.push({ offset, key: 'default', value: encoder.encode(lines.join('\n')) });
        steady.applyRecord(log.at(-1)!);
        broken.applyRecord(log.at(-1)!);
        offset += 1n;
        now += random.int(0, 40_000);
        steady.advance(now);
        broken.advance(now);
        if (random.chance(0.4)) kept.commit(makeCommit(broken, ++seq));
        if (!random.chance(0.15)) continue;
        // What was applied since the last commit is gone with the process, and comes again from the log.
        restarts++;
        broken = processorFor(config, world.startMs);
        if (kept.stored !== undefined) seq = restoreCheckpoint(broken, kept.stored);
        for (const record of log.slice(Number(broken.nextOffset))) broken.applyRecord(record);
        broken.advance(now);
      }
      now = Math.max(now, world.endMs);
      steady.advance(now);
      broken.advance(now);
      const differences = compareSnapshots(allRows(broken), allRows(steady) as never);
      expect(differences.slice(0, 5), `seed ${seed}`).toEqual([]);
      expect(broken.accounts, `seed ${seed}`).toEqual(steady.accounts);
      expect(broken.centre('default').facts.counts).toEqual(steady.centre('default').facts.counts);
      const recount = new PastFigures(broken.centre('default').facts).rowsAt(
        now,
        windows,
        configuration.presentation,
      );
      expect(compareSnapshots(recount, allRows(broken) as never).slice(0, 5), `seed ${seed}`).toEqual([]);
      expect(restarts).toBeGreaterThan(0);
    }
  });
});

describe('a checkpoint of which something is missing', () => {
  /** A checkpoint of that many commits, with something in each. */
  function checkpointOf(commits: number): { readonly kept: Kept; readonly stored: StoredCheckpoint } {
    const world = randomCentre({ seed: 1 });
    const processor = processorFor(world.config as Record<string, unknown>, world.startMs);
    const kept = new Kept();
    for (let seq = 1; seq <= commits; seq++) {
      const event = world.events[seq % world.events.length];
      const value = encoder.encode(JSON.stringify(event));
      processor.applyRecord({ offset: processor.nextOffset, key: 'default', value });
      kept.commit(makeCommit(processor, seq));
    }
    return { kept, stored: kept.stored! };
  }
  const restored = (stored: StoredCheckpoint): number => restoreCheckpoint(processorFor({}, 0), stored);

  test.each([1, 7, 255, 256, 257, 600])('is told from a whole one, after %i commits', (commits) => {
    const { stored } = checkpointOf(commits);
    expect(restored(stored)).toBe(commits);
    for (const index of stored.pages.keys()) {
      const pages = new Map(stored.pages);
      pages.delete(index);
      expect(() => restored({ ...stored, pages })).toThrow(CheckpointFormatError);
      const [another] = pages.values();
      if (another === undefined) continue;
      expect(() => restored({ ...stored, pages: pages.set(index, another) })).toThrow(CheckpointFormatError);
    }
    const needed = commits > 255 ? 255 : commits;
    for (let n = 1; n <= needed; n++) {
      const deltas = stored.deltas.filter(({ seq }) => seq !== commits + 1 - n);
      expect(() => restored({ ...stored, deltas }), `delta ${n}`).toThrow(CheckpointFormatError);
    }
  });
});

describe('a checkpoint blob', () => {
  const blob = seal({ a: 1, b: ['x'] });

  test('reads back as it was written', () => {
    expect(unseal(blob)).toEqual({ a: 1, b: ['x'] });
  });

  test('is refused when any byte was changed or it was cut short', () => {
    for (let i = 0; i < blob.length; i++) {
      const damaged = blob.slice();
      damaged[i]! ^= 0x41;
      expect(() => unseal(damaged), `byte ${i}`).toThrow(CheckpointFormatError);
    }
    for (let length = 0; length < blob.length; length++) {
      expect(() => unseal(blob.slice(0, length)), `${length} bytes`).toThrow(CheckpointFormatError);
    }
  });
});

test('every generated event is one the processor accepts', () => {
  const world = randomCentre({ seed: 3 });
  for (const event of world.events) expect(parseEvent(event).ok).toBe(true);
});
