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
const SUBSCRIPTION = { windows: ['30m'], queues: ['*'] };

/** What moves each time, and how each size is called. */
const SIZES = [
  { what: 'next', name: '', everyMs: 50 },
  { what: 'busy', name: ', busy centre', everyMs: 250 },
];

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function broadcast({ rounds, scale, say }) {
  const program = await compiled();
  const gateway = await startWorker('gateway');
  const viewers = await startWorker('viewers');
  try {
    const { url } = await gateway.call('open', { queues: 20, windows: ['30m'] });
    const sizes = [];
    for (const size of SIZES) sizes.push({ ...size, message: await oneDelta(url, gateway, size.what) });
    await viewers.call('connect', { url, count: VIEWERS, subscription: SUBSCRIPTION });
    const figures = [];
    const notes = [];
    for (const { what, name, everyMs, message } of sizes) {
      const bytes = Buffer.byteLength(message) + 4;
      const place = { gateway, viewers, program };
      const pace = { frames: Math.floor(FRAMES * scale), everyMs };
      const measured = [];
      // the first round is for the compiler
      for (let round = 0; round <= rounds; round++) {
        const sent = await oneRound(place, { what, message, bytes, pace });
        say(`round ${round}${name}: ${JSON.stringify(sent)}`);
        if (round > 0) measured.push(sent);
      }
      figures.push(...figuresOf(measured, name, program !== null));
      notes.push(`${VIEWERS} viewers, frames of ${bytes} bytes every ${everyMs} ms${name}.`);
    }
    if (program === null) notes.push('No C compiler: the floor is a loop of net.Socket.write in Node.');
    return { figures, notes };
  } finally {
    await viewers.stop();
    await gateway.stop();
  }
}

/** Each way once, µs of CPU a message that arrived. */
async function oneRound({ gateway, viewers, program }, { what, message, bytes, pace }) {
  const told = async () => {
    const { delta, heartbeat } = await viewers.call('counts');
    return { delta, all: delta + heartbeat };
  };
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
  const ours = await costOf('broadcast', { what });
  const naive = await costOf('naive', { message });
  const bare = await costOf('bare', { bytes });
  const sent = pace.frames * VIEWERS;
  const floor =
    program === null ? bare : (await gateway.call('floor', { ...pace, program, bytes })).cpuUs / sent;
  const { connected } = await viewers.call('counts');
  if (connected !== VIEWERS) throw new Error(`${connected} of ${VIEWERS} viewers are left`);
  return { ours, naive, bare, floor };
}

/** @returns {import('./report.mjs').Report['figures']} */
function figuresOf(measured, name, isFloorOfC) {
  const ratio = (text, pick) => ({
    name: `${text}${name}, CPU a message`,
    rounds: measured.map(pick),
    unit: 'ratio',
  });
  return [
    {
      ...ratio(
        `broadcast / ${isFloorOfC ? 'C loop of send()' : 'bare socket.write'}`,
        ({ ours, floor }) => ours / floor,
      ),
      goal: { atMost: 1.6 },
    },
    {
      ...ratio('broadcast / stringify and send for each', ({ ours, naive }) => ours / naive),
      goal: { atMost: 0.45 },
    },
    ratio('C loop of send() / stringify and send for each', ({ floor, naive }) => floor / naive),
    ratio('broadcast / bare socket.write of the same frame', ({ ours, bare }) => ours / bare),
    ratio('bare socket.write / stringify and send for each', ({ bare, naive }) => bare / naive),
    ...['ours', 'bare', 'floor', 'naive'].map((way) => ({
      name: `${NAMES[way]}${name}`,
      rounds: measured.map((sent) => sent[way]),
      unit: 'µs CPU/message',
    })),
  ];
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
async function oneDelta(url, gateway, what) {
  let delta;
  const viewer = follow(url, SUBSCRIPTION, (message) => {
    if (message.op === 'delta') delta ??= message;
  });
  await waitFor(
    async () => {
      await gateway.call('broadcast', { frames: 1, everyMs: 0, what });
      return delta !== undefined;
    },
    { what: 'one update', timeoutMs: 10_000, everyMs: 50 },
  );
  viewer.close();
  return JSON.stringify(delta);
}
