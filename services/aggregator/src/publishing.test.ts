import { openEmbedded } from '@vigie/embedded';
import type { FeedFrame, LiveFeed } from '@vigie/engine';
import { waitFor } from '@vigie/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PUBLISH_EVERY_MS, publishPauseMs } from './partition-runner.ts';
import { batchOf, parts, queued, record, setUp, take, tearDown, world } from './partition-runner.testkit.ts';

beforeEach(async () => await setUp(openEmbedded));
afterEach(tearDown);

/** The feed of the world, but for what is done with a frame first. */
function feedThat(first: (frame: FeedFrame) => Promise<void> | void): LiveFeed {
  const real = world.embedded.feed;
  return {
    publish: async (frame) => {
      await first(frame);
      return await real.publish(frame);
    },
    readAll: async () => await real.readAll(),
    subscribe: async (...args) => await real.subscribe(...args),
    ping: async () => await real.ping(),
    close: async () => await real.close(),
  };
}

test('comes every 100 ms while frames are cheap, and takes a fifth of the time or a second when they are not', () => {
  expect([0, 20, 50, 200, 5000].map(publishPauseMs)).toEqual([100, 100, 250, 1000, 1000]);
});

test('that keeps the process busy leaves it alone for four times as long', async () => {
  const at: number[] = [];
  const busyMs = 60;
  const feed = feedThat(() => {
    const beganAt = performance.now();
    at.push(beganAt);
    while (performance.now() - beganAt < busyMs);
  });
  const runner = await take({ ...parts(), feed });
  runner.processor.centre('default');
  runner.start();
  let contacts = 0;
  await waitFor(
    async () => {
      await runner.apply(batchOf([record(contacts, queued(`contact-${contacts}`))]));
      contacts++;
      return at.length > 3;
    },
    { what: 'four frames', timeoutMs: 10_000 },
  );
  const pauses = at.slice(1).map((time, index) => time - at[index]!);
  expect(Math.min(...pauses)).toBeGreaterThan(5 * busyMs - PUBLISH_EVERY_MS);
});

test('a partition that has caught up counts as shown once viewers were told, and not while a frame fails', async () => {
  world.logEnd = 1n;
  let refused = 0;
  let accepts = false;
  const told: string[] = [];
  const feed = feedThat(({ header }) => {
    if (header.state !== 'recovering' && !accepts) {
      refused++;
      throw new Error('not now');
    }
    told.push(header.state);
  });
  const runner = await take({ ...parts(), feed });
  runner.processor.centre('default');
  runner.start();
  await waitFor(() => told.includes('recovering'), { what: 'the first frame', timeoutMs: 10_000 });
  expect(runner.figures).toMatchObject({ recovering: true, shown: false });
  await runner.apply(batchOf([record(0, queued('a'))]));
  await waitFor(() => refused > 2, { what: 'refused frames', timeoutMs: 10_000 });
  expect(runner.figures).toMatchObject({ recovering: false, shown: false });
  accepts = true;
  await waitFor(() => runner.figures.shown, { what: 'a frame that was told', timeoutMs: 10_000 });
  expect(told.at(-1)).not.toBe('recovering');
});
