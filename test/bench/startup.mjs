/** `npm start` from nothing: until the first figures of the demo, and what an idle service holds. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { temporaryDirectory } from '@vigie/testkit';

import { anonymousMbOf, cpuMsOf } from './process-figures.mjs';
import { startVigie } from './servers.mjs';
import { follow } from './live-client.mjs';

const IDLE_MS = 10_000;

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function startup({ rounds, say }) {
  const runs = [];
  for (let round = 1; round <= rounds; round++) {
    runs.push({ ...(await demo()), ...(await idle()) });
    say(`round ${round}: ${Math.round(runs.at(-1).countedMs)} ms`);
  }
  const of = (pick) => runs.map(pick);
  return {
    figures: [
      { name: 'vigie start --demo: first rows', rounds: of(({ rowsMs }) => rowsMs), unit: 'ms' },
      {
        name: 'vigie start --demo: first counted contacts',
        rounds: of(({ countedMs }) => countedMs),
        unit: 'ms',
        goal: { atMost: 10_000 },
      },
      {
        name: 'vigie start, idle: anonymous memory',
        rounds: of(({ memoryMb }) => memoryMb),
        unit: 'MB',
        goal: { atMost: 200 },
      },
      { name: 'vigie start, idle: CPU', rounds: of(({ cpuShare }) => cpuShare * 100), unit: '% of a core' },
    ],
  };
}

async function demo() {
  const began = performance.now();
  const data = join(await temporaryDirectory('bench'), 'data');
  const vigie = await startVigie(['start', '--demo', '--data', data]);
  try {
    let rowsMs;
    const countedMs = await new Promise((resolve, reject) => {
      void vigie.exited.then(() => reject(new Error(`vigie ended:\n${vigie.log()}`)));
      const feed = follow(vigie.url, { kpis: ['offered'], windows: ['60m'] }, (message) => {
        if (message.rows.length > 0) rowsMs ??= performance.now() - began;
        if (!message.rows.some(({ kpis }) => (kpis.offered?.value ?? 0) > 0)) return;
        feed.close();
        resolve(performance.now() - began);
      });
    });
    return { rowsMs, countedMs };
  } finally {
    await vigie.stop();
  }
}

async function idle() {
  const vigie = await startVigie(['start', '--data', join(await temporaryDirectory('bench'), 'data')]);
  try {
    await vigie.ready();
    const cpuMs = cpuMsOf(vigie.pid);
    await delay(IDLE_MS);
    return { memoryMb: anonymousMbOf(vigie.pid), cpuShare: (cpuMsOf(vigie.pid) - cpuMs) / IDLE_MS };
  } finally {
    await vigie.stop();
  }
}
