/** The wall: what it weighs, how soon it shows figures, how often it repaints, and whether its memory stays as it is. */
import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

import { openWall } from './wall-page.mjs';
import { startWorker } from './worker.mjs';

const SIZE = { queues: 20, windows: ['30m'] };
const VISITS = 5;
const REPAINT_SECONDS = 20;
/** So many updates that ten minutes have as many as an hour at four a second. */
const BRIEF_SOAK = { seconds: 600, updatesASecond: 24 };
const UPDATES_A_SECOND = 4;
/** How often it is told how the heap stands. */
const LOOK_SECONDS = 300;
/** What is made once is made by then. */
const SETTLE_SECONDS = 60;

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function wall({ rounds, scale, soakMinutes, say }) {
  const pace =
    soakMinutes === null
      ? { ...BRIEF_SOAK, seconds: BRIEF_SOAK.seconds * scale }
      : { seconds: soakMinutes * 60, updatesASecond: UPDATES_A_SECOND };
  const gateway = await startWorker('gateway');
  try {
    const { url } = await gateway.call('open', SIZE);
    const wallUrl = `${url}/wall?distance=3&diagonal=65`;
    const weightKb = (await weightOf(wallUrl)) / 1000;
    const first = await firstFigures(gateway, wallUrl);
    say(`first figures after ${first.map(Math.round).join(', ')} ms`);
    const soaks = [];
    for (let round = 1; round <= rounds; round++) {
      soaks.push(await soak(gateway, wallUrl, pace, say));
      say(`round ${round}: ${JSON.stringify(soaks.at(-1))}`);
    }
    const of = (pick) => soaks.map(pick);
    const updates = Math.round(pace.seconds * pace.updatesASecond);
    return {
      figures: [
        { name: 'wall, gzipped', rounds: [weightKb], unit: 'kB', goal: { atMost: 150 } },
        { name: 'from the address to its first figures', rounds: first, unit: 'ms', goal: { atMost: 1000 } },
        {
          name: 'a figure that moves ten times a second is written',
          rounds: of(({ repaints }) => repaints.figure),
          unit: 'a second',
          goal: { atMost: 2 },
        },
        {
          name: 'the page of which all figures do',
          rounds: of(({ repaints }) => repaints.page),
          unit: 'a second',
        },
        {
          name: `heap after ${updates.toLocaleString('en')} updates / before`,
          rounds: of(({ afterMb, beforeMb }) => afterMb / beforeMb),
          unit: 'ratio',
          goal: { atMost: 1.1 },
        },
        { name: 'heap before', rounds: of(({ beforeMb }) => beforeMb), unit: 'MB' },
        { name: 'heap after', rounds: of(({ afterMb }) => afterMb), unit: 'MB' },
        { name: 'nodes of the document before', rounds: of(({ beforeNodes }) => beforeNodes), unit: '' },
        { name: 'nodes of the document after', rounds: of(({ afterNodes }) => afterNodes), unit: '' },
      ],
      notes: [
        `The soak lasts ${Math.round(pace.seconds)} s, with ${pace.updatesASecond} updates a second; garbage is collected before each look.`,
      ],
    };
  } finally {
    await gateway.stop();
  }
}

/** The page and all files that it names, gzipped. */
async function weightOf(url) {
  const read = async (address) => Buffer.from(await (await fetch(address)).arrayBuffer());
  const page = await read(url);
  const named = [...page.toString().matchAll(/(?:src|href)="(?<file>[^"#]+\.(?:js|css|svg))"/g)];
  const files = await Promise.all(named.map(({ groups }) => read(new URL(groups.file, url))));
  return [page, ...files].reduce((sum, file) => sum + gzipSync(file).length, 0);
}

/** Each visit is that of a browser that was never there. */
async function firstFigures(gateway, url) {
  const times = [];
  for (let visit = 0; visit < VISITS; visit++) {
    const moving = gateway.call('broadcast', { frames: 20, everyMs: 100 });
    const page = await openWall(url);
    times.push(page.firstFigureMs);
    await page.close();
    await moving;
  }
  return times;
}

async function soak(gateway, url, { seconds, updatesASecond }, say) {
  const page = await openWall(url);
  try {
    const settling = gateway.call('broadcast', { frames: SETTLE_SECONDS * 10, everyMs: 100, what: 'all' });
    await delay((SETTLE_SECONDS - REPAINT_SECONDS) * 1000);
    await page.repaints();
    await settling;
    const repaints = await page.repaints();
    const beforeMb = await page.heapMb();
    const beforeNodes = await page.nodes();
    for (let left = seconds; left > 0; left -= LOOK_SECONDS) {
      const frames = Math.round(Math.min(left, LOOK_SECONDS) * updatesASecond);
      await gateway.call('broadcast', { frames, everyMs: 1000 / updatesASecond });
      const [heapMb, nodes] = [await page.heapMb(), await page.nodes()];
      say(
        `${Math.round(seconds - Math.max(0, left - LOOK_SECONDS))} s: ${heapMb.toFixed(2)} MB, ${nodes} nodes`,
      );
    }
    const afterMb = await page.heapMb();
    return { repaints, beforeMb, afterMb, beforeNodes, afterNodes: await page.nodes() };
  } finally {
    await page.close();
  }
}
