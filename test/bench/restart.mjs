/** How long `vigie start` takes to be ready on a data directory with many retained calls, and what memory it holds. */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

import { openEmbedded } from '@vigie/embedded';
import { makeCommit, restoreCheckpoint } from '@vigie/engine';
import { temporaryDirectory, waitFor } from '@vigie/testkit';

import { anonymousMbOf, cpuMsOf } from './process-figures.mjs';
import { newProcessor, recordsOf, RETAINED_CALLS, SPREADS } from './retained.mjs';
import { startVigie } from './servers.mjs';

const PAGES = 256;
const APPEND_RECORDS = 500;
const LOG = { retentionMs: 35 * 86_400_000, maxLogBytes: 20 * 1024 ** 3, maxDeadLetters: 10_000 };
/** Memory is read so long after the process is ready: what was used only to start has been collected by then. */
const SETTLED_MS = 5000;

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function restart({ rounds, scale, say }) {
  const calls = Math.floor(RETAINED_CALLS * scale);
  const places = [{ name: 'nothing retained', directory: await emptyDirectory() }];
  for (const { name, spanMs } of SPREADS) {
    say(`writing ${calls} calls ${name}`);
    const directory = await emptyDirectory();
    await retain(directory, calls, spanMs);
    places.push({ name: `${calls} calls ${name}`, directory });
  }
  const measured = places.map(() => []);
  for (let round = 1; round <= rounds; round++) {
    for (const [index, { directory }] of places.entries())
      measured[index].push(await startOnce(directory, index === 0 ? 0 : calls));
    say(`round ${round}: ${measured.map((runs) => `${Math.round(runs.at(-1).restoredMs)} ms`).join(', ')}`);
  }
  const [empty, ...retained] = measured;
  return {
    figures: places
      .flatMap(({ name }, index) => {
        const of = (pick) => measured[index].map(pick);
        const goals = index === 0 ? [undefined, { atMost: 200 }] : [{ atMost: 3000 }, undefined];
        return [
          {
            name: `process start to ready and restored (${name})`,
            rounds: of(({ restoredMs }) => restoredMs),
            unit: 'ms',
            goal: goals[0],
          },
          {
            name: `process start to /readyz 200 (${name})`,
            rounds: of(({ readyMs }) => readyMs),
            unit: 'ms',
          },
          { name: `CPU until restored (${name})`, rounds: of(({ cpuMs }) => cpuMs), unit: 'ms' },
          {
            name: `anonymous memory (${name})`,
            rounds: of(({ memoryMb }) => memoryMb),
            unit: 'MB',
            goal: goals[1],
          },
        ];
      })
      .concat(
        retained.map((runs, index) => ({
          name: `process start to restored, ${SPREADS[index].name} / empty`,
          rounds: runs.map(({ restoredMs }, round) => restoredMs / empty[round].restoredMs),
          unit: 'ratio',
        })),
      ),
  };
}

/** One start of the service writes its configuration, as it would have been there before the first call. */
async function emptyDirectory() {
  const directory = join(await temporaryDirectory('bench'), 'data');
  await startOnce(directory);
  return directory;
}

/** `calls`: so many are known when the state is back, which readiness alone does not tell. */
async function startOnce(data, calls = 0) {
  const began = performance.now();
  const vigie = await startVigie(['start', '--data', data]);
  try {
    await waitFor(async () => (await fetch(`${vigie.url}/readyz`)).ok, {
      what: 'vigie to be ready',
      timeoutMs: 60_000,
      everyMs: 5,
      detail: vigie.log,
    });
    const readyMs = performance.now() - began;
    await waitFor(async () => (await entitiesOf(vigie.url)) >= calls, {
      what: `${calls} calls to be known again`,
      timeoutMs: 60_000,
      everyMs: 5,
    });
    const restoredMs = performance.now() - began;
    const cpuMs = cpuMsOf(vigie.pid);
    await delay(SETTLED_MS);
    return { readyMs, restoredMs, cpuMs, memoryMb: anonymousMbOf(vigie.pid) };
  } finally {
    await vigie.stop();
  }
}

async function entitiesOf(url) {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^vigie_entities\{[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0);
}

/** Appends the calls to the log, and a checkpoint that has them all, as the aggregator leaves them. */
async function retain(directory, contacts, spanMs) {
  const embedded = await openEmbedded(directory, LOG);
  try {
    const { checkpoints, log } = embedded;
    const processor = newProcessor(Date.now());
    let seq = restoreCheckpoint(processor, await checkpoints.load(0));
    const epoch = await checkpoints.acquire(0, { url: 'http://127.0.0.1' });
    const nowMs = Date.now();
    let pending = [];
    const append = async () => {
      await log.append(pending.map((value) => ({ key: 'default', value })));
      pending = [];
    };
    let offset = (await log.bounds(0)).end;
    for (const value of recordsOf({ contacts, nowMs, spanMs })) {
      pending.push(value);
      processor.applyRecord({ offset: offset++, key: 'default', value });
      if (pending.length === APPEND_RECORDS) await append();
    }
    await append();
    processor.advance(nowMs);
    for (let page = 0; page < PAGES; page++) {
      const result = await checkpoints.commit(0, epoch, makeCommit(processor, ++seq));
      if (result !== 'committed') throw new Error(`the checkpoint was ${result}`);
    }
  } finally {
    await embedded.close();
  }
}
