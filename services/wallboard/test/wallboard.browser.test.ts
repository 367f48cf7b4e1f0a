import { launchBrowser, waitFor } from '@vigie/testkit';
import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';

import { busyRows } from './figures.ts';
import type { ScriptedGateway } from './scripted-gateway.ts';
import { Viewer } from './viewer.ts';

const HD = { width: 1920, height: 1080 };
const CLOSED = { value: null, reason: 'closed' } as const;
const tile = (id: string): string => `[data-tile="${id}"]`;

const viewer = new Viewer(launchBrowser, (gateway) => (gateway.rows = busyRows()));
let gateway: ScriptedGateway;
let page: Page;
beforeEach(() => ({ gateway } = viewer));

/** Opens the wall and waits until it shows fresh figures. */
async function open(address: string, viewport = HD): Promise<void> {
  const ready = `${tile('waiting')}[data-rung="fresh"]`;
  page = await viewer.open(address, { viewport, ready, movesClock: true });
}
const textOf = async (selector: string): Promise<string> => viewer.textOf(selector);
const attribute = async (id: string, name: string): Promise<string | null> =>
  page.getAttribute(tile(id), name);

describe('size', () => {
  test.each([43, 55, 65])(
    'on %s inches five metres away every word subtends 16 minutes of arc, main figures 60, the hero 100',
    async (diagonal) => {
      await open(`?distance=5&diagonal=${diagonal}&lang=fr`);
      const fontPx = (selector: string): Promise<number[]> =>
        page.$$eval(selector, (nodes) => nodes.map((node) => parseFloat(getComputedStyle(node).fontSize)));
      const screenMm = (diagonal * 25.4 * 9) / Math.hypot(16, 9);
      const arc = (px: number): number =>
        2 * Math.atan((0.7 * px * screenMm) / HD.height / 2 / 5000) * (180 / Math.PI) * 60 + 0.01;
      const words = await fontPx(
        '.screen .brand, .screen .banner, .screen .now, .screen .label, .screen .chip, .screen .detail',
      );
      expect(words.length).toBeGreaterThan(12);
      expect(Math.min(...words.map(arc))).toBeGreaterThanOrEqual(16);
      expect(Math.min(...(await fontPx('.tile:not(.hero) .figure')).map(arc))).toBeGreaterThanOrEqual(60);
      expect(Math.min(...(await fontPx('.hero .figure')).map(arc))).toBeGreaterThanOrEqual(100);
      expect(await page.getAttribute('.head', 'data-level')).toBeNull();
    },
  );

  test.each(
    ['en', 'fr'].flatMap((language) => [43, 55, 65].map((diagonal) => [language, diagonal] as const)),
  )('in %s on %s inches no word is cut and nothing overlaps, alarmed or late', async (language, diagonal) => {
    gateway.rows = busyRows({
      service_level_live: { value: 1, n: 1_143, target: 0.8, status: 'warn' },
      abandonment_rate: { value: 0.112, n: 143, target: 0.05, status: 'alert' },
      waiting_now: { value: 188, n: 188 },
      answered: { value: 1_284, n: 1_284 },
    });
    await open(`?distance=5&diagonal=${diagonal}&lang=${language}`);
    const cut = (): Promise<string[]> =>
      page.$$eval(
        '.screen .brand, .screen .banner, .screen .label, .screen .detail, .screen .figure, .tile',
        (nodes) =>
          nodes
            .filter(
              (node) =>
                node.scrollWidth > node.clientWidth + 1 || node.getBoundingClientRect().bottom > innerHeight,
            )
            .map((node) => node.textContent ?? ''),
      );
    expect(await cut()).toEqual([]);
    gateway.mute = true;
    await page.clock.fastForward(40_000);
    await page.waitForSelector(`${tile('waiting')}[data-rung="dimmed"]`);
    expect(await cut()).toEqual([]);
    await page.clock.fastForward(90_000);
    await page.waitForSelector(`${tile('waiting')}[data-rung="gone"]`);
    expect(await cut()).toEqual([]);
  });

  test('a layout whose words would be too small says so', async () => {
    await open('?distance=12&diagonal=43');
    expect(await textOf('.banner')).toMatch(/^Labels \d+′ < 16′ at 12 m$/);
  });

  test('distance and diagonal are remembered by the screen', async () => {
    await open('?distance=12&diagonal=43');
    await page.goto(gateway.url);
    await page.waitForSelector(`${tile('waiting')}[data-rung="fresh"]`);
    expect(await textOf('.banner')).toContain('at 12 m');
  });

  test('in the hand the page needs no sideways scrolling', async () => {
    await open('', { width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await page.getAttribute('html', 'data-mode')).toBe('desk');
  });
});

describe('change', () => {
  test('when 9 becomes 10 nothing else moves, and ten changes a second repaint at most twice', async () => {
    await open('');
    await page.evaluate(() => {
      const held = window as unknown as { shifts: number; paints: number };
      held.shifts = 0;
      held.paints = 0;
      new PerformanceObserver((list) => (held.shifts += list.getEntries().length)).observe({
        type: 'layout-shift',
      });
      const number = document.querySelector('[data-tile="waiting"] .number') as Node;
      new MutationObserver(() => (held.paints += 1)).observe(number, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    });
    const boxes = (): Promise<number[][]> =>
      page.$$eval('.head, .tile, .label, .detail, .figure', (nodes) =>
        nodes.map((node) => {
          const { x, y, height } = node.getBoundingClientRect();
          // the page itself moves once a minute, against burning in
          const page = (document.querySelector('.screen') as Element).getBoundingClientRect();
          return [x - page.x, y - page.y, height].map((value) => Math.round(value * 10) / 10);
        }),
      );
    const before = await boxes();
    const startedMs = Date.now();
    for (let waiting = 10; waiting < 40; waiting += 1) {
      gateway.publish(busyRows({ waiting_now: { value: waiting, n: waiting } }));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await page.waitForFunction(
      () => document.querySelector('[data-tile="waiting"] .number')?.textContent === '39',
    );
    const seconds = (Date.now() - startedMs) / 1000;
    expect(await boxes()).toEqual(before);
    const { shifts, paints } = await page.evaluate(() => {
      const held = window as unknown as { shifts: number; paints: number };
      return { shifts: held.shifts, paints: held.paints };
    });
    expect(shifts).toBe(0);
    expect(paints).toBeGreaterThan(2);
    expect(paints).toBeLessThanOrEqual(Math.ceil(seconds * 2) + 1);
  });

  test('on a page that stood still a figure is written as it moves, on one that moves twice a second with all others', async () => {
    await open('');
    // whoever waits longest came when he came: his age is no news
    const longest = gateway.rows[0]!.kpis['longest_wait_now']!;
    const rowsOf = (waiting: number, answered: number) =>
      busyRows({
        ...{ longest_wait_now: longest, waiting_now: { value: waiting, n: waiting } },
        answered: { value: answered, n: answered },
      });
    // no second and no half second from here on, by neither clock
    const stoppedAtMs = Math.ceil(Date.now() / 1000) * 1000 + 2100;
    gateway.mute = true;
    await page.clock.pauseAt(new Date(stoppedAtMs));
    gateway.stoppedAtMs = stoppedAtMs;
    gateway.mute = false;
    const shown = () =>
      page.locator(`:is(${tile('waiting')}, ${tile('answered')}) .number`).allTextContents();
    gateway.publish(rowsOf(10, 120));
    await expect.poll(shown, { timeout: 5000 }).toEqual(['10', '120']);
    gateway.publish(rowsOf(11, 121));
    gateway.publish(rowsOf(12, 122));
    await page.clock.runFor(300);
    expect(await shown()).toEqual(['10', '120']);
    await page.clock.runFor(200);
    await expect.poll(shown, { timeout: 5000 }).toEqual(['12', '122']);
  });

  test('the longest wait counts by itself', async () => {
    await open('');
    const before = await textOf(`${tile('longest_wait')} .number`);
    await page.waitForFunction(
      (shown) => document.querySelector('[data-tile="longest_wait"] .number')?.textContent !== shown,
      before,
    );
    expect(await textOf(`${tile('longest_wait')} .number`)).toMatch(/^\d\d:\d\d$/);
  });

  test('a status that changes is told to a screen reader, figures that tick are not', async () => {
    await open('');
    expect(await textOf('[aria-live="polite"]')).toBe('Service level: Watch, 72%');
    gateway.publish(busyRows({ service_level_live: { value: 0.58, n: 143, target: 0.8, status: 'alert' } }));
    await waitFor(async () => (await textOf('[aria-live="polite"]')) === 'Service level: Act, 58%', {
      what: 'the news',
    });
    expect(await attribute('service_level', 'aria-label')).toContain('Service level: 58%, Act, target 80%');
  });
});

describe('a feed that fails', () => {
  test('silently shows within five seconds, dims after 30 s, loses its value after 2 min, and never turns to zero', async () => {
    await open('');
    gateway.mute = true;
    const silentMs = Date.now();
    await page.waitForSelector('.head[data-level="alert"]');
    expect(Date.now() - silentMs).toBeLessThanOrEqual(5_000);
    expect(await textOf('.banner')).toMatch(/^Connection lost since \d\d:\d\d:\d\d$/);
    expect(await textOf(`${tile('answered')} .detail:last-child`)).toMatch(/^delayed \d s$/);
    await page.clock.fastForward(30_000);
    await page.waitForSelector(`${tile('service_level')}[data-rung="dimmed"][data-status="none"]`);
    expect(await textOf(`${tile('service_level')} .figure`)).toBe('72%');
    expect(await textOf(`${tile('service_level')} .detail:last-child`)).toMatch(/^as of \d\d:\d\d:\d\d$/);
    await page.clock.fastForward(90_000);
    await page.waitForSelector(`${tile('service_level')}[data-rung="gone"]`);
    expect(await page.$$eval('.tile .figure', (nodes) => nodes.map((node) => node.textContent))).toEqual(
      Array(5).fill('—'),
    );
    expect(await textOf(`${tile('service_level')} .details`)).toMatch(/^no datasince \d\d:\d\d$/);
  });

  test('by a server that went away is told within five seconds, and the screen returns by itself within ten with the new figures', async () => {
    await open('');
    await gateway.stop();
    const lostMs = Date.now();
    await page.waitForSelector('.head[data-level="alert"]');
    expect(Date.now() - lostMs).toBeLessThanOrEqual(5_000);
    gateway.rows = busyRows({ waiting_now: { value: 31, n: 31 } });
    await gateway.start();
    const backMs = Date.now();
    await page.waitForSelector(`${tile('waiting')}[data-rung="fresh"]`);
    await page.waitForFunction(
      () => document.querySelector('[data-tile="waiting"] .number')?.textContent === '31',
    );
    expect(Date.now() - backMs).toBeLessThanOrEqual(10_000);
    expect(await page.getAttribute('.head', 'data-level')).toBeNull();
  });

  test('by a key that may not see the total is asked again without it', async () => {
    gateway.refuses = '_all';
    gateway.rows = busyRows().filter(({ queue }) => queue !== '_all');
    await open('');
    expect(gateway.subscriptions.map((message) => message.op === 'subscribe' && message.queues)).toEqual([
      ['*', '_all'],
      ['*'],
    ]);
    expect(await textOf(`${tile('waiting')} .number`)).toBe('9');
    expect(await textOf(`${tile('service_level')} .figure`)).toBe('74%');
  });

  test('in its window says since when, and calls nothing OK', async () => {
    gateway.state = 'incomplete';
    gateway.since = new Date(Date.now() - 600_000).toISOString();
    gateway.rows = busyRows({ service_level_live: { value: 0.9, n: 10, target: 0.8, status: 'ok' } }).map(
      (row) => ({
        ...row,
        state: 'incomplete' as const,
      }),
    );
    await open('');
    expect(await textOf('.banner')).toMatch(/^Incomplete data since \d\d:\d\d:\d\d$/);
    expect(await textOf(`${tile('service_level')} .word`)).toBe('partial');
  });
});

describe('what can be told apart', () => {
  test('every status has a shape and a word of its own, so that colour is not needed', async () => {
    const seen: string[] = [];
    for (const status of ['ok', 'warn', 'alert', 'none'] as const) {
      gateway.rows = busyRows({ service_level_live: { value: 0.7, n: 143, target: 0.8, status } });
      await open('');
      const shapes = await page.$$eval(`${tile('service_level')} .shape path`, (paths) =>
        paths.filter((path) => path.getClientRects().length > 0).map((path) => path.getAttribute('d')),
      );
      expect(shapes).toHaveLength(status === 'none' ? 0 : 1);
      seen.push(`${shapes.join()} ${await textOf(`${tile('service_level')} .word`)}`);
      if (status !== 'none') await page.context().close();
    }
    expect(new Set(seen).size).toBe(4);
  });

  test('zero, no data and closed look different', async () => {
    gateway.rows = busyRows({
      waiting_now: { value: 0, n: 0 },
      answered: CLOSED,
      abandonment_rate: { value: null, reason: 'no_data' },
    });
    await open('');
    const looks = async (id: string) =>
      page.$eval(`${tile(id)} .figure`, (node) => [
        node.textContent,
        getComputedStyle(node).fontSize,
        getComputedStyle(node).color,
      ]);
    const three = [await looks('waiting'), await looks('abandonment'), await looks('answered')];
    expect(three.map(([text]) => text)).toEqual(['0', '—', 'closed']);
    expect(new Set(three.map((look) => look.slice(1).join())).size).toBe(3);
  });

  test.each(['light', 'dark'])(
    'every word of the %s theme stands out by 4.5 to 1, in every status and late',
    async (theme) => {
      gateway.rows = busyRows({
        service_level_live: { value: 0.58, n: 143, target: 0.8, status: 'alert' },
        abandonment_rate: { value: 0.058, n: 143, target: 0.05, status: 'warn' },
        waiting_now: { value: 2, n: 2, status: 'ok' },
      });
      await open(`?theme=${theme}`);
      await page.addStyleTag({ content: '* { transition: none !important }' });
      expect(await weakWords()).toEqual([]);
      gateway.mute = true;
      await page.waitForSelector(`${tile('waiting')}[data-rung="delayed"]`);
      expect(await weakWords()).toEqual([]);
      await page.clock.fastForward(40_000);
      await page.waitForSelector(`${tile('waiting')}[data-rung="dimmed"]`);
      expect(await weakWords()).toEqual([]);
    },
  );
});

/** Words whose colour against the background behind them has a contrast below 4.5:1 (WCAG 1.4.3). */
async function weakWords(): Promise<string[]> {
  return page.evaluate(() => {
    const rgb = (colour: string): number[] => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (colour: string): number => {
      const [red = 0, green = 0, blue = 0] = rgb(colour).map((byte) => {
        const part = byte / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const behind = (node: Element | null): string => {
      for (let at = node; at !== null; at = at.parentElement) {
        const colour = getComputedStyle(at).backgroundColor;
        if ((rgb(colour)[3] ?? 1) > 0.99) return colour;
      }
      return 'rgb(255, 255, 255)';
    };
    const weak: string[] = [];
    for (const node of document.querySelectorAll('#app *')) {
      const own = [...node.childNodes].some(
        (child) => child.nodeType === 3 && (child.textContent ?? '').trim() !== '',
      );
      if (!own || node.getClientRects().length === 0) continue;
      const [ink, ground] = [luminance(getComputedStyle(node).color), luminance(behind(node))];
      const contrast = (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05);
      if (contrast < 4.5) weak.push(`${node.className} "${node.textContent}" ${contrast.toFixed(2)}`);
    }
    return weak;
  });
}

describe('the page', () => {
  test('speaks French, with French numbers', async () => {
    await open('wall?lang=fr');
    expect(await page.getAttribute('html', 'lang')).toBe('fr');
    expect(await textOf(`${tile('service_level')} .label`)).toBe('Niveau de service');
    expect(await textOf(`${tile('abandonment')} .figure`)).toBe('4,2%');
    expect(await textOf(`${tile('service_level')} .details`)).toBe(
      'objectif 80 % en 20–60 s30 dern. min · n = 143',
    );
    expect(await textOf('thead')).toContain('Décrochés / Abandonnés');
  });

  test('takes queue names from the gateway, lists alarmed queues first, and totals last', async () => {
    await open('');
    await waitFor(async () => (await textOf('tbody')).includes('Facturation'), {
      what: 'the names of queues',
    });
    expect(
      await page.$$eval('tbody tr', (rows) => rows.map((row) => row.querySelector('.name')?.textContent)),
    ).toEqual(['Facturation', 'Site web', 'Assistance technique', 'Ventes']);
    expect(await textOf('tfoot .name')).toBe('Total');
  });

  test('asks for the window, queues and centre of its address', async () => {
    gateway.rows = busyRows().map((row) => ({ ...row, window: '5m' }));
    await open('?window=5m&queue=billing,web&centre=lyon');
    expect(gateway.subscriptions[0]).toMatchObject({
      windows: ['5m'],
      queues: ['billing', 'web'],
      centre: 'lyon',
    });
    expect(await textOf(`${tile('waiting')} .number`)).toBe('9');
    expect(await textOf('.brand')).toBe('lyon');
  });

  test('is dressed by the system, or as its address says', async () => {
    await open('');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.waitForSelector('html[data-theme="dark"]');
    await page.goto(`${gateway.url}?theme=light`);
    await page.waitForSelector('html[data-theme="light"]');
  });
});
