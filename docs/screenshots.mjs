/**
 * Makes the pictures of the documentation from the running product: `npm run build && node docs/screenshots.mjs`.
 * Starts the one-process service with simulated traffic on a free port, opens the wall in Chromium, and writes
 * `docs/images/wall.png`, `wall-dark-fr.png` and `wall-hand.png`. The figures are those of the moment.
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

/** Each picture with the address that makes it. */
const PICTURES = [
  { file: 'wall.png', address: '?theme=light&lang=en&distance=1.5&diagonal=65', viewport: HD },
  { file: 'wall-dark-fr.png', address: '?theme=dark&lang=fr&distance=5&diagonal=65', viewport: HD },
  { file: 'wall-hand.png', address: '?theme=light&lang=en', viewport: HAND },
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
  for (const { file, address, viewport } of PICTURES) {
    const context = await browser.newContext({
      viewport,
      deviceScaleFactor: PAGE_SCALE,
      locale: 'en-GB',
      timezoneId: 'Europe/Paris',
    });
    const page = await context.newPage();
    await page.goto(url + address);
    await page.waitForSelector('[data-tile="waiting"][data-rung="fresh"]');
    await waitFor(async () => (await page.textContent('tbody'))?.includes('Support'), {
      what: 'the names of queues',
    });
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
