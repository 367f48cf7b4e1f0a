/** Many viewers on one gateway: does its loop keep turning, what do those cost that do not read, how soon are all back? */
import { setTimeout as delay } from 'node:timers/promises';

import { waitFor } from '@vigie/testkit';

import { startWorker } from './worker.mjs';

const VIEWERS = 5000;
const UPDATES_A_SECOND = 4;
const SECONDS = 20;
const BACK_AT_ONCE = 2000;
const STUCK = 50;
const STUCK_UPDATES = 20_000;
const SUBSCRIPTION = { windows: ['30m'], queues: ['*'] };
const SIZE = { queues: 20, windows: ['30m'] };

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function clients({ rounds, scale, say }) {
  const runs = [];
  for (let round = 1; round <= rounds; round++) {
    const many = await withMany(scale);
    const back = await comingBack();
    const grownMb = await stuckReaders(scale);
    runs.push({ ...many, ...back, grownMb });
    say(`round ${round}: ${JSON.stringify(runs.at(-1))}`);
  }
  const of = (pick) => runs.map(pick);
  const at = `${VIEWERS.toLocaleString('en')} viewers, ${UPDATES_A_SECOND} updates/s`;
  return {
    figures: [
      { name: `${at}: loop stalls, p99`, rounds: of(({ p99Ms }) => p99Ms), unit: 'ms', goal: { atMost: 50 } },
      { name: `${at}: CPU between looks, p99`, rounds: of(({ p99CpuMs }) => p99CpuMs), unit: 'ms CPU' },
      { name: `${at}: longest stall`, rounds: of(({ mostMs }) => mostMs), unit: 'ms' },
      { name: `${at}: CPU`, rounds: of(({ cpuShare }) => cpuShare * 100), unit: '% of a core' },
      { name: `${at}: memory a viewer`, rounds: of(({ viewerKb }) => viewerKb), unit: 'KB' },
      {
        name: `${BACK_AT_ONCE.toLocaleString('en')} viewers come back at once: the last has its figures`,
        rounds: of(({ lastMs }) => lastMs),
        unit: 'ms',
        goal: { atMost: 8000 },
      },
      { name: 'half of them', rounds: of(({ medianMs }) => medianMs), unit: 'ms' },
      {
        name: `${STUCK} viewers that read nothing, ${STUCK_UPDATES.toLocaleString('en')} updates: memory`,
        rounds: of(({ grownMb }) => grownMb),
        unit: 'MB',
        goal: { atMost: 15 },
      },
    ],
  };
}

/** @param {(place: { gateway: import('./worker.mjs').Worker, viewers: import('./worker.mjs').Worker, url: string }) => Promise<any>} work */
async function withGateway(work) {
  const gateway = await startWorker('gateway', ['--expose-gc']);
  const viewers = await startWorker('viewers');
  try {
    const { url } = await gateway.call('open', SIZE);
    return await work({ gateway, viewers, url });
  } finally {
    await viewers.stop();
    await gateway.stop();
  }
}

const withMany = async (scale) =>
  await withGateway(async ({ gateway, viewers, url }) => {
    const everyMs = 1000 / UPDATES_A_SECOND;
    const frames = Math.ceil((SECONDS * scale * 1000) / everyMs);
    await gateway.call('broadcast', { frames: 40, everyMs: 5 });
    const before = await gateway.call('memory');
    await viewers.call('connect', { url, count: VIEWERS, subscription: SUBSCRIPTION });
    await gateway.call('broadcast', { frames: 20, everyMs });
    const stalls = await gateway.call('stalls', { frames, everyMs });
    const after = await gateway.call('memory');
    return { ...stalls, viewerKb: ((after.mb - before.mb) * 1024) / VIEWERS };
  });

const comingBack = async () =>
  await withGateway(async ({ gateway, viewers, url }) => {
    await viewers.call('connect', { url, count: BACK_AT_ONCE, subscription: SUBSCRIPTION });
    await gateway.call('broadcast', { frames: 20, everyMs: 50 });
    // the figures move on while they come
    const moving = gateway.call('broadcast', { frames: 40, everyMs: 250 });
    await delay(500);
    const times = await viewers.call('reconnect', { url, subscription: SUBSCRIPTION });
    await moving;
    return times;
  });

const stuckReaders = async (scale) =>
  await withGateway(async ({ gateway, viewers, url }) => {
    const frames = Math.floor(STUCK_UPDATES * scale);
    const updates = async () => {
      await gateway.call('broadcast', { frames, everyMs: 0 });
      return await gateway.call('memory');
    };
    await viewers.call('connect', { url, count: STUCK, subscription: SUBSCRIPTION });
    const before = await updates();
    await viewers.call('stick', { url, count: STUCK, subscription: SUBSCRIPTION });
    await waitFor(async () => (await viewers.call('counts')).connected === 2 * STUCK, {
      what: 'the stuck viewers to connect',
      timeoutMs: 10_000,
    });
    const after = await updates();
    const skipped = /^vigie_ws_skipped_total (?<count>\d+)/m.exec(
      await (await fetch(`${url}/metrics`)).text(),
    );
    if (!(Number(skipped?.groups.count) > frames))
      throw new Error(`${skipped?.groups.count} messages were skipped: the stuck viewers were not stuck`);
    return after.mb - before.mb;
  });
