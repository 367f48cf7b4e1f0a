/**
 * Makes the pictures of the documentation from the running product: `npm run build && node docs/screenshots.mjs`.
 * Starts the one-process service with simulated traffic on a free port, opens the wall and the desk in Chromium, and writes
 * how they look at that moment to `docs/images`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import {
  freePort,
  launchBrowser,
  repositoryRoot,
  spawnVigie,
  temporaryDirectory,
  waitFor,
} from '@vigie/testkit';

const HD = { width: 1920, height: 1080 };
const HAND = { width: 390, height: 844 };
/** Half the size of the screen: sharp enough for a page, a quarter of the bytes. */
const PAGE_SCALE = 1;

const LAPTOP = { width: 1280, height: 860 };
/** The wall with its figures, and the last hour beside the service level. */
const FRESH = '[data-tile="service_level"][data-rung="fresh"] .spark[data-shown]';
/** Of the row that needs somebody most. */
const WHY = 'tbody tr:first-child [data-kpi="service_level_live"] .why';

/** Each picture with the address that makes it, and what is done before it is taken. */
const PICTURES = [
  { file: 'wall.png', address: '?theme=light&lang=en&distance=1.5&diagonal=65', viewport: HD, ready: FRESH },
  {
    file: 'wall-dark-fr.png',
    address: '?theme=dark&lang=fr&distance=5&diagonal=65',
    viewport: HD,
    ready: FRESH,
  },
  { file: 'wall-hand.png', address: '?theme=light&lang=en', viewport: HAND, ready: FRESH },
  { file: 'desk.png', address: 'desk?theme=light&lang=en', viewport: LAPTOP, ready: '.spark-line[d^="M"]' },
  {
    file: 'desk-why.png',
    address: 'desk?theme=light&lang=en',
    viewport: LAPTOP,
    ready: WHY,
    act: async (page) => {
      await page.click(WHY);
      await page.waitForSelector('dialog[open] .formula');
      await page.click('.what-if summary');
      await page.fill('.what-if input >> nth=0', '45');
      await page.click('.what-if .primary');
      await page.waitForSelector('.hypothesis .loud');
      await page.click('.variants summary');
    },
  },
  {
    file: 'desk-queue-fr.png',
    address: 'desk?queue=support&channel=voice&theme=dark&lang=fr',
    viewport: { width: 1280, height: 1180 },
    ready: '[data-list="agents"] tbody tr',
    act: async (page) => page.waitForSelector('[data-list="outcomes"] tbody tr'),
  },
  {
    file: 'desk-past.png',
    address: 'desk?theme=light&lang=en',
    viewport: LAPTOP,
    ready: '.spark-line[d^="M"]',
    act: async (page) => {
      await page.click('.steps button:first-child');
      await page.waitForSelector('html[data-past]');
      await page.waitForSelector('tbody tr .chip .word:not(:empty)');
    },
  },
  {
    file: 'desk-hand.png',
    address: 'desk?theme=light&lang=en',
    viewport: HAND,
    ready: '.spark-line[d^="M"]',
  },
];

const images = join(repositoryRoot(), 'docs', 'images');
await mkdir(images, { recursive: true });
const port = await freePort();
const url = `http://127.0.0.1:${port}/`;
const data = await temporaryDirectory('screenshots');
const vigie = await spawnVigie(['start', '--demo', '--port', String(port), '--data', data]);
const browser = await launchBrowser();
try {
  await vigie.waitFor(`${url}readyz`);
  await waitFor(simulationHasCaughtUp, {
    what: 'the simulated past to be counted',
    timeoutMs: 60_000,
    everyMs: 500,
  });
  await waitFor(statusesHold, {
    what: 'statuses, which show after they held',
    timeoutMs: 60_000,
    everyMs: 500,
  });
  for (const { file, address, viewport, ready, act = async () => undefined } of PICTURES) {
    const context = await browser.newContext({
      viewport,
      deviceScaleFactor: PAGE_SCALE,
      locale: 'en-GB',
      timezoneId: 'Europe/Paris',
    });
    const page = await context.newPage();
    await page.goto(url + address);
    await page.waitForSelector(ready, { state: 'attached' });
    await waitFor(async () => (await page.textContent('#app'))?.includes('Support'), {
      what: 'the names of queues',
    });
    await act(page);
    await page.screenshot({ animations: 'disabled', path: join(images, file) });
    await context.close();
    console.log(`docs/images/${file}`);
  }
} finally {
  await browser.close();
  await vigie.stop();
}

/** The simulation begins with the last three quarters of an hour: figures stand still but for the clock once it has. */
async function simulationHasCaughtUp() {
  const answer = await fetch(`${url}v1/snapshot?window=30m&queue=_all&kpi=offered&kpi=longest_wait_now`);
  const { kpis } = (await answer.json()).rows[0];
  const applied = kpis.offered.value;
  if (applied > 100 && applied === simulationHasCaughtUp.before) return true;
  simulationHasCaughtUp.before = applied;
  return false;
}

/** A status shows after it held for a while. */
async function statusesHold() {
  const answer = await fetch(`${url}v1/snapshot?window=30m&queue=*&kpi=service_level_live`);
  const { rows } = await answer.json();
  return rows.filter(({ kpis }) => kpis.service_level_live.status !== 'none').length >= 4;
}
