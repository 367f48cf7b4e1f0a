/**
 * What a viewer sees when something dies: the real processes, the real page in a real browser, simulated traffic. The
 * page never shows an old figure as a live one for more than five seconds, and comes back by itself.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  freePort,
  type KafkaServer,
  launchBrowser,
  type RedisServer,
  spawnVigie,
  startKafka,
  startRedis,
  temporaryDirectory,
  type Vigie,
  waitFor,
} from '@vigie/testkit';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { differences, figuresOnPage, type FiguresOnPage, snapshotOf } from './wallboard-figures.ts';

const NOTICED_MS = 5_000;
const BACK_MS = 10_000;
/** A killed member of a consumer group is missed only when its session is over. */
const TAKEN_OVER_MS = 40_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => browser.close());

/** Opens the wall, close enough that its table of queues fits; an error on the page fails the test. */
async function openWall(url: string): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1920, height: 1080 },
    locale: 'en-GB',
    timezoneId: 'UTC',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => expect.unreachable(`the page failed: ${error.message}`));
  await page.goto(`${url}?distance=3&diagonal=65`);
  return page;
}

/** Waits until tiles and table are fresh and say what the snapshot says. The last disagreement is in the error. */
async function showsTheSnapshot(page: Page, url: string, timeoutMs: number): Promise<FiguresOnPage> {
  let last = 'nothing was compared';
  return await waitFor(
    async () => {
      const [snapshot, shown] = await Promise.all([snapshotOf(url), figuresOnPage(page)]);
      const problems = differences(shown, snapshot);
      last = problems.join('\n');
      return problems.length === 0 && shown;
    },
    { what: 'the wall to show the snapshot', timeoutMs, everyMs: 100, detail: () => last },
  );
}

/** Waits for an alarm at the head of the page; answers its words and after how long it came. */
async function alarm(page: Page): Promise<{ readonly text: string; readonly afterMs: number }> {
  const beganMs = performance.now();
  await page.waitForSelector('.head[data-level="alert"]', { timeout: NOTICED_MS * 2 });
  const afterMs = performance.now() - beganMs;
  return { text: (await page.textContent('.banner')) ?? '', afterMs };
}

const isFresh = async (page: Page, timeout: number): Promise<unknown> =>
  page.waitForSelector('.head:not([data-level]) ~ * [data-tile="waiting"][data-rung="fresh"]', { timeout });

describe('the wall of the one-process service', () => {
  let vigie: Vigie;
  let start: () => Promise<Vigie>;
  let page: Page;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    const data = await temporaryDirectory('wall');
    url = `http://127.0.0.1:${port}/`;
    start = async () => {
      const started = await spawnVigie(['start', '--demo', '--port', String(port), '--data', data]);
      await started.waitFor(`${url}healthz`);
      return started;
    };
    vigie = await start();
    page = await openWall(url);
  });
  afterAll(async () => {
    await page.context().close();
    await vigie.stop();
  });

  test('shows the figures of the snapshot, in tiles and in the table', async () => {
    const shown = await showsTheSnapshot(page, url, 30_000);
    expect(shown.queues.map(({ name }) => name).sort()).toEqual([
      'Chat',
      'E-mail',
      'Facturation · Billing',
      'Support',
      'Ventes · Sales',
    ]);
    expect(Number(shown.answered.replace(',', ''))).toBeGreaterThan(20);
  });

  test('says within five seconds that the service was killed, and shows the right figures within ten of its return', async () => {
    const before = await showsTheSnapshot(page, url, 30_000);
    await vigie.kill9();
    const { text, afterMs } = await alarm(page);
    expect(text).toMatch(/^Connection lost since \d\d:\d\d:\d\d$/);
    expect(afterMs).toBeLessThanOrEqual(NOTICED_MS);
    const held = await figuresOnPage(page);
    expect(held.answered, 'a figure never turns to zero').not.toBe('0');
    expect(held.rungs).not.toContain('fresh');

    vigie = await start();
    const backMs = performance.now();
    await isFresh(page, BACK_MS);
    const after = await showsTheSnapshot(page, url, BACK_MS);
    expect(performance.now() - backMs).toBeLessThanOrEqual(BACK_MS);
    const counted = (figures: FiguresOnPage): number => Number(figures.offered.replace(',', ''));
    expect(counted(after), 'what was counted is still there').toBeGreaterThan(counted(before) * 0.8);
  });
});

describe('the wall of separate processes', () => {
  let kafka: KafkaServer;
  let redis: RedisServer;
  let startAggregator: () => Promise<Vigie>;
  let aggregator: Vigie;
  let page: Page;
  let url: string;
  const others: Vigie[] = [];

  beforeAll(async () => {
    [kafka, redis] = await Promise.all([startKafka(), startRedis()]);
    const directory = await temporaryDirectory('wall-roles');
    const configuration = join(directory, 'vigie.yaml');
    await writeFile(configuration, 'kafka: { partitions: 2 }\n');
    const env = { VIGIE_KAFKA_BROKERS: kafka.brokers.join(','), VIGIE_REDIS_URL: redis.url };
    const run = async (role: string, port: number): Promise<Vigie> =>
      spawnVigie([role, '--config', configuration, '--port', String(port)], { env, cwd: directory });
    const [ingestPort, aggregatorPort, gatewayPort] = [await freePort(), await freePort(), await freePort()];
    const ingestUrl = `http://127.0.0.1:${ingestPort}`;
    url = `http://127.0.0.1:${gatewayPort}/`;
    const ingest = await run('ingest', ingestPort);
    const gateway = await run('gateway', gatewayPort);
    others.push(ingest, gateway);
    await ingest.waitFor(`${ingestUrl}/readyz`, 60_000);
    startAggregator = async () => run('aggregator', aggregatorPort);
    aggregator = await startAggregator();
    await aggregator.waitFor(`http://127.0.0.1:${aggregatorPort}/readyz`, 60_000);
    await gateway.waitFor(`${url}healthz`);
    others.unshift(await spawnVigie(['simulate', '--to', ingestUrl]));
    page = await openWall(url);
  });
  afterAll(async () => {
    await page.context().close();
    await Promise.all([aggregator, ...others].map(async (process) => process.stop()));
    await Promise.all([kafka.stop(), redis.stop()]);
  });

  test('says within five seconds that nobody computes the figures any more, and comes back with the aggregator', async () => {
    await showsTheSnapshot(page, url, 40_000);
    await aggregator.kill9();
    const { text, afterMs } = await alarm(page);
    expect(text).toMatch(/^No data from the source since \d\d:\d\d:\d\d$/);
    expect(afterMs).toBeLessThanOrEqual(NOTICED_MS);
    aggregator = await startAggregator();
    await isFresh(page, TAKEN_OVER_MS);
    await showsTheSnapshot(page, url, BACK_MS);
  });
});
