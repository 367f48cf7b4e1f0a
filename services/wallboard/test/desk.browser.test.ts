import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';

import { launchBrowser } from '@vigie/testkit';
import type { AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';

import { deskAnswers, deskItems } from './desk-answers.ts';
import { busyRows } from './figures.ts';
import type { ScriptedGateway } from './scripted-gateway.ts';
import { ROOT, Viewer } from './viewer.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LAPTOP = { width: 1366, height: 900 };
const PHONE = { width: 360, height: 780 };
const agents = { value: 9, n: 9, by: { available: 2, on_contact: 4, acw: 1, paused: 2 } };
const row = (queue: string): string => `tbody tr:has(a[href*="queue=${queue}"])`;
const figure = (queue: string, kpi: string): string => `${row(queue)} [data-kpi="${kpi}"] .why`;

const viewer = new Viewer(launchBrowser, (made) => {
  made.rows = busyRows().map((each) => ({
    ...each,
    kpis: { ...each.kpis, avg_wait: { value: 25, n: 60 }, agents_by_state_now: agents },
  }));
  made.items = deskItems();
  made.answer = deskAnswers;
});
let gateway: ScriptedGateway;
let page: Page;
beforeEach(() => ({ gateway } = viewer));

/** Opens the desk. */
async function open(
  address = '',
  viewport = LAPTOP,
  ready = 'tbody tr',
  options: BrowserContextOptions = {},
): Promise<void> {
  page = await viewer.open(`desk${address}`, { viewport, ready, ...options });
}
const textOf = async (selector: string): Promise<string> => viewer.textOf(selector);
const queues = async (): Promise<string[]> =>
  page.$$eval('tbody th a', (links) => links.map((link) => link.textContent ?? ''));
/** Barriers that axe-core finds on the page as it stands. */
async function barriers(): Promise<string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(async () =>
    (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run(),
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

describe('the queues', () => {
  test('stand with their figures, those in alarm first, the total last', async () => {
    await open();
    await page.waitForSelector('text=Facturation');
    expect(await queues()).toEqual(['Facturation', 'Site web', 'Assistance technique', 'Ventes']);
    expect(await textOf(`${row('billing')} .chip`)).toBe('Act');
    expect(await textOf(`${figure('billing', 'service_level_live')} .value`)).toBe('58%');
    expect(await textOf(`${row('billing')} [data-kpi="service_level_live"] .note`)).toBe('/ 80% · n = 64');
    expect(await textOf(`${figure('billing', 'agents_by_state_now')} .value`)).toBe('2 / 5 / 2');
    expect(await textOf('tfoot [data-kpi="waiting_now"] .value')).toBe('9');
    expect(await textOf('.state')).toBe('Live');
    await page.waitForSelector(`${row('billing')} .spark-line[d^="M"]`);
    expect(await page.title()).toBe('(1) Vigie · Desk');
  });

  test('stay put while the pointer is on them, and rise when it has gone', async () => {
    await open();
    await page.waitForSelector('text=Facturation');
    await page.hover(row('sales'));
    const alarmed = { value: 0.2, n: 58, target: 0.8, status: 'alert' as const };
    const calm = { value: 0.9, n: 64, target: 0.8, status: 'ok' as const };
    gateway.publish([
      ...gateway.rows
        .filter(({ queue }) => queue === 'sales')
        .map((each) => ({ ...each, kpis: { service_level_live: alarmed } })),
      ...gateway.rows
        .filter(({ queue }) => queue === 'billing')
        .map((each) => ({ ...each, kpis: { service_level_live: calm } })),
    ]);
    await page.waitForSelector(`${row('sales')}[data-status="alert"]`);
    expect((await queues())[0]).toBe('Facturation');
    await page.hover('.head');
    await page.waitForFunction(() => document.querySelector('tbody th a')?.textContent === 'Ventes');
  });

  test('sort, filter and group as asked, and the address says so', async () => {
    await open();
    await page.click('[data-sort="waiting_now"]');
    await page.waitForSelector('[aria-sort="ascending"] [data-sort="waiting_now"]');
    await page.fill('input[type="search"]', 'a');
    await page.selectOption('.tools select', 'channel');
    await page.waitForSelector('tr.merged');
    expect(await page.$$eval('tr.merged .group', (nodes) => nodes.map((node) => node.textContent))).toContain(
      'chat',
    );
    expect(new URL(page.url()).search).toBe('?filter=a&group=channel&sort=waiting_now');
    await page.reload();
    await page.waitForSelector('tr.merged');
    expect(await page.inputValue('input[type="search"]')).toBe('a');
  });

  test('a feed that falls silent is told within five seconds, and no figure keeps its colour', async () => {
    await open();
    await page.waitForSelector(`${row('billing')}[data-status="alert"]`);
    gateway.mute = true;
    const silentMs = Date.now();
    await page.waitForSelector('.banner[data-level="alert"]');
    expect(Date.now() - silentMs).toBeLessThan(6_000);
    expect(await textOf('.state')).toBe('Stale');
    await page.waitForSelector(`${row('billing')}[data-status="none"]`);
  });
});

describe('why is it red?', () => {
  beforeEach(async () => {
    await open();
    await page.click(figure('billing', 'service_level_live'));
    await page.waitForSelector('dialog[open] .formula');
  });

  test('says the formula in words, the window, who counted how, and what to do', async () => {
    expect(await textOf('.formula')).toBe(
      '(37 answered in time) / (55 answered + 6 abandoned − 1 short abandons + 4 waiting too long now) = 58.0 %',
    );
    expect(await textOf('.why-body .hint')).toMatch(
      /Short abandons left out · from .* · n = 64 · configuration abc123/,
    );
    expect(await textOf('.why-body .advice')).toContain('Answer the next 71 within 20 s to be back at 80%.');
    expect(await textOf('.behind tbody')).toContain('waiting beyond the threshold');
    expect(await textOf('.in-force')).toContain('58.0 %');
    await page.click('[data-effect="against"]');
    await page.waitForFunction(
      () => document.querySelector('[data-effect="against"]')?.getAttribute('aria-pressed') === 'true',
    );
    await expect.poll(() => gateway.asked.some((path) => path.includes('effect=against'))).toBe(true);
  });

  test('a hypothesis stands beside the real figures, and is called one', async () => {
    await page.click('.what-if summary');
    await page.fill('.what-if input >> nth=0', '60');
    await page.click('.what-if .primary');
    await page.waitForSelector('.hypothesis .loud');
    expect(await textOf('.loud')).toBe('HYPOTHESIS');
    expect((await textOf('.hypothesis tbody tr:last-child')).replace(/ /g, '')).toContain(
      '58.0%(n=64)81.0%(n=63)',
    );
    expect(
      gateway.asked.some((path) => path.includes('/what-if?window=30m&channel=voice&threshold=60')),
    ).toBe(true);
  });
});

test('one queue shows its day, who waits, its agents, what ended and what was corrected', async () => {
  await open('?queue=billing&channel=voice', LAPTOP, '.queue .tile');
  await page.waitForSelector('.uplot canvas');
  await expect.poll(() => textOf('[data-list="waiting"] tbody')).toContain('call-3');
  expect(await textOf('[data-list="waiting"] tbody tr:first-child')).toMatch(
    /waiting.*03:0\d02:4\d too long/,
  );
  expect(await page.$$eval('[data-list="waiting"] tbody tr', (rows) => rows.length)).toBe(2);
  await expect
    .poll(() =>
      page.$$eval('[data-list="agents"] tbody th', (cells) => cells.map((cell) => cell.textContent)),
    )
    .toEqual(['Bob', 'Ada']);
  expect(await textOf('[data-list="agents"] tbody')).toContain('Pausedlunch');
  await expect.poll(() => textOf('[data-list="outcomes"] tbody')).toContain('call-2');
  await expect.poll(() => textOf('[data-list="queue-corrections"] tbody')).toContain('62.0 % → 60.0 %');
  await page.click('summary');
  expect(await page.$$eval('[data-list="quarters"] tbody tr', (rows) => rows.length)).toBe(16);
});

test('alarms stand with those that need somebody first, are acknowledged, and tell when they would have been up', async () => {
  await open('?view=alarms', LAPTOP, '[data-list="alarms"] tbody tr');
  expect(
    await page.$$eval('[data-list="alarms"] tbody th .value', (cells) =>
      cells.map((cell) => cell.textContent),
    ),
  ).toEqual(['sl', 'calm']);
  const first = '[data-list="alarms"] tbody tr:first-child';
  expect(await textOf(first)).toMatch(
    /^slService level, last 30 minCritical.*Facturation58.0 %warns at 80.0 %, critical at 70.0 %/,
  );
  await page.click(`${first} button:has-text("Acknowledge")`);
  await expect.poll(() => gateway.asked).toContain('/v1/alarms/sl%3Abilling/acknowledge');
  await page.click(`${first} button:has-text("Last day")`);
  await page.waitForSelector('[data-list="episodes"] tbody tr');
  expect(await textOf('[data-list="episodes"] tbody')).toContain('41.0 %');
});

test('health shows sources, gaps and frozen screens before a customer does', async () => {
  await open('?view=health', LAPTOP, '[data-list="screens"] tbody tr');
  expect(await textOf('[data-list="screens"] tbody')).toMatch(/^Hallfrozen since .*Sales$/);
  expect(await textOf('[data-list="sources"] tbody')).toContain('silent');
  expect(await textOf('[data-list="accounts"] tbody')).toContain('4,120');
});

test('a past minute is shown as past, with the figures of then', async () => {
  await open();
  const then = { value: 0.31, n: 12, target: 0.8, status: 'alert' };
  gateway.answer = (url) =>
    url.pathname === '/v1/snapshot'
      ? {
          ...{
            centre: 'default',
            asOf: url.searchParams.get('at'),
            watermark: null,
            state: 'live',
            configVersion: 'v',
          },
          rows: [
            {
              queue: 'billing',
              channel: 'voice',
              window: '30m',
              state: 'live',
              kpis: { service_level_live: then },
            },
          ],
        }
      : deskAnswers(url);
  await page.click('.steps button:first-child');
  await page.waitForSelector('html[data-past]');
  await expect.poll(() => textOf(`${figure('billing', 'service_level_live')} .value`)).toBe('31%');
  expect(await textOf('.banner')).toMatch(/^PAST: .* as known now$/);
  expect(new URL(page.url()).searchParams.get('at')).toMatch(/:00\.000Z$/);
  await page.click(figure('billing', 'service_level_live'));
  await page.waitForSelector('dialog[open] .formula');
  expect(gateway.asked.filter((path) => path.includes('/explain')).at(-1)).toContain('at=');
  await page.keyboard.press('Escape');
  await page.click('.steps .live');
  await expect.poll(() => textOf(`${figure('billing', 'service_level_live')} .value`)).toBe('58%');
  expect(await page.getAttribute('html', 'data-past')).toBeNull();
});

test('of a day whose minutes are gone the quarter hour is shown, and said to be one', async () => {
  gateway.answer = (url) =>
    url.pathname === '/v1/snapshot'
      ? { status: 400, title: 'Bad Request', detail: 'at: out of reach', parameter: 'at' }
      : deskAnswers(url);
  const at = new Date(Date.now() - 3_600_000).toISOString();
  await open(`?at=${at}`, LAPTOP, 'tbody th a');
  expect(await textOf('.banner')).toMatch(/^PAST: the quarter hour from .* to \d\d:\d\d/);
});

test('a centre that asks for a key gets one, and a ticket for its feed', async () => {
  gateway.key = 'secret';
  await open('', LAPTOP, 'dialog.key[open]');
  expect(await textOf('dialog.key')).toContain('This centre asks for a key');
  await page.fill('dialog.key input', 'secret');
  await page.click('dialog.key button');
  await page.waitForSelector('tbody tr');
  expect(gateway.asked).toContain('/v1/tickets');
  expect(page.url()).not.toContain('secret');
  await page.goto(`${gateway.url}wall`);
  await page.waitForSelector('.tile[data-rung="fresh"]');
  await page.evaluate(() => sessionStorage.clear());
  await page.goto(`${gateway.url}wall#key=wrong`);
  await page.reload();
  await page.waitForSelector('dialog[open] [role="alert"]:not(:empty)');
});

describe('for everybody', () => {
  test.each(['light', 'dark'])('axe-core finds no barrier on any page of the %s theme', async (theme) => {
    const found: Record<string, string[]> = {};
    const look = async (name: string): Promise<void> => {
      found[name] = await barriers();
    };
    await open(`?theme=${theme}&group=team`);
    await page.waitForSelector('text=Facturation');
    await look('queues');
    await page.click(figure('billing', 'service_level_live'));
    await page.waitForSelector('dialog[open] .formula');
    await page.click('.what-if summary');
    await page.fill('.what-if input >> nth=0', '60');
    await page.click('.what-if .primary');
    await page.waitForSelector('.hypothesis .loud');
    await look('why');
    await page.keyboard.press('Escape');
    for (const [name, ready] of [
      ['queue=billing&channel=voice', '[data-list="waiting"] tbody tr'],
      ['view=health', '[data-list="sources"] tbody tr'],
      ['view=corrections', '[data-list="corrections"] tbody tr'],
      ['view=alarms', '[data-list="alarms"] tbody tr'],
    ] as const) {
      await page.goto(`${gateway.url}desk?${name}`);
      await page.waitForSelector(ready);
      await look(name);
    }
    expect(Object.fromEntries(Object.entries(found).filter(([, list]) => list.length > 0))).toEqual({});
  });

  test('the keyboard alone opens a queue, explains a figure, and comes back', async () => {
    await open();
    await page.waitForSelector('text=Facturation');
    const focusOn = async (selector: string): Promise<void> => {
      for (let presses = 0; presses < 80; presses += 1) {
        await page.keyboard.press('Tab');
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) === true, selector))
          return;
      }
      expect.unreachable(`${selector} is never focused`);
    };
    await focusOn('.skip');
    await focusOn(figure('billing', 'service_level_live').replace(/^tbody tr:has\([^)]*\) /, ''));
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open] .formula');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog.why-dialog:not([open])', { state: 'attached' });
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('why');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.queue h1');
    await page.waitForFunction(() => document.activeElement?.tagName === 'H1');
    await focusOn('.queue .tile');
    await page.keyboard.press('Enter');
    await page.waitForSelector('dialog[open]');
  });

  test('in the hand no page needs sideways scrolling', async () => {
    await open('?lang=fr', PHONE);
    const width = (): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth);
    expect(await width()).toBeLessThanOrEqual(360);
    await page.click(figure('billing', 'service_level_live'));
    await page.waitForSelector('dialog[open] .formula');
    expect(await width()).toBeLessThanOrEqual(360);
    for (const [address, ready] of [
      ['?queue=billing&channel=voice', '[data-list="waiting"] tbody tr'],
      ['?view=health', '[data-list="sources"] tbody tr'],
      ['?view=corrections', '[data-list="corrections"] tbody tr'],
      ['?view=alarms', '[data-list="alarms"] tbody tr'],
    ] as const) {
      await page.goto(`${gateway.url}desk${address}`);
      await page.waitForSelector(ready);
      expect(await width(), address).toBeLessThanOrEqual(360);
    }
  });

  test('French throughout, numbers and reasons too', async () => {
    await open('?lang=fr');
    await page.waitForSelector('text=Facturation');
    expect(await page.getAttribute('html', 'lang')).toBe('fr');
    expect(await textOf(`${row('billing')} .chip`)).toBe('Agir');
    expect(await textOf(`${figure('billing', 'abandonment_rate')} .value`)).toBe('8,3 %');
    await page.click(figure('billing', 'service_level_live'));
    await page.waitForSelector('dialog[open] .formula');
    expect(await textOf('.formula')).toContain('37 décrochés à temps');
    expect(await textOf('.behind tbody')).toContain('attend au-delà du délai');
    await page.keyboard.press('Escape');
    await page.selectOption('.settings select >> nth=0', 'en');
    await expect.poll(() => textOf(`${row('billing')} .chip`)).toBe('Act');
    expect(await textOf('nav')).toContain('Queues');
  });

  test.each([
    ['the desk', 'desk', 100_000],
    ['the wall', 'wall', 60_000],
  ])('%s, at /%s, weighs less than %i bytes gzipped', async (_, address, most) => {
    await open();
    await page.goto(gateway.url + address);
    await page.waitForSelector('tbody tr');
    const loaded = await page.evaluate(() =>
      performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
    );
    const assets = loaded.filter((path) => path.includes('/assets/'));
    const sizes = assets.map((path) => gzipSync(readFileSync(`${ROOT}dist${path}`)).length);
    expect(assets.length).toBeGreaterThan(1);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(most);
  });
});
