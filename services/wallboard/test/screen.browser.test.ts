import type { Alarm } from '@vigie/contracts';
import { launchBrowser } from '@vigie/testkit';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { busyRows } from './figures.ts';
import type { ScriptedGateway } from './scripted-gateway.ts';
import { type Opening, Viewer } from './viewer.ts';

const HD = { width: 1920, height: 1080 };
const SOON = { timeout: 30_000 };
const FRESH = '.tile[data-rung="fresh"]';
const PAGES = [
  { name: 'Sales', queues: ['sales'], figures: ['service_level_live', 'waiting_now'], window: '30m' },
  { name: 'Web', queues: ['web'], figures: ['waiting_now', 'answered'], window: '30m' },
];

let gateway: ScriptedGateway;
let page: Page;
let wall: object;
const viewer = new Viewer(launchBrowser, (made) => {
  gateway = made;
  gateway.rows = busyRows().map((row) => ({
    ...row,
    kpis: { ...row.kpis, service_level_live: { value: 0.9, n: 100, target: 0.8, status: 'ok' } },
  }));
  wall = { pages: [] };
  gateway.answer = (url) =>
    url.pathname === '/v1/wall'
      ? { centre: { id: 'default', name: 'Lyon', timeZone: 'America/Montreal' }, reloadAt: 4, ...wall }
      : undefined;
});
async function open(address = '', options: Partial<Opening> = {}, ready = FRESH): Promise<void> {
  page = await viewer.open(`wall${address}`, { viewport: HD, ready, ...options });
}
const textOf = async (selector: string): Promise<string> => viewer.textOf(selector);

const alarm = (change: Partial<Alarm> = {}): Alarm => ({
  ...{ id: 'wait:web', rule: 'wait', queue: 'web', channel: '_all', kpi: 'longest_wait_now' },
  ...{ window: '30m', state: 'critical', since: '2026-11-22T13:03:12Z', value: 252, n: 1 },
  ...{ warning: null, critical: 240, acknowledged: null, ...change },
});
const seen = { by: 'ada', at: '2026-11-22T13:04:00Z' };

describe('alarms on a wall', () => {
  test('stand on every page with the first page’s hero, and the page they are about stays', async () => {
    wall = { rotation: 30, pages: PAGES };
    gateway.items = { alarms: [alarm()] };
    await open();
    await expect
      .poll(() => textOf('.strip-alarms li'), SOON)
      .toMatch(/^Site web: longest_wait_now|^Site web: Longest wait/);
    expect(await textOf('.strip-count')).toBe('1 alarm');
    expect(await textOf('.strip-hero')).toBe('Service level90%');
    await expect.poll(() => textOf('.banner'), SOON).toBe('Web');
    await page.waitForSelector('.head[data-pinned]');
    expect(await page.getAttribute('.strip-alarms li', 'data-level')).toBe('alert');
  });

  test('that somebody has seen say who, and hold no page any more', async () => {
    wall = { rotation: 4, pages: PAGES };
    gateway.items = { alarms: [alarm({ acknowledged: seen })] };
    await open();
    await expect.poll(() => textOf('.strip-alarms li'), SOON).toContain('seen by ada');
    expect(await page.getAttribute('.head', 'data-pinned')).toBeNull();
    await expect.poll(() => textOf('.banner'), SOON).toBe('Web');
    await expect.poll(() => textOf('.banner'), SOON).toBe('Sales');
  });

  test('keep their room when there is none, so that one more moves nothing', async () => {
    gateway.items = { alarms: [alarm({ state: 'ok' })] };
    await open('?distance=5&diagonal=55');
    await expect.poll(() => textOf('.strip-count')).toBe('No alarm');
    const bottom = (await page.locator('.strip').boundingBox()) ?? { y: 0, height: 0 };
    expect(bottom.y + bottom.height).toBeLessThanOrEqual(HD.height);
    const size = await page.$eval('.strip', (node) => parseFloat(getComputedStyle(node).fontSize));
    expect(size).toBe(
      await page.$eval('.tile .label', (node) => parseFloat(getComputedStyle(node).fontSize)),
    );
  });

  test('that are no longer told are said to be unknown, not gone', async () => {
    gateway.items = { alarms: [alarm()] };
    await open();
    await expect.poll(() => textOf('.strip-count')).toBe('1 alarm');
    gateway.mute = true;
    await expect.poll(() => textOf('.strip-count'), SOON).toBe('Alarms not known now');
  });
});

