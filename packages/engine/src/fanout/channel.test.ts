import type { Row, RowKey } from '@vigie/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FeedFrame, FeedRow } from '../ports/live-feed.ts';
import { CentreView } from './centre-view.ts';
import { LiveChannel } from './channel.ts';
import { select } from './content.ts';
import { NOW_MS, frame, planOf, row, withHeader } from './frames.testkit.ts';
import { Member } from './member.ts';
import { FEED_SILENCE_MS } from './merged-feed.ts';
import { rowAt } from './figures.ts';
import { rowName } from './rows.ts';
import { snapshotDocument } from './snapshot.ts';

const everything = { windows: undefined, queues: undefined, channels: undefined, kpis: undefined };
type Message = NonNullable<ReturnType<LiveChannel['flush']>>;

function channelOf(centre: CentreView, selection = everything) {
  const channel = new LiveChannel('c1', centre, selection);
  const feed = (next: FeedFrame, nowMs = NOW_MS) => {
    const outcome = centre.apply(next, nowMs);
    if (outcome.kind === 'applied') channel.touch(outcome.changed);
    return channel.flush(nowMs);
  };
  return { channel, feed };
}
const since = (second: number) => `2026-11-21T10:14:${String(second).padStart(2, '0')}.000Z`;

describe('a delta', () => {
  const started = () => {
    const made = channelOf(new CentreView('default', planOf(), NOW_MS));
    made.feed(
      frame(1, [
        row('sales', { offered: { value: 1, n: 1 }, longest_wait_now: { value: 1, since: since(1) } }),
      ]),
    );
    return made;
  };

  test('carries the KPIs that changed and the whole key', () => {
    const { feed } = started();
    const next = feed(frame(2, [row('sales', { offered: { value: 2, n: 2 } })]));
    expect(next).toMatchObject({
      op: 'delta',
      epoch: 1,
      seq: 2,
      asOf: '2026-11-21T10:15:00.200Z',
      state: 'live',
    });
    expect(next?.rows).toEqual([row('sales', { offered: { value: 2, n: 2 } })]);
  });

  test('is not made of an age that only grew, nor of a heartbeat', () => {
    const { feed } = started();
    expect(
      feed(frame(2, [row('sales', { longest_wait_now: { value: 2, since: since(1) } })])),
    ).toBeUndefined();
    expect(feed(frame(3, []))).toBeUndefined();
    const next = feed(frame(4, [row('sales', { longest_wait_now: { value: 2, since: since(2) } })]));
    expect([next?.seq, next?.rows]).toEqual([
      2,
      [row('sales', { longest_wait_now: { value: 58.4, since: since(2) } })],
    ]);
  });

  test('is made of a row that went', () => {
    const { feed } = started();
    const next = feed(frame(2, [], { removed: [row('sales', {})] }));
    expect(next).toMatchObject({ rows: [], removed: [{ queue: 'sales', channel: 'voice', window: '30m' }] });
  });

  test('is made of the document’s state alone', () => {
    const { channel } = started();
    const next = channel.flush(NOW_MS + FEED_SILENCE_MS + 1);
    expect(next).toMatchObject({ op: 'delta', state: 'stale', reason: 'no_feed' });
    expect(next?.rows.every(({ state, kpis }) => state === 'stale' && Object.keys(kpis).length === 0)).toBe(
      true,
    );
    expect(channel.flush(NOW_MS + FEED_SILENCE_MS + 2)).toBeUndefined();
  });

  test('takes a row away and gives it anew when it lost a figure', () => {
    const { feed } = started();
    const next = feed(frame(2, [row('sales', { offered: { value: 1, n: 1 } })], { complete: true }));
    expect(next).toMatchObject({
      rows: [row('sales', { offered: { value: 1, n: 1 } })],
      removed: [{ queue: 'sales', channel: 'voice', window: '30m' }],
    });
  });
});

test('another epoch begins with a snapshot, at a place that no message had', () => {
  const { feed } = channelOf(new CentreView('default', planOf(), NOW_MS));
  feed(frame(1, []));
  feed(frame(2, [row('sales', {})]));
  expect(feed(frame(1, [row('help', {})], { epoch: 2 }))).toMatchObject({ op: 'snapshot', epoch: 2, seq: 3 });
});

/** A subscriber as the contract describes it; a message it cannot apply fails the test. */
class Viewer {
  readonly rows = new Map<string, Row>();
  readonly member = new Member();
  congested = false;
  #at: { readonly epoch: number; readonly seq: number } | undefined;

