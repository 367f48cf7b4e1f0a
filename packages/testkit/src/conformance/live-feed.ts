import type { FeedCounters, FeedFrame, FeedRow, FeedState, LiveFeed } from '@vigie/engine';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { waitFor } from '../servers/wait.ts';

export interface LiveFeedUnderTest {
  /** A handle on the feed, as another process would have one. */
  open(): Promise<LiveFeed>;
  close(): Promise<void>;
}

type Changes = Partial<Pick<FeedFrame, 'complete' | 'rows' | 'removed' | 'counters' | 'header'>>;

function row(queue: string, kpis: Record<string, number | null>, change: Partial<FeedRow> = {}): FeedRow {
  const values = Object.entries(kpis).map(([name, value]) => [name, { value, n: 1 }] as const);
  return {
    queue,
    channel: 'voice',
    window: '15m',
    state: 'live',
    kpis: Object.fromEntries(values),
    ...change,
  };
}

function counter(queue: string, offered: number): FeedCounters {
  return {
    queue,
    channel: 'voice',
    counts: { contacts_offered: offered },
    waits: { answered: { buckets: [0, 1, offered], sum: 1.5, count: offered } },
  };
}

const key = (queue: string) => ({ queue, channel: 'voice', window: '15m' });

function header(centre: string, asOfMs: number): FeedFrame['header'] {
  return { centre, asOfMs, watermarkMs: null, state: 'live', configVersion: 'sha256:0' };
}

/** Row order is the reader's own affair. */
function sorted(state: FeedState | undefined): FeedState | undefined {
  if (state === undefined) return undefined;
  const byQueue = (a: { queue: string }, b: { queue: string }): number => (a.queue < b.queue ? -1 : 1);
  return { ...state, rows: [...state.rows].sort(byQueue), counters: [...state.counters].sort(byQueue) };
}