test('a screen counts how often it called for somebody', async () => {
  await open();
  await expect.poll(() => textOf('.rate output')).toBe('0 in the last hour');
  const red = { value: 0.4, n: 100, target: 0.8, status: 'alert' as const };
  gateway.publish(
    gateway.rows
      .filter(({ queue }) => queue === 'web')
      .map((row) => ({ ...row, kpis: { ...row.kpis, service_level_live: red } })),
  );
  await expect.poll(() => textOf('.rate output')).toBe('1 in the last hour');
});

/** A browser with a voice, which remembers what it said. */
function withVoice(): void {
  const said: string[] = [];
  const speak = ({ text, lang }: SpeechSynthesisUtterance): void => void said.push(`${lang}: ${text}`);
  const voice = { said, speak, getVoices: () => [{}] };
  Object.defineProperty(window, 'speechSynthesis', { value: voice });
}

test('what needs an act is said once, in the language of the screen, and not what somebody has seen', async () => {
  wall = { sound: true, speech: true, pages: [{ name: '', queues: ['web', 'sales'], language: 'fr' }] };
  gateway.items = {
    alarms: [alarm(), alarm({ id: 'wait:sales', queue: 'sales', value: 300, acknowledged: seen })],
  };
  await open('', { before: withVoice });
  const said = async (): Promise<string[]> =>
    page.evaluate(() => (speechSynthesis as unknown as { said: string[] }).said);
  await expect.poll(said, SOON).toHaveLength(1);
  expect((await said())[0]?.replace(/\u00a0/g, ' ')).toMatch(/^fr: Site web : Attente la plus longue /);
  await page.waitForTimeout(2_000);
  expect(await said()).toHaveLength(1);
});

test('in quiet hours nothing is said', async () => {
  wall = { sound: true, speech: true, quietHours: ['00:00-24:00'], pages: [] };
  gateway.items = { alarms: [alarm()] };
  await open('', { before: withVoice });
  await expect.poll(() => textOf('.strip-count')).toBe('1 alarm');
  await page.waitForTimeout(2_000);
  expect(await page.evaluate(() => (speechSynthesis as unknown as { said: string[] }).said)).toEqual([]);
});

test('a screen without a voice says so', async () => {
  wall = { sound: true, speech: true, pages: [] };
  const unblocked = (): void =>
    void Object.defineProperty(BaseAudioContext.prototype, 'state', { get: () => 'running' });
  await open('', { movesClock: true, before: unblocked });
  await page.clock.fastForward(15_000);
  gateway.beat();
  await expect.poll(() => textOf('.banner'), SOON).toBe('This browser has no voice');
});

test('sound that the browser blocks is said to be blocked', async () => {
  wall = { sound: true, pages: [] };
  // what looks at a page from outside counts as a gesture: the browser would not always block
  const blocked = (): void =>
    void Object.defineProperty(BaseAudioContext.prototype, 'state', { get: () => 'suspended' });
  await open('', { before: blocked });
  await expect.poll(() => textOf('.banner'), SOON).toBe('Sound blocked: touch the page once');
});

test('times are those of the centre, wherever the screen hangs, unless it has a zone of its own', async () => {
  const hourIn = (timeZone: string): string =>
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(new Date());
  await open('', { timezoneId: 'Asia/Tokyo' });
  await expect.poll(() => textOf('.zone'), SOON).toMatch(/^(GMT-[45]|E[SD]T)$/);
  expect((await textOf('.clock')).slice(0, 2)).toBe(hourIn('America/Montreal'));
  await page.goto(`${gateway.url}wall?timeZone=UTC`);
  await page.waitForSelector(FRESH);
  await expect.poll(() => textOf('.zone')).toBe('UTC');
});

