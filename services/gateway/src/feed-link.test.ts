import type { FeedReader, LiveFeed } from '@vigie/engine';
import { createHealth, createLogger } from '@vigie/service-kit';
import { waitFor } from '@vigie/testkit';
import { afterEach, expect, test } from 'vitest';
import { FeedLink } from './feed-link.ts';

let link: FeedLink | undefined;
afterEach(async () => await link?.stop());

/** A link to a store that can be taken away: then what it is asked is rejected, or never answered. */
async function linked() {
  const store = {
    state: 'there' as 'there' | 'away' | 'hanging',
    readings: 0,
    onGap: () => undefined as void,
  };
  const waiting: (() => void)[] = [];
  const answer = async (): Promise<void> => {
    if (store.state === 'away') throw new Error('no connection to Redis');
    if (store.state === 'hanging') await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const feed: LiveFeed = {
    publish: async () => 'published',
    readAll: async () => {
      await answer();
      store.readings++;
      return [];
    },
    subscribe: async (_onFrame, onGap) => {
      store.onGap = onGap;
      return async () => undefined;
    },
    ping: answer,
    close: async () => undefined,
  };
  const reader = { centres: [], load: () => ({ changes: [], again: false }) } as unknown as FeedReader;
  const health = createHealth();
  const logger = createLogger({ name: 'test', level: 'silent' as never });
  link = new FeedLink({ feed, reader, health, logger, clock: Date.now, onChange: () => undefined });
  await link.start();
  const release = (): void => {
    store.state = 'there';
    for (const resolve of waiting.splice(0)) resolve();
  };
  const isReady = (): boolean => health.report('ready').status === 'ok';
  return { store, isReady, release };
}

test.each(['away', 'hanging'] as const)(
  'readiness knows within two and a half seconds that the store is %s, and the feed is read as soon as it is back',
  async (state) => {
    const { store, isReady, release } = await linked();
    expect(isReady()).toBe(true);
    store.state = state;
    await waitFor(() => !isReady(), { what: 'readiness to agree', timeoutMs: 2500 });
    const { readings } = store;
    release();
    await waitFor(() => isReady() && store.readings > readings, { what: 'a reading', timeoutMs: 1500 });
  },
);

test('what may have been missed is read at once, though another attempt is due only later', async () => {
  const { store, isReady, release } = await linked();
  store.state = 'away';
  store.onGap();
  await waitFor(() => !isReady(), { what: 'a failed reading' });
  const { readings } = store;
  release();
  store.onGap();
  await waitFor(() => store.readings > readings, { what: 'a reading', timeoutMs: 1000 });
});