  offer(message: Message): void {
    if (this.member.offer(message, this.congested)) this.#take(message);
  }
  drain(channel: LiveChannel): void {
    this.congested = false;
    if (this.member.isBehind) this.offer(channel.snapshot());
  }
  #take(message: Message): void {
    if (message.op === 'snapshot') this.rows.clear();
    else expect([message.epoch, message.seq - 1]).toEqual([this.#at?.epoch, this.#at?.seq]);
    this.#at = message;
    if (message.op === 'delta') for (const key of message.removed ?? []) this.rows.delete(rowName(key));
    for (const each of message.rows) {
      const before = this.rows.get(rowName(each));
      this.rows.set(rowName(each), { ...each, kpis: { ...before?.kpis, ...each.kpis } });
    }
  }
  rowsAt(asOfMs: number) {
    return sortedRows([...this.rows.values()].map((each) => rowAt(each, asOfMs)));
  }
}
const sortedRows = (rows: readonly Row[]) =>
  rows.toSorted((a: RowKey, b: RowKey) => (rowName(a) < rowName(b) ? -1 : 1));

const queue = fc.constantFrom('sales', 'help', '_all');
const someRow = fc
  .record({
    queue,
    channel: fc.constantFrom('voice', '_all'),
    window: fc.constantFrom('30m', 'today'),
    state: fc.constantFrom('live' as const, 'incomplete' as const),
    kpis: fc.dictionary(
      fc.constantFrom('offered', 'waiting_now', 'longest_wait_now'),
      fc.oneof(
        fc.nat(3).map((value) => ({ value, n: value })),
        fc.nat(2).map((second) => ({ value: 60 - second, since: since(second) })),
        fc.constant({ value: null, reason: 'no_data' as const }),
      ),
    ),
  })
  .map((each): FeedRow => each);

type Step =
  | {
      readonly kind: 'frame';
      readonly rows: readonly FeedRow[];
      readonly removed: readonly FeedRow[];
      readonly newEpoch: boolean;
      readonly complete: boolean;
      readonly state: 'live' | 'recovering';
    }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'flush' }
  | { readonly kind: 'join' }
  | { readonly kind: 'congest' | 'drain'; readonly viewer: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('frame' as const),
      rows: fc.array(someRow, { maxLength: 3 }),
      removed: fc.array(someRow, { maxLength: 1 }),
      newEpoch: fc.nat(9).map((n) => n === 0),
      complete: fc.nat(9).map((n) => n === 0),
      state: fc.nat(9).map((n) => (n === 0 ? ('recovering' as const) : ('live' as const))),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(5000) }) },
  { weight: 3, arbitrary: fc.constant({ kind: 'flush' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'join' as const }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('congest' as const, 'drain' as const), viewer: fc.nat(3) }),
  },
);

const selections = [
  {},
  { queues: ['*'] },
  { queues: ['_all'] },
  { windows: ['30m'], kpis: ['offered', 'longest_wait_now'] },
  { channels: ['voice'] },
];

test('whoever applies what it is sent holds what a snapshot says, however slowly it reads', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom(...selections), (steps, wanted) => {
      const result = select(wanted, { windows: ['30m', 'today'] });
      if (!result.ok) throw new Error(result.unknown.message);
      const centre = new CentreView('default', planOf('sales'), NOW_MS);
      const channel = new LiveChannel('c1', centre, result.selection);
      const viewers: Viewer[] = [];
      let nowMs = NOW_MS;
      let at = { epoch: 1, seq: 0 };
      const flush = () => {
        const message = channel.flush(nowMs);
        if (message !== undefined) for (const viewer of viewers) viewer.offer(message);
      };
      const join = () => {
        flush();
        const viewer = new Viewer();
        viewers.push(viewer);
        viewer.offer(channel.snapshot());
      };
      for (const each of steps) {
        if (each.kind === 'frame') {
          at = each.newEpoch ? { epoch: at.epoch + 1, seq: 1 } : { ...at, seq: at.seq + 1 };
          const complete = at.seq === 1 || each.complete;
          const base = frame(at.seq, each.rows, {
            epoch: at.epoch,
            complete,
            removed: complete ? [] : each.removed,
          });
          const outcome = centre.apply(withHeader(base, { state: each.state, asOfMs: nowMs }), nowMs);
          if (outcome.kind !== 'applied') throw new Error(outcome.kind);
          channel.touch(outcome.changed);
        } else if (each.kind === 'wait') nowMs += each.ms;
        else if (each.kind === 'flush') flush();
        else if (each.kind === 'join') join();
        else {
          const viewer = viewers[each.viewer];
          if (viewer === undefined) continue;
          if (each.kind === 'congest') viewer.congested = true;
          else viewer.drain(channel);
        }
      }
      join();
      for (const viewer of viewers) viewer.drain(channel);
      const expected = sortedRows(snapshotDocument(centre, result.selection, nowMs).rows);
      for (const viewer of viewers) expect(viewer.rowsAt(centre.asOfMs)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});