test.each([
  ['a wall', '?distance=5&diagonal=43&lang=en', HD],
  ['a hand', '?lang=en', { width: 360, height: 780 }],
])('waits of days and counts of thousands stay within their tiles on %s', async (_, address, viewport) => {
  const since = new Date(Date.now() - 700 * 3_600_000).toISOString();
  gateway.rows = busyRows({
    longest_wait_now: { value: 2_520_000, since },
    waiting_now: { value: 12_888, n: 12_888 },
    answered: { value: 1_234_567, n: 1_234_567 },
  }).map((each) =>
    each.queue === 'billing'
      ? { ...each, kpis: { ...each.kpis, longest_wait_now: { value: 1, since } } }
      : each,
  );
  await open(address, { viewport });
  await expect.poll(() => textOf('[data-tile="longest_wait"] .number')).toMatch(/^700:00:\d\d$/);
  const beyond = await page.$$eval('.tile', (tiles) =>
    tiles
      .filter((each) => {
        const figure = each.querySelector('.figure')?.getBoundingClientRect();
        const { right, bottom } = each.getBoundingClientRect();
        return figure === undefined || figure.right > right || figure.bottom > bottom;
      })
      .map((each) => each.textContent),
  );
  expect(beyond).toEqual([]);
});

test('edges that a television cuts off stay empty', async () => {
  await open('?distance=5&diagonal=55&overscan=5');
  const boxes = await page.$$eval('.screen, .head, .tile', (nodes) =>
    nodes.map((node) => {
      const { left, top, right, bottom } = node.getBoundingClientRect();
      return [left, top, right, bottom];
    }),
  );
  // the page itself moves by 4 px at most, against burning in
  for (const [left = 0, top = 0, right = 0, bottom = 0] of boxes) {
    expect(left).toBeGreaterThanOrEqual(HD.width * 0.05 - 5);
    expect(top).toBeGreaterThanOrEqual(HD.height * 0.05 - 5);
    expect(right).toBeLessThanOrEqual(HD.width * 0.95 + 5);
    expect(bottom).toBeLessThanOrEqual(HD.height * 0.95 + 5);
  }
});

/** What is kept at hand for when nobody answers. */
const kept = async (): Promise<string[]> =>
  page.evaluate(async () =>
    (await (await caches.open('vigie-shell')).keys()).map(({ url }) => new URL(url).pathname),
  );

test('a screen that is switched on while the service is away says so, and comes back by itself', async () => {
  await open('?screen=Hall');
  await page.evaluate(async () => navigator.serviceWorker.ready);
  await expect.poll(kept, SOON).toEqual(expect.arrayContaining(['/wall', '/desk']));
  await gateway.stop();
  await page.reload();
  await page.waitForSelector('.head[data-level="alert"]', SOON);
  expect(await textOf('.banner')).toMatch(/^Connection lost/);
  expect(await page.$$eval('.tile .figure', (nodes) => nodes.map((node) => node.textContent))).toEqual(
    Array(5).fill('—'),
  );
  await page.goto(`${gateway.url}desk`);
  await page.waitForSelector('.banner[data-level="alert"]', SOON);
  await page.goto(`${gateway.url}wall`);
  await gateway.start();
  await page.waitForSelector(FRESH, SOON);
  expect((await kept()).filter((path) => !/^\/(wall|desk|assets\/[\w.-]+)$/.test(path))).toEqual([]);
});

test('an older minute is shown by its quarter hour, and said to be one', async () => {
  const start = '2026-11-20T10:00:00Z';
  const answered = gateway.answer;
  gateway.answer = (url) => {
    if (url.pathname === '/v1/snapshot')
      return { status: 400, title: 'Bad Request', detail: 'at: out of reach', parameter: 'at' };
    if (!url.pathname.endsWith('/intervals')) return answered(url);
    const queue = url.pathname.includes('_all') ? '_all' : 'sales';
    const kpis = { answered: { value: 31, n: 31 }, service_level: { value: 0.5, n: 40 } };
    const channel = queue === '_all' ? '_all' : 'voice';
    return { rows: [{ queue, channel, start, end: '2026-11-20T10:15:00Z', kpis }] };
  };
  await open('?at=2026-11-20T10:07:00Z', {}, '.head[data-level="warn"]');
  await expect
    .poll(() => textOf('.banner'), SOON)
    .toMatch(/^PAST: the quarter hour from 20\/11\/2026, 05:00:00 to 05:15/);
  await expect.poll(() => textOf('[data-tile="answered"] .number')).toBe('31');
  expect(await textOf('[data-tile="waiting"] .figure')).toBe('—');
});

test('the theme goes by the hours that are declared, not by the system', async () => {
  wall = { darkHours: ['00:00-24:00'], pages: [] };
  await open('', { colorScheme: 'light' });
  await page.waitForSelector('html[data-theme="dark"]', SOON);
  wall = { darkHours: ['12:00-12:00'], pages: [] };
  await page.waitForSelector('html[data-theme="light"]', SOON);
});
