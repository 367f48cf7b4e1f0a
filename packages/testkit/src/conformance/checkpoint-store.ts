import type { CheckpointCommit, CheckpointStore } from '@vigie/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { allBytes, bytes, text } from './bytes.ts';

export interface CheckpointStoreUnderTest {
  /** A handle on the store, as another process would have one. */
  open(): Promise<CheckpointStore>;
  /** Ends every handle and the store. */
  close(): Promise<void>;
}

const OWNER = { url: 'http://127.0.0.1:1/' };

/** A commit whose parts all tell the same `seq`, so that a torn one shows. */
function commitOf(seq: number, change: Partial<CheckpointCommit> = {}): CheckpointCommit {
  return {
    seq,
    head: bytes(`head ${seq}`),
    delta: bytes(`delta ${seq}`),
    page: { index: seq % 4, bytes: bytes(`page ${seq}`) },
    dropDeltasBelow: 0,
    ...change,
  };
}

/** The guarantees of {@link CheckpointStore}, on partitions 0 to 99 of a fresh store. */
export function checkpointStoreConformance(
  name: string,
  setUp: () => Promise<CheckpointStoreUnderTest>,
): void {
  describe(`checkpoint store: ${name}`, () => {
    let underTest: CheckpointStoreUnderTest;
    let store: CheckpointStore;
    let nextPartition = 0;
    const freshPartition = (): number => nextPartition++;

    beforeAll(async () => {
      underTest = await setUp();
      store = await underTest.open();
    });
    afterAll(async () => {
      await underTest.close();
    });

    it('answers a ping', async () => {
      await store.ping();
    });

    it('has neither checkpoint nor owner of a partition never acquired', async () => {
      const partition = freshPartition();
      expect(await store.load(partition)).toBeUndefined();
      expect(await store.owner(partition)).toBeUndefined();
    });

    it('raises the epoch with every acquisition, above the one it was given, and names the last owner', async () => {
      const partition = freshPartition();
      const first = await store.acquire(partition, { url: 'http://a/' });
      const second = await store.acquire(partition, { url: 'http://b/' });
      expect(second).toBeGreaterThan(first);
      const third = await store.acquire(partition, { url: 'http://c/' }, second + 10);
      expect(third).toBeGreaterThan(second + 10);
      const fourth = await store.acquire(partition, { url: 'http://d/' }, 1);
      expect(fourth).toBeGreaterThan(third);
      expect(await store.owner(partition)).toEqual({ url: 'http://d/', epoch: fourth });
    });

    it('gives each of many that acquire at once an epoch of its own, and the last of them owns', async () => {
      const partition = freshPartition();
      const other = await underTest.open();
      const epochs = await Promise.all(
        Array.from({ length: 20 }, async (_, n) => ({
          url: `http://owner-${n}/`,
          epoch: await (n % 2 === 0 ? store : other).acquire(partition, { url: `http://owner-${n}/` }),
        })),
      );
      expect(new Set(epochs.map(({ epoch }) => epoch)).size).toBe(20);
      const last = epochs.reduce((a, b) => (a.epoch > b.epoch ? a : b));
      expect(await store.owner(partition)).toEqual(last);
    });

    it('has an acquired partition without commit still without checkpoint', async () => {
      const partition = freshPartition();
      await store.acquire(partition, OWNER);
      expect(await store.load(partition)).toBeUndefined();
    });

    it('keeps archived rows, in parts that add up, beyond the commit that brought them', async () => {
      const partition = freshPartition();
      const epoch = await store.acquire(partition, OWNER);
      const day = 86_400_000;
      const now = Math.floor(Date.now() / day) * day;
      const rows = (centre: string, startMs: number, byte: number) => {
        const bytes = Uint8Array.of(byte, 0, 255);
        return { centre, kind: 'quarter' as const, startMs, bytes, keepUntilMs: now + 2 * day };
      };
      const first = [rows('a', now - 900_000, 1), rows('a', now, 2), rows('b', now, 3)];
      await store.commit(partition, epoch, commitOf(1, { archive: first }));
      await store.commit(partition, epoch, commitOf(2, { archive: [rows('a', now, 4)] }));
      // The reply to a commit was lost: it is made again, and adds nothing.
      await store.commit(partition, epoch, commitOf(2, { archive: [rows('a', now, 4)] }));
      const other = await underTest.open();
      const ofA = { centre: 'a', kind: 'quarter' as const };
      const read = async (fromMs: number, toMs: number) =>
        (await other.archived(partition, { ...ofA, fromMs, toMs })).map(({ startMs, bytes }) => [
          startMs - now,
          bytes[0],
          bytes.length,
        ]);
      expect(await read(now - day, now + day)).toEqual([
        [-900_000, 1, 3],
        [0, 2, 3],
        [0, 4, 3],
      ]);
      expect(await read(now - day, now)).toEqual([[-900_000, 1, 3]]);
      expect(await read(now + 1, now + day)).toEqual([]);
      expect(await other.archived(partition, { ...ofA, kind: 'day', fromMs: 0, toMs: now + day })).toEqual(
        [],
      );
    });

    it('gives back what was committed, byte for byte, to every handle', async () => {
      const partition = freshPartition();
      const epoch = await store.acquire(partition, OWNER);
      const big = allBytes(1024 * 1024);
      expect(
        await store.commit(partition, epoch, {
          seq: 1,
          head: allBytes(256),
          delta: big,
          page: { index: 255, bytes: allBytes(1000) },
          dropDeltasBelow: 0,
        }),
      ).toBe('committed');
      expect(
        await store.commit(partition, epoch, {
          seq: 2,
          head: allBytes(300),
          delta: new Uint8Array(0),
          page: { index: 0, bytes: new Uint8Array(0) },
          dropDeltasBelow: 1,
        }),
      ).toBe('committed');
      const loaded = await (await underTest.open()).load(partition);
      if (loaded === undefined) throw new Error('the checkpoint is missing');
      expect(Buffer.compare(loaded.head, allBytes(300))).toBe(0);
      expect([...loaded.pages.keys()].sort((a, b) => a - b)).toEqual([0, 255]);
      expect(Buffer.compare(loaded.pages.get(255) as Uint8Array, allBytes(1000))).toBe(0);
      expect(loaded.pages.get(0)?.byteLength).toBe(0);
      expect(loaded.deltas.map(({ seq }) => seq)).toEqual([1, 2]);
      expect(Buffer.compare(loaded.deltas[0]?.bytes as Uint8Array, big)).toBe(0);
      expect(loaded.deltas[1]?.bytes.byteLength).toBe(0);
    });

    it('keeps deltas in the order of their numbers and drops those below the one named', async () => {
      const partition = freshPartition();
      const epoch = await store.acquire(partition, OWNER);
      for (let seq = 1; seq <= 12; seq += 1) {
        const dropDeltasBelow = seq === 12 ? 4 : 0;
        expect(
          await store.commit(partition, epoch, commitOf(seq, { page: undefined, dropDeltasBelow })),
        ).toBe('committed');
      }
      const loaded = await store.load(partition);
      expect(loaded?.deltas.map(({ seq }) => seq)).toEqual([4, 5, 6, 7, 8, 9, 10, 11, 12]);
      expect(loaded?.deltas.map((delta) => text(delta.bytes))).toEqual(
        [4, 5, 6, 7, 8, 9, 10, 11, 12].map((seq) => `delta ${seq}`),
      );
      expect(loaded?.pages.size).toBe(0);
    });

    it('keeps partitions apart', async () => {
      const [one, two] = [freshPartition(), freshPartition()];
      const epoch = await store.acquire(one, OWNER);
      await store.acquire(two, OWNER);
      await store.acquire(two, OWNER);
      expect(await store.commit(one, epoch, commitOf(1))).toBe('committed');
      expect(await store.load(two)).toBeUndefined();
    });

    it('refuses a writer that was overtaken, and nothing of its commit is seen', async () => {
      const partition = freshPartition();
      const old = await store.acquire(partition, OWNER);
      await store.commit(partition, old, commitOf(1));
      const other = await underTest.open();
      const young = await other.acquire(partition, OWNER);
      expect(await store.commit(partition, old, commitOf(2))).toBe('fenced');
      expect(await store.commit(partition, old, commitOf(1, { head: bytes('again') }))).toBe('fenced');
      const loaded = await other.load(partition);
      expect(text(loaded?.head)).toBe('head 1');
      expect(loaded?.deltas.map(({ seq }) => seq)).toEqual([1]);
      expect(await other.commit(partition, young, commitOf(2))).toBe('committed');
      expect(text((await store.load(partition))?.head)).toBe('head 2');
    });

    it('refuses an epoch that it never gave: it has lost writes', async () => {
      const partition = freshPartition();
      expect(await store.commit(partition, 1, commitOf(1))).toBe('fenced');
      const epoch = await store.acquire(partition, OWNER);
      expect(await store.commit(partition, epoch + 1, commitOf(1))).toBe('fenced');
      expect(await store.load(partition)).toBeUndefined();
    });

    it('refuses a commit that would leave a hole between the deltas of its epoch', async () => {
      const partition = freshPartition();
      const epoch = await store.acquire(partition, OWNER);
      await store.commit(partition, epoch, commitOf(1));
      expect(await store.commit(partition, epoch, commitOf(3))).toBe('fenced');
      expect((await store.load(partition))?.deltas.map(({ seq }) => seq)).toEqual([1]);
    });

    it('refuses a commit whose predecessors are gone: it has lost writes', async () => {
      const partition = freshPartition();
      const epoch = await store.acquire(partition, OWNER);
      expect(await store.commit(partition, epoch, commitOf(7))).toBe('fenced');
      expect(await store.load(partition)).toBeUndefined();
      expect(await store.commit(partition, epoch, commitOf(7, { replaces: true }))).toBe('committed');
    });

    it('rejects a first commit of an epoch that does not follow the last one of the epoch before', async () => {
      const partition = freshPartition();
      const old = await store.acquire(partition, OWNER);
      for (let seq = 1; seq <= 3; seq += 1) await store.commit(partition, old, commitOf(seq));
      const young = await store.acquire(partition, OWNER);
      for (const seq of [1, 3, 5]) {
        await expect(store.commit(partition, young, commitOf(seq))).rejects.toThrow(
          `seq ${seq} of epoch ${young}: expected 4`,
        );
      }
      expect(await store.commit(partition, young, commitOf(4))).toBe('committed');
    });

    it('recognises a commit repeated after a lost reply, and writes it once', async () => {
      const partition = freshPartition();
      const epoch = await store.acquire(partition, OWNER);
      await store.commit(partition, epoch, commitOf(1));
      await store.commit(partition, epoch, commitOf(2));
      expect(await store.commit(partition, epoch, commitOf(2, { head: bytes('written twice') }))).toBe(
        'committed',
      );
      const loaded = await store.load(partition);
      expect(text(loaded?.head)).toBe('head 2');
      expect(loaded?.deltas.map(({ seq }) => seq)).toEqual([1, 2]);
      expect(await store.commit(partition, epoch, commitOf(3))).toBe('committed');
    });

    it('lets a state that was not restored take the place of what is stored, under the fence', async () => {
      const partition = freshPartition();
      const old = await store.acquire(partition, OWNER);
      for (let seq = 1; seq <= 6; seq += 1) await store.commit(partition, old, commitOf(seq));
      const epoch = await store.acquire(partition, OWNER);
      const first = commitOf(1, { head: bytes('anew'), replaces: true });
      expect(await store.commit(partition, old, first)).toBe('fenced');
      expect(text((await store.load(partition))?.head)).toBe('head 6');
      expect(await store.commit(partition, epoch, first)).toBe('committed');
      // Its reply was lost: it is made again, and changes nothing.
      expect(await store.commit(partition, epoch, { ...first, head: bytes('again') })).toBe('committed');
      const loaded = await (await underTest.open()).load(partition);
      expect(text(loaded?.head)).toBe('anew');
      expect([...(loaded?.pages.keys() ?? [])]).toEqual([1]);
      expect(loaded?.deltas.map(({ seq, bytes: delta }) => [seq, text(delta)])).toEqual([[1, 'delta 1']]);
      expect(await store.commit(partition, epoch, commitOf(2))).toBe('committed');
      expect((await store.load(partition))?.deltas.map(({ seq }) => seq)).toEqual([1, 2]);
    });

    it('lets the first part of an archived stretch take the place of what an earlier life left of it', async () => {
      const partition = freshPartition();
      const epoch = await store.acquire(partition, OWNER);
      const day = 86_400_000;
      const now = Math.floor(Date.now() / day) * day;
      const rows = (startMs: number, byte: number, replaces: boolean) => ({
        ...{ centre: 'a', kind: 'quarter' as const, startMs, bytes: Uint8Array.of(byte) },
        ...{ keepUntilMs: now + 2 * day, replaces },
      });
      const archive = async (seq: number, ...parts: ReturnType<typeof rows>[]) =>
        await store.commit(partition, epoch, commitOf(seq, { archive: parts }));
      await archive(1, rows(now, 1, true), rows(now + 1, 2, true));
      await archive(2, rows(now, 3, false));
      await archive(3, rows(now, 4, true));
      await archive(4, rows(now, 5, false));
      const range = { centre: 'a', kind: 'quarter' as const, fromMs: now, toMs: now + 10 };
      const found = await store.archived(partition, range);
      expect(found.map(({ startMs, bytes: [byte] }) => [startMs - now, byte])).toEqual([
        [0, 4],
        [0, 5],
        [1, 2],
      ]);
    });

    it('a commit sent twice at once, as by a retry, is one commit', async () => {
      const partition = freshPartition();
      const epoch = await store.acquire(partition, OWNER);
      for (let seq = 1; seq <= 10; seq += 1) {
        const twice = [
          store.commit(partition, epoch, commitOf(seq)),
          store.commit(partition, epoch, commitOf(seq)),
        ];
        expect(await Promise.all(twice)).toEqual(['committed', 'committed']);
      }
      expect((await store.load(partition))?.deltas).toHaveLength(10);
    });

    it('of a writer and one that takes over at the same time, exactly one wins, and both know which', async () => {
      const partition = freshPartition();
      const other = await underTest.open();
      let epoch = await store.acquire(partition, OWNER);
      const outcomes = new Set<string>();
      let seq = 0;
      for (let round = 0; round < 60; round += 1) {
        const [mine, theirs] = round % 2 === 0 ? [store, other] : [other, store];
        const attempt = seq + 1;
        const write = (): Promise<string> => mine.commit(partition, epoch, commitOf(attempt));
        const take = (): Promise<number> => theirs.acquire(partition, OWNER);
        const [answer, next] =
          round % 3 === 0
            ? await Promise.all([write(), take()])
            : await Promise.all([take(), write()]).then(([a, b]) => [b, a] as const);
        outcomes.add(answer);
        // What the new owner loads holds the old one's commit if and only if the old one was told so.
        const head = text((await theirs.load(partition))?.head);
        if (answer === 'committed') seq = attempt;
        expect(head).toBe(seq === 0 ? undefined : `head ${seq}`);
        epoch = next;
      }
      expect(outcomes).toContain('committed');
      expect(outcomes).toContain('fenced');
    });

    it('forgets a partition on purpose: its owner is fenced, and the next one builds it anew', async () => {
      const partition = freshPartition();
      expect(await store.forget(partition)).toBe(false);
      const epoch = await store.acquire(partition, OWNER);
      const row = { centre: 'c', kind: 'quarter', startMs: 900_000, keepUntilMs: Date.now() + 1e9 } as const;
      const archive = [{ ...row, bytes: bytes('kept') }];
      await store.commit(partition, epoch, commitOf(1, { archive }));
      await store.commit(partition, epoch, commitOf(2));
      expect(await store.isForgotten(partition)).toBe(false);

      const operator = await underTest.open();
      expect(await operator.forget(partition)).toBe(true);
      expect(await store.load(partition)).toBeUndefined();
      expect(await store.commit(partition, epoch, commitOf(3))).toBe('fenced');
      const range = { centre: 'c', kind: 'quarter', fromMs: 0, toMs: 1e9 } as const;
      expect(await store.archived(partition, range)).toHaveLength(1);

      const next = await store.acquire(partition, OWNER);
      expect(next).toBeGreaterThan(epoch);
      expect(await store.isForgotten(partition)).toBe(true);
      await store.commit(partition, next, commitOf(1, { replaces: true }));
      expect(await store.isForgotten(partition)).toBe(false);
      const loaded = await store.load(partition);
      expect([text(loaded?.head), loaded?.deltas.length, loaded?.pages.size]).toEqual(['head 1', 1, 1]);
    });

    it('a reader never sees a part of a commit', async () => {
      const partition = freshPartition();
      const other = await underTest.open();
      const epoch = await store.acquire(partition, OWNER);
      await store.commit(partition, epoch, commitOf(1));
      let writing = true;
      const writer = (async () => {
        for (let seq = 2; seq <= 80; seq += 1) {
          const kept = Math.max(0, seq - 8);
          expect(await store.commit(partition, epoch, commitOf(seq, { dropDeltasBelow: kept }))).toBe(
            'committed',
          );
        }
        writing = false;
      })();
      let reads = 0;
      while (writing) {
        const loaded = await other.load(partition);
        const seq = Number(text(loaded?.head)?.replace('head ', ''));
        const first = Math.max(1, seq - 8);
        expect(loaded?.deltas.map((delta) => delta.seq)).toEqual(
          Array.from({ length: seq - first + 1 }, (_, n) => first + n),
        );
        expect(text(loaded?.deltas.at(-1)?.bytes)).toBe(`delta ${seq}`);
        expect(text(loaded?.pages.get(seq % 4))).toBe(`page ${seq}`);
        reads += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
      await writer;
      expect(reads).toBeGreaterThan(0);
    });

    it('after it is closed, a handle rejects instead of waiting', async () => {
      const partition = freshPartition();
      const other = await setUp();
      const handle = await other.open();
      const epoch = await handle.acquire(partition, OWNER);
      await handle.close();
      await expect(handle.commit(partition, epoch, commitOf(1))).rejects.toThrow();
      await expect(handle.ping()).rejects.toThrow();
      await other.close();
    });
  });
}