/** The guarantees of {@link LiveFeed}, on a fresh feed. */
export function liveFeedConformance(name: string, setUp: () => Promise<LiveFeedUnderTest>): void {
  describe(`live feed: ${name}`, () => {
    let underTest: LiveFeedUnderTest;
    let feed: LiveFeed;
    let reader: LiveFeed;
    let centres = 0;
    /** Each in a partition of its own: a partition has one epoch. */
    const freshCentre = (): string => `centre é:{${centres++}} "quoted"`;
    const partitionOf = (centre: string): number => Number(/\d+/.exec(centre)?.[0]);
    const stateOf = async (centre: string): Promise<FeedState | undefined> =>
      sorted((await reader.readAll()).find((state) => state.header.centre === centre));
    const frame = (centre: string, epoch: number, seq: number, changes: Changes = {}): FeedFrame => ({
      partition: partitionOf(centre),
      epoch,
      seq,
      header: header(centre, 1000 * seq),
      complete: seq === 1,
      rows: [],
      removed: [],
      counters: [],
      ...changes,
    });

    beforeAll(async () => {
      underTest = await setUp();
      feed = await underTest.open();
      reader = await underTest.open();
    });
    afterAll(async () => {
      await underTest.close();
    });

    it('answers a ping', async () => {
      await feed.ping();
    });

    it('hands a frame to every subscriber as it was published, values of every kind included', async () => {
      const centre = freshCentre();
      const got: [FeedFrame[], FeedFrame[]] = [[], []];
      const ends = await Promise.all([
        reader.subscribe(
          (one) => got[0].push(one),
          () => undefined,
        ),
        feed.subscribe(
          (one) => got[1].push(one),
          () => undefined,
        ),
      ]);
      const sent = frame(centre, 5, 1, {
        rows: [
          row('sales', { service_level: 0.1 + 0.2, asa: null, offered: 9007199254740991 }),
          row('_all', {}, { state: 'incomplete', since: '2026-01-01T00:00:00Z' }),
          {
            ...row('déjà', {}),
            kpis: { waits: { value: 1e-9, reason: 'no_data', by: { 'a.b': 1 }, partial: [] } },
          },
        ],
        removed: [key('gone')],
        counters: [counter('sales', 3)],
        header: { ...header(centre, 1.5), watermarkMs: 7, sinceMs: 3, reason: 'no_feed', state: 'stale' },
      });
      expect(await feed.publish(sent)).toBe('published');
      await waitFor(() => got.every((frames) => frames.length === 1), {
        what: 'the frame at both subscribers',
      });
      expect(got).toEqual([[sent], [sent]]);
      await Promise.all(ends.map(async (end) => await end()));
    });

    it('holds rows merged KPI by KPI, without those removed, and the last header', async () => {
      const centre = freshCentre();
      const first = [
        row('a', { x: 1, y: 2 }),
        row('b', { x: 3 }),
        row('c', { x: 5, z: 6 }, { since: 'then' }),
      ];
      await feed.publish(frame(centre, 7, 1, { rows: first, counters: [counter('a', 1), counter('b', 1)] }));
      await feed.publish(
        frame(centre, 7, 2, { rows: [row('a', { y: null })], removed: [key('b'), key('never')] }),
      );
      await feed.publish(
        frame(centre, 7, 3, { rows: [row('c', { x: 8 }, { state: 'stale' })], counters: [counter('a', 2)] }),
      );
      await feed.publish(frame(centre, 7, 4));
      const { complete: _complete, removed: _removed, ...expected } = frame(centre, 7, 4);
      expect(await stateOf(centre)).toEqual({
        ...expected,
        rows: [row('a', { x: 1, y: null }), row('c', { x: 8, z: 6 }, { state: 'stale' })],
        counters: [counter('a', 2), counter('b', 1)],
      });
    });

    it('a row removed and published again has only its new KPIs', async () => {
      const centre = freshCentre();
      await feed.publish(frame(centre, 1, 1, { rows: [row('a', { x: 1, y: 2 })] }));
      await feed.publish(frame(centre, 1, 2, { removed: [key('a')] }));
      await feed.publish(frame(centre, 1, 3, { rows: [row('a', { x: 3 })] }));
      expect((await stateOf(centre))?.rows).toEqual([row('a', { x: 3 })]);
    });

    it('a complete frame voids what was held', async () => {
      const centre = freshCentre();
      await feed.publish(
        frame(centre, 2, 1, { rows: [row('a', { x: 1 }), row('b', { x: 1 })], counters: [counter('a', 1)] }),
      );
      await feed.publish(
        frame(centre, 2, 2, { complete: true, rows: [row('b', { y: 2 })], counters: [counter('b', 4)] }),
      );
      const state = await stateOf(centre);
      expect(state?.rows).toEqual([row('b', { y: 2 })]);
      expect(state?.counters).toEqual([counter('b', 4)]);
    });

    it('keeps centres apart and reads them all', async () => {
      const [one, two] = [freshCentre(), freshCentre()];
      await feed.publish(frame(one, 1, 1, { rows: [row('a', { x: 1 })] }));
      await feed.publish({
        ...frame(two, 1, 1, { rows: [row('a', { x: 2 })] }),
        partition: partitionOf(one),
      });
      expect((await stateOf(one))?.rows).toEqual([row('a', { x: 1 })]);
      expect((await stateOf(two))?.rows).toEqual([row('a', { x: 2 })]);
    });

    it("a fenced writer's frames never show, neither to subscribers nor to readers", async () => {
      const centre = freshCentre();
      const got: FeedFrame[] = [];
      const end = await reader.subscribe(
        (one) => got.push(one),
        () => undefined,
      );
      const old = await underTest.open();
      await old.publish(frame(centre, 10, 1, { rows: [row('a', { x: 1 })] }));
      await feed.publish(frame(centre, 11, 1, { rows: [row('a', { x: 2 })] }));
      expect(await old.publish(frame(centre, 10, 2, { rows: [row('a', { x: 666 })] }))).toBe('fenced');
      expect(await old.publish(frame(centre, 10, 3, { complete: true }))).toBe('fenced');
      await feed.publish(frame(centre, 11, 2, { rows: [row('a', { x: 3 })] }));
      await waitFor(() => got.some((one) => one.epoch === 11 && one.seq === 2), { what: 'the last frame' });
      expect(got.map((one) => [one.epoch, one.seq])).toEqual([
        [10, 1],
        [11, 1],
        [11, 2],
      ]);
      expect((await stateOf(centre))?.rows).toEqual([row('a', { x: 3 })]);
      await end();
    });

    it('a fenced writer is refused for every centre of the partition, those not yet published anew included', async () => {
      const [one, two] = [freshCentre(), freshCentre()];
      const partition = partitionOf(one);
      await feed.publish({ ...frame(one, 4, 1), partition });
      await feed.publish({ ...frame(two, 4, 1, { rows: [row('a', { x: 1 })] }), partition });
      await feed.publish({ ...frame(one, 5, 1), partition });
      expect(await feed.publish({ ...frame(two, 4, 2, { rows: [row('a', { x: 2 })] }), partition })).toBe(
        'fenced',
      );
      expect((await stateOf(two))?.rows).toEqual([row('a', { x: 1 })]);
    });

    it('of two writers that publish at once, only the one of the higher epoch goes on', async () => {
      const centre = freshCentre();
      const old = await underTest.open();
      await old.publish(frame(centre, 20, 1));
      const rounds = 50;
      const write = async (writer: LiveFeed, epoch: number): Promise<string[]> => {
        const answers: string[] = [];
        for (let seq = epoch === 20 ? 2 : 1; seq <= rounds; seq += 1) {
          const rows = [row('a', { x: epoch * 1000 + seq })];
          answers.push(await writer.publish(frame(centre, epoch, seq, { rows })));
        }
        return answers;
      };
      const [fenced, won] = await Promise.all([write(old, 20), write(feed, 21)]);
      expect(new Set(won)).toEqual(new Set(['published']));
      expect(fenced.at(-1)).toBe('fenced');
      // Once refused, always refused.
      expect(fenced.slice(fenced.indexOf('fenced')).every((answer) => answer === 'fenced')).toBe(true);
      expect((await stateOf(centre))?.rows).toEqual([row('a', { x: 21_000 + rounds })]);
    });

    it('a frame repeated after a lost reply is published once', async () => {
      const centre = freshCentre();
      const got: number[] = [];
      const mine = (one: FeedFrame): void => void (one.header.centre === centre && got.push(one.seq));
      const end = await reader.subscribe(mine, () => undefined);
      await feed.publish(frame(centre, 1, 1));
      await feed.publish(frame(centre, 1, 2));
      expect(await feed.publish(frame(centre, 1, 2))).toBe('published');
      await feed.publish(frame(centre, 1, 3));
      await waitFor(() => got.includes(3), { what: 'the last frame' });
      expect(got).toEqual([1, 2, 3]);
      await end();
    });

    it('rejects a change of a state that it does not hold, until a complete frame comes', async () => {
      const centre = freshCentre();
      await expect(feed.publish(frame(centre, 1, 2))).rejects.toThrow(/complete frame/);
      await feed.publish(frame(centre, 1, 3, { complete: true, rows: [row('a', { x: 1 })] }));
      await expect(feed.publish(frame(centre, 1, 5))).rejects.toThrow(/complete frame/);
      await expect(feed.publish(frame(centre, 2, 4))).rejects.toThrow(/complete frame/);
      expect(await feed.publish(frame(centre, 1, 4))).toBe('published');
      expect((await stateOf(centre))?.rows).toEqual([row('a', { x: 1 })]);
    });

    it('reading all after subscribing misses nothing, however fast frames are published', async () => {
      const centre = freshCentre();
      let last = 0;
      let publishing = true;
      const publisher = (async () => {
        for (last = 1; last <= 300; last += 1) {
          await feed.publish(
            frame(centre, 1, last, { rows: [row(`q${last % 7}`, { [`k${last % 3}`]: last })] }),
          );
        }
        publishing = false;
      })();
      let readers = 0;
      while (publishing) {
        const frames: FeedFrame[] = [];
        const end = await reader.subscribe(
          (one) => void (one.header.centre === centre && frames.push(one)),
          () => undefined,
        );
        const state = await stateOf(centre);
        const seen = state?.seq ?? 0;
        const wanted = Math.min(seen + 3, 300);
        await waitFor(() => seen >= 300 || (frames.at(-1)?.seq ?? 0) >= wanted || !publishing, {
          what: 'later frames',
        });
        const later = frames.filter((one) => one.seq > seen).map((one) => one.seq);
        expect(later).toEqual(later.map((_, n) => seen + 1 + n));
        // The state is what the frames up to its number make: the KPI written last is that number.
        if (state !== undefined) {
          const newest = state.rows.flatMap(({ kpis }) => Object.values(kpis).map(({ value }) => value ?? 0));
          expect(Math.max(...newest)).toBe(seen);
        }
        await end();
        readers += 1;
      }
      await publisher;
      expect(readers).toBeGreaterThan(0);
    });

    it('after it ended its subscription, a subscriber gets nothing more', async () => {
      const centre = freshCentre();
      const ended: FeedFrame[] = [];
      const going: FeedFrame[] = [];
      const end = await reader.subscribe(
        (one) => ended.push(one),
        () => undefined,
      );
      const stay = await reader.subscribe(
        (one) => going.push(one),
        () => undefined,
      );
      await end();
      await feed.publish(frame(centre, 1, 1));
      await waitFor(() => going.length === 1, { what: 'the frame at the other subscriber' });
      expect(ended).toEqual([]);
      await stay();
    });

    it('after it is closed, a handle rejects instead of waiting', async () => {
      const other = await setUp();
      const handle = await other.open();
      await handle.close();
      await expect(handle.publish(frame(freshCentre(), 1, 1))).rejects.toThrow();
      await expect(handle.ping()).rejects.toThrow();
      await other.close();
    });
  });
}
