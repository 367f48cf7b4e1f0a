import { launchBrowser } from '@vigie/testkit';
import type { BrowserContextOptions, CDPSession, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';

import { busyRows } from './figures.ts';
import type { ScriptedGateway } from './scripted-gateway.ts';
import { Viewer } from './viewer.ts';

/** So far a wall moves, against burning in. */
const BURN_IN_SHIFT_PX = 4;
const HD = { width: 1920, height: 1080 };
const tile = (id: string): string => `[data-tile="${id}"]`;
const PAGES = [
  { name: 'Everything', queues: [], figures: [], window: '30m' },
  {
    name: 'Sales',
    queues: ['sales'],
    figures: ['service_level_live', 'waiting_now', 'occupancy'],
    window: '30m',
  },
  {
    name: 'Web',
    queues: ['web'],
    figures: ['waiting_now', 'service_level_live', 'answered'],
    window: '30m',
    language: 'fr',
    theme: 'dark',
  },
];
/** Longer than a turn, and than it takes until the layout is asked for again. */
const SOON = { timeout: 30_000 };
const calm = { value: 0.9, n: 100, target: 0.8, status: 'ok' as const };
const red = { value: 0.4, n: 100, target: 0.8, status: 'alert' as const };

let gateway: ScriptedGateway;
let page: Page;
let wall: { build: string; rotation: number; pages: readonly object[] };
const viewer = new Viewer(launchBrowser, (made) => {
  gateway = made;
  gateway.rows = calmRows();
  wall = { build: 'b1', rotation: 4, pages: PAGES };
  gateway.answer = (url) =>
    url.pathname === '/v1/wall'
      ? { centre: { id: 'default', name: 'Lyon' }, sound: false, reloadAt: 4, ...wall }
      : undefined;
});

/** Rows of which none needs an act. */
function calmRows() {
  return busyRows().map((row) => ({
    ...row,
    kpis: { ...row.kpis, service_level_live: calm, occupancy: { value: 0.72, n: 9 } },
  }));
}
async function open(address = '', movesClock = true, options: BrowserContextOptions = {}): Promise<void> {
  const ready = '.tile[data-rung="fresh"]';
  page = await viewer.open(`wall${address}`, { viewport: HD, ready, movesClock, ...options });
}
const textOf = async (selector: string): Promise<string> => viewer.textOf(selector);
const publish = (queue: string, level: object): void =>
  gateway.publish(
    gateway.rows
      .filter((row) => row.queue === queue)
      .map((row) => ({ ...row, kpis: { ...row.kpis, service_level_live: level as typeof calm } })),
  );

describe('pages of the server', () => {
  test('are shown in turn, each with its queues, figures, hero, language and theme', async () => {
    await open();
    await expect.poll(() => textOf('.turn')).toBe('1/3');
    expect(await textOf('.brand')).toBe('Lyon');
    expect(await textOf('.banner')).toBe('Everything');
    await expect.poll(() => textOf('.banner'), SOON).toBe('Sales');
    expect(await textOf('.hero .label')).toBe('Service level');
    expect(await textOf(`${tile('occupancy')} .label`)).toBe('occupancy');
    expect(await textOf(`${tile('waiting')} .number`)).toBe('0');
    await page.waitForSelector('html[data-theme="dark"][lang="fr"]');
    expect(await textOf('.hero .label')).toBe('En attente');
    // one for what every wall shows before it is told its pages, one for these: turning asks for nothing
    expect(gateway.subscriptions.filter(({ op }) => op === 'subscribe')).toHaveLength(2);
  });

  test('a page that needs an act is shown, stays, and is let go when it is over', async () => {
    wall = { ...wall, pages: PAGES.slice(1) };
    await open();
    await expect.poll(() => textOf('.banner'), SOON).toBe('Sales');
    publish('web', red);
    await page.waitForSelector('.head[data-pinned]', { timeout: 5_000 });
    expect(await textOf('.banner')).toBe('Web');
    await page.waitForTimeout(6_000);
    expect(await textOf('.banner')).toBe('Web');
    publish('sales', red);
    await expect.poll(() => textOf('.banner'), SOON).toBe('Sales');
    await expect.poll(() => textOf('.banner'), SOON).toBe('Web');
    publish('web', calm);
    publish('sales', calm);
    await page.waitForSelector('.head:not([data-pinned])');
    await expect.poll(() => textOf('.banner'), SOON).toBe('Sales');
  });

  test('another layout appears without a hand on the screen, and no figure is lost for it', async () => {
    await open();
    await expect.poll(() => textOf('.turn')).toBe('1/3');
    wall = {
      ...wall,
      pages: [{ ...PAGES[0], name: 'New', figures: ['waiting_now', 'answered'], window: '30m' }],
    };
    await expect.poll(() => textOf('.banner'), SOON).toBe('New');
    expect(
      await page.$$eval('.tile', (tiles) => tiles.map((each) => each.getAttribute('data-tile'))),
    ).toEqual(['waiting', 'answered']);
    expect(await textOf(`${tile('waiting')} .number`)).toBe('9');
  });

  test('another build of the page is loaded silently', async () => {
    await open();
    await expect.poll(() => textOf('.turn')).toBe('1/3');
    await page.evaluate(() => ((window as unknown as { isOld: boolean }).isOld = true));
    wall = { ...wall, build: 'b2' };
    // a page that has just come does not reload at once: two minutes later it does, once the feed is back
    await page.clock.fastForward(130_000);
    await expect
      .poll(
        () =>
          page.evaluate(() => (window as unknown as { isOld?: boolean }).isOld ?? false).catch(() => true),
        SOON,
      )
      .toBe(false);
    await page.waitForSelector('.tile[data-rung="fresh"]');
  });

  test('a screen with a name says what it shows', async () => {
    await open('?screen=Hall%201');
    await expect.poll(() => textOf('.turn')).toBe('1/3');
    await expect
      .poll(() => gateway.reports[0], SOON)
      .toMatchObject({
        op: 'report',
        screen: 'Hall 1',
        version: 'b1',
        page: expect.stringMatching(/^(Everything|Sales|Web)$/) as string,
      });
  });

  test('a past minute is marked as past', async () => {
    const answered = gateway.answer;
    gateway.answer = (url) =>
      url.pathname === '/v1/snapshot'
        ? {
            centre: 'default',
            asOf: url.searchParams.get('at'),
            watermark: null,
            state: 'live',
            configVersion: 'v',
            rows: busyRows({ waiting_now: { value: 77, n: 77 } }),
          }
        : answered(url);
    await open('?at=2026-11-21T10:15:00Z&queue=');
    expect(await textOf('.banner')).toMatch(/^PAST: 21\/11\/2026, 11:15:00, as known now$/);
    await expect.poll(() => textOf(`${tile('waiting')} .number`)).toBe('77');
  });
});

describe('what can be told apart', () => {
  test.each(['deuteranopia', 'protanopia', 'achromatopsia'] as const)(
    'with %s every status looks different, even without its word',
    async (type) => {
      await open('?queue=');
      const session: CDPSession = await page.context().newCDPSession(page);
      await session.send('Emulation.setEmulatedVisionDeficiency', { type });
      await page.addStyleTag({
        content:
          '.word, .figure, .details, .label { visibility: hidden !important } * { transition: none !important }',
      });
      const looks: string[] = [];
      for (const status of ['ok', 'warn', 'alert', 'none'] as const) {
        publish('_all', { ...calm, status });
        await page.waitForSelector(`${tile('service_level')}[data-status="${status}"]`);
        const picture = await page.locator(tile('service_level')).screenshot({ animations: 'disabled' });
        looks.push(picture.toString('base64'));
      }
      expect(new Set(looks).size).toBe(4);
    },
  );

  test('names from right to left and long German ones fit, and move nothing else', async () => {
    const names = ['مركز الدعم الفني للعملاء', 'Kraftfahrzeughaftpflichtversicherungsabteilung'];
    const answered = gateway.answer;
    gateway.answer = (url) =>
      url.pathname === '/v1/queues'
        ? {
            queues: ['billing', 'sales'].map((queue, index) => ({
              queue,
              name: names[index],
              channels: { voice: { threshold: 20 } },
            })),
          }
        : answered(url);
    wall = { ...wall, pages: [{ name: names[0], queues: [], figures: [], window: '30m' }] };
    await open('?distance=5&diagonal=55');
    await expect.poll(() => textOf('.hero .detail')).toContain('مركز');
    const cut = await page.$$eval('.screen .brand, .screen .label, .screen .figure, .tile', (nodes) =>
      nodes.filter((node) => node.scrollWidth > node.clientWidth + 1).map((node) => node.textContent),
    );
    expect(cut).toEqual([]);
    // it stands a few pixels beside its place, in which direction the minute says
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(HD.width + BURN_IN_SHIFT_PX);
    expect(await page.getAttribute('.banner span', 'dir')).toBe('auto');
    const clock = await page.locator('.clock').boundingBox();
    expect((clock?.x ?? 0) + (clock?.width ?? 0)).toBeGreaterThan(HD.width * 0.85);
  });
});

describe('for months', () => {
  test('the hour that clocks are set back leaves ages as they are, and the clock says which zone holds', async () => {
    // 25 October 2026, 02:59:30 in Paris: half a minute before it is 02:00 again
    const change = Date.parse('2026-10-25T00:59:30Z');
    gateway.clockOffsetMs = change - Date.now();
    const since = new Date(change - 95_000).toISOString();
    gateway.rows = calmRows().map((row) => ({
      ...row,
      kpis: { ...row.kpis, longest_wait_now: { value: 95, since } },
    }));
    await open('?queue=');
    expect(await textOf('.clock')).toMatch(/^02:59:3/);
    expect(await textOf('.zone')).toBe('CEST');
    expect(await textOf(`${tile('longest_wait')} .number`)).toMatch(/^01:3\d$/);
    await page.clock.fastForward(35_000);
    gateway.clockOffsetMs += 35_000;
    gateway.beat();
    await expect.poll(() => textOf('.clock')).toMatch(/^02:00:0/);
    expect(await textOf('.zone')).toBe('CET');
    await expect.poll(() => textOf(`${tile('longest_wait')} .number`), SOON).toMatch(/^02:[01]\d$/);
  });

  test('twenty thousand changes leave the heap flat, and none is missed', async () => {
    await open('?queue=', false);
    const session = await page.context().newCDPSession(page);
    const heap = async (): Promise<number> => {
      await session.send('HeapProfiler.collectGarbage');
      return (await session.send('Runtime.getHeapUsage')).usedSize;
    };
    const change = async (from: number, to: number): Promise<void> => {
      for (let waiting = from; waiting < to; waiting += 1) {
        gateway.publish(busyRows({ waiting_now: { value: waiting, n: waiting } }));
        if (waiting % 200 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await page.waitForFunction(
        (last) =>
          document.querySelector('[data-tile="waiting"] .number')?.textContent?.replace(/\D/g, '') === last,
        String(to - 1),
      );
    };
    await change(0, 2_000);
    const before = await heap();
    await change(2_000, 20_000);
    expect((await heap()) - before).toBeLessThan(1_000_000);
    expect(gateway.subscriptions.filter(({ op }) => op === 'subscribe')).toHaveLength(1);
  });
});
