import { describe, expect, test } from 'vitest';
import { NOW_MS, frame, row, stateAfter } from './frames.testkit.ts';
import { FEED_SILENCE_MS, MAX_PENDING_FRAMES, MergedFeed } from './merged-feed.ts';

const waiting = (value: number) => row('sales', { waiting_now: { value, n: value } });
const valueOf = (feed: MergedFeed) => [...feed.rows.values()][0]?.kpis['waiting_now']?.value;

test('frames are merged KPI by KPI, and a removed row goes', () => {
  const feed = new MergedFeed();
  feed.apply(frame(1, [row('sales', { a: { value: 1 }, b: { value: 2 } }), row('help', {})]), NOW_MS);
  feed.apply(frame(2, [row('sales', { b: { value: 3 } })], { removed: [row('help', {})] }), NOW_MS);
  expect([...feed.rows.values()].map(({ queue, kpis }) => [queue, kpis])).toEqual([
    ['sales', { a: { value: 1 }, b: { value: 3 } }],
  ]);
});

test('a frame of a lower epoch, or one seen before, is ignored', () => {
  const feed = new MergedFeed();
  feed.apply(frame(1, [waiting(1)], { epoch: 2 }), NOW_MS);
  expect(feed.apply(frame(9, [waiting(9)], { complete: true }), NOW_MS).kind).toBe('ignored');
  expect(feed.apply(frame(1, [waiting(9)], { epoch: 2 }), NOW_MS).kind).toBe('ignored');
  expect(valueOf(feed)).toBe(1);
});

describe('a gap', () => {
  test.each([
    ['a missing frame', frame(3, [waiting(3)])],
    ['a new epoch that does not begin with a complete frame', frame(2, [waiting(3)], { epoch: 2 })],
  ])('is %s', (_name, next) => {
    const feed = new MergedFeed();
    feed.apply(frame(1, [waiting(1)]), NOW_MS);
    expect(feed.apply(next, NOW_MS).kind).toBe('gap');
    expect(valueOf(feed)).toBe(1);
  });

  test('is closed by a reading and the frames that came meanwhile', () => {
    const feed = new MergedFeed();
    const frames = [1, 2, 3, 4].map((seq) => frame(seq, [waiting(seq)]));
    feed.apply(frames[0]!, NOW_MS);
    feed.apply(frames[2]!, NOW_MS);
    feed.apply(frames[3]!, NOW_MS);
    expect(feed.load(stateAfter(...frames.slice(0, 2)), NOW_MS)).toEqual({ kind: 'applied', changed: 'all' });
    expect([valueOf(feed), feed.seq]).toEqual([4, 4]);
  });

  test('is closed by a complete frame as well', () => {
    const feed = new MergedFeed();
    feed.apply(frame(1, [waiting(1)]), NOW_MS);
    feed.apply(frame(3, [waiting(3)]), NOW_MS);
    expect(feed.apply(frame(4, [waiting(4)], { complete: true }), NOW_MS).kind).toBe('applied');
    expect(valueOf(feed)).toBe(4);
  });

  test('keeps a bounded number of frames, and is a gap still when more came', () => {
    const feed = new MergedFeed();
    const count = MAX_PENDING_FRAMES + 2;
    for (let seq = 2; seq <= count; seq++) feed.apply(frame(seq, [waiting(seq)]), NOW_MS);
    expect(feed.load(stateAfter(frame(1, [waiting(1)])), NOW_MS).kind).toBe('gap');
    expect(feed.load(stateAfter(frame(1, []), frame(2, [waiting(2)])), NOW_MS).kind).toBe('applied');
    expect(feed.seq).toBe(count);
  });
});

describe('a store that lost its epochs', () => {
  const feedOfEpoch = (epoch: number) => {
    const feed = new MergedFeed();
    feed.apply(frame(1, [waiting(7)], { epoch }), NOW_MS);
    return feed;
  };
  const restarted = frame(1, [waiting(1)]);

  test('is not believed while the present epoch speaks', () => {
    const feed = feedOfEpoch(7);
    expect(feed.load(stateAfter(restarted), NOW_MS + FEED_SILENCE_MS).kind).toBe('ignored');
    expect(valueOf(feed)).toBe(7);
  });

  test('is believed once that fell silent', () => {
    const feed = feedOfEpoch(7);
    const laterMs = NOW_MS + FEED_SILENCE_MS + 1;
    expect(feed.apply(restarted, laterMs).kind).toBe('gap');
    expect(feed.load(stateAfter(restarted), laterMs).kind).toBe('applied');
    expect([feed.epoch, valueOf(feed)]).toEqual([1, 1]);
  });
});
