/**
 * What one message to one viewer costs, against a C loop of bare `send()`, a loop of bare `socket.write` and the naive way,
 * on the same sockets with the same readers.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { temporaryDirectory, waitFor } from '@vigie/testkit';

import { follow } from './live-client.mjs';
import { startWorker } from './worker.mjs';

const VIEWERS = 1000;
const FRAMES = 100;
const EVERY_MS = 50;
const SUBSCRIPTION = { windows: ['30m'], queues: ['*'] };

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function broadcast({ rounds, scale, say }) {
  const frames = Math.floor(FRAMES * scale);
  const program = await compiled();
  const gateway = await startWorker('gateway');
  const viewers = await startWorker('viewers');
  try {
    const { url } = await gateway.call('open', { queues: 20, windows: ['30m'] });
    const message = await oneDelta(url, gateway);
    await viewers.call('connect', { url, count: VIEWERS, subscription: SUBSCRIPTION });
    const pace = { frames, everyMs: EVERY_MS };
    const bytes = Buffer.byteLength(message) + 4;
    const told = async () => {
      const { delta, heartbeat } = await viewers.call('counts');
      return { delta, all: delta + heartbeat };
    };
    /** µs a message that arrived. */
    const costOf = async (task, argument) => {
      const before = await told();
      const { cpuUs } = await gateway.call(task, { ...pace, ...argument });
      // who reads too slowly is skipped: what has arrived is known when no more comes
      let after = before;
      const isOver = async () => {
        const last = after;
        after = await told();
        return after.delta > before.delta && after.delta === last.delta;
      };
      await waitFor(isOver, {
        what: 'the viewers to have read what they were told',
        timeoutMs: 60_000,
        everyMs: 300,
      });
      return cpuUs / (after.all - before.all);
    };
    const measured = [];
    // the first round is for the compiler
    for (let round = 0; round <= rounds; round++) {
      const ours = await costOf('broadcast');
      const naive = await costOf('naive', { message });
      const bare = await costOf('bare', { bytes });
      const floor =
        program === null
          ? bare
          : (await gateway.call('floor', { ...pace, program, bytes })).cpuUs / (frames * VIEWERS);
      const { connected } = await viewers.call('counts');
      if (connected !== VIEWERS) throw new Error(`${connected} of ${VIEWERS} viewers are left`);
      const sent = { ours, naive, bare, floor };
      say(`round ${round}: ${JSON.stringify(sent)}`);
      if (round > 0) measured.push(sent);
    }
    const of = (pick) => measured.map(pick);
    return {
      figures: [
        {
          name: `broadcast / ${program === null ? 'bare socket.write' : 'C loop of send()'}, CPU a message`,
          rounds: of(({ ours, floor }) => ours / floor),
          unit: 'ratio',
          goal: { atMost: 1.6 },
        },
        {
          name: 'broadcast / stringify and send for each, CPU a message',
          rounds: of(({ ours, naive }) => ours / naive),
          unit: 'ratio',
          goal: { atMost: 0.45 },
        },
        {
          name: 'broadcast / bare socket.write of the same frame, CPU a message',
          rounds: of(({ ours, bare }) => ours / bare),
          unit: 'ratio',
        },
        {
          name: 'bare socket.write / stringify and send for each, CPU a message',
          rounds: of(({ bare, naive }) => bare / naive),
          unit: 'ratio',
        },
        ...['ours', 'bare', 'floor', 'naive'].map((way) => ({
          name: NAMES[way],
          rounds: of((sent) => sent[way]),
          unit: 'µs CPU/message',
        })),
      ],
      notes: [
        `${VIEWERS} viewers, frames of ${bytes} bytes every ${EVERY_MS} ms.`,
        ...(program === null ? ['No C compiler: the floor is a loop of net.Socket.write in Node.'] : []),
      ],
    };
  } finally {
    await viewers.stop();
    await gateway.stop();
  }
}

const NAMES = {
  ours: 'broadcast',
  bare: 'bare socket.write',
  floor: 'floor',
  naive: 'stringify and send for each',
};

/** The loop of `send()`; `null` where there is no C compiler. */
async function compiled() {
  const program = join(await temporaryDirectory('bench'), 'send-floor');
  const source = fileURLToPath(new URL('send-floor.c', import.meta.url));
  try {
    await promisify(execFile)('cc', ['-O2', '-o', program, source]);
    return program;
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

/** What a viewer is told of one update. */
async function oneDelta(url, gateway) {
  let delta;
  const viewer = follow(url, SUBSCRIPTION, (message) => {
    if (message.op === 'delta') delta ??= message;
  });
  await waitFor(
    async () => {
      await gateway.call('broadcast', { frames: 1, everyMs: 0 });
      return delta !== undefined;
    },
    { what: 'one update', timeoutMs: 10_000, everyMs: 50 },
  );
  viewer.close();
  return JSON.stringify(delta);
}
