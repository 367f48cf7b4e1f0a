import { openEmbedded } from '@vigie/embedded';
import { CheckpointNewerError, seal, type LogRecord } from '@vigie/engine';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  batchOf,
  incomplete,
  ingested,
  NOW,
  parts,
  queued,
  record,
  setUp,
  storeWith,
  take,
  tearDown,
  waiting,
  world,
} from './partition-runner.testkit.ts';

beforeEach(async () => await setUp(openEmbedded));
afterEach(tearDown);

/** Commits two contacts as the first owner, which then is gone. */
async function leaveCheckpoint(): Promise<readonly LogRecord[]> {
  const records = [record(0, ingested(queued('a'), 50_000)), record(1, ingested(queued('b'), 40_000))];
  const first = await take();
  await first.apply(batchOf(records));
  await first.stop({ commit: true });
  return records;
}

describe('a checkpoint', () => {
  const flipped = (bytes: Uint8Array): Uint8Array =>
    bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 1 : byte));
  const ofFormat = (format: number): Uint8Array => seal({ seq: 1 }).fill(format, 0, 1);
  const reasons: readonly [string, 'missing' | 'unreadable', Parameters<typeof storeWith>[0]][] = [
    ['that is gone', 'missing', () => undefined],
    ['whose head is gone', 'unreadable', (stored) => ({ ...stored, head: new Uint8Array(0) })],
    ['with a bit flipped', 'unreadable', (stored) => ({ ...stored, head: flipped(stored.head) })],
    ['of which a page was evicted', 'unreadable', (stored) => ({ ...stored, pages: new Map() })],
    ['of which a delta was evicted', 'unreadable', (stored) => ({ ...stored, deltas: [] })],
    ['of an older format', 'unreadable', (stored) => ({ ...stored, head: ofFormat(2) })],
    ['of another kind', 'unreadable', (stored) => ({ ...stored, head: seal({ seq: 1 }) })],
  ];
  test.each(reasons)(
    '%s is rebuilt from the log, and replaced by the next commit',
    async (_, why, change) => {
      const records = await leaveCheckpoint();
      const runner = await take(parts(storeWith(change)));
      expect(runner.rebuilt).toBe(why);
      expect(runner.processor.nextOffset).toBe(0n);
      expect(runner.figures.recovering).toBe(true);
      await runner.apply(batchOf(records));
      expect(runner.processor.accounts.applied).toBe(2);
      expect(incomplete(runner)).toBeUndefined();
      await runner.stop({ commit: true });
      const next = await take();
      expect(next.rebuilt).toBeUndefined();
      expect(next.processor.nextOffset).toBe(2n);
      expect(waiting(next)).toBe(2);
      expect(world.fatal).toEqual([]);
    },
  );

  test('that has to be rebuilt from a log whose beginning is gone is incomplete up to where that begins', async () => {
    const [, second] = await leaveCheckpoint();
    world.logStart = 1n;
    const runner = await take(parts(storeWith(() => undefined)));
    expect(runner.processor.nextOffset).toBe(1n);
    await runner.apply(batchOf([second!]));
    const { sources } = runner.processor.centre('default').facts;
    // nobody knows since when
    expect(sources.incomplete(NOW - 3_600_000, NOW)).toEqual({ untilMs: NOW - 40_000 });
    expect(sources.incomplete(NOW + 86_400_000, NOW + 86_400_000)).toBeUndefined();
    expect(runner.processor.centre('default').finality.wholeFromMs).toBe(NOW - 40_000);
  });

  test('of a newer format is left alone: nobody starts with it', async () => {
    await leaveCheckpoint();
    const newer = storeWith((stored) => ({ ...stored, head: ofFormat(9) }));
    await expect(take(parts(newer))).rejects.toThrow(CheckpointNewerError);
    await expect(take(parts(newer))).rejects.toThrow(/format 9.*newer version of Vigie/);
    expect((await take()).processor.nextOffset).toBe(2n);
  });

  test('is not continued on a log with another number of partitions, or that ends before it', async () => {
    await leaveCheckpoint();
    world.partitions = 2;
    await expect(take()).rejects.toThrow(/has 2 partitions, 1 when the checkpoint was written/);
    world.partitions = 1;
    world.logEnd = 1n;
    await expect(take()).rejects.toThrow(/offset 2 lies beyond the end of the event log \(1\)/);
  });

  test('is not continued on a log that has another record where it ends', async () => {
    const [, second] = await leaveCheckpoint();
    const runner = await take();
    expect(runner.fromOffset).toBe(1n);
    await runner.apply(batchOf([second!]));
    expect(world.fatal).toEqual([]);
    await runner.apply(batchOf([record(1, queued('foreign')), record(2, queued('c'))]));
    expect(world.fatal.map(({ message }) => message)).toEqual([
      expect.stringMatching(/the record at offset 1 is not the one that the checkpoint ends with/),
    ]);
    expect(runner.processor.nextOffset).toBe(2n);
  });
});
