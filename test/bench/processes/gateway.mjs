/** A gateway alone, on a feed of made-up figures, that measures itself while it is told to publish. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

import { openEmbedded } from '@vigie/embedded';
import { start } from '@vigie/gateway';
import { createServiceContext, loadConfiguration } from '@vigie/service-kit';
import { Sender } from 'ws';

import { anonymousMbOf } from '../process-figures.mjs';
import { percentile } from '../numbers.mjs';
import { madeUpFeed } from '../made-up-feed.mjs';
import { serveTasks } from '../worker.mjs';

const LOG = { retentionMs: 86_400_000, maxLogBytes: 1024 ** 3, maxDeadLetters: 10 };
/** How often the loop is asked whether it turns. */
const STALL_GRAIN_MS = 10;
/** What a frame makes the gateway do is done by then. */
const SETTLED_MS = 100;

/** Sockets of the WebSocket clients that are connected. @type {Set<import('node:net').Socket>} */
const sockets = new Set();
let context;
let feed;
let madeUp;
let watch;

const owners = { ask: () => Promise.reject(new Error('there is no owner')) };

/** Publishes so many frames; resolves when the last was handed on. */
const publish = async (frames, everyMs, what = 'next') =>
  await paced(frames, everyMs, async () => await feed.publish(madeUp[what]()));

/** Does something so many times, at its pace or as fast as it can. */
async function paced(times, everyMs, act) {
  const beganAt = performance.now();
  for (let index = 1; index <= times; index++) {
    await act(index);
    await delay(Math.max(0, beganAt + index * everyMs - performance.now()));
  }
}

/** A text frame of so many bytes in all, that viewers count as that kind of message. */
function textFrame(bytes, op) {
  const frame = Buffer.alloc(bytes, ' ');
  frame.set([0x81, 126]);
  frame.writeUInt16BE(bytes - 4, 2);
  frame.write(`{"op":"${op}"}`, 4);
  return frame;
}

/** CPU of this process while something is done, µs. */
async function cpuOf(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/**
 * Looks at every turn of the loop until it is ended: the longest time without one, ms of CPU. That of threads that help
 * to collect garbage meanwhile counts too.
 */
function watchTurns() {
  let before = process.cpuUsage();
  let longestUs = 0;
  const turn = () => {
    const { user, system } = process.cpuUsage(before);
    longestUs = Math.max(longestUs, user + system);
    before = process.cpuUsage();
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  return {
    end() {
      clearImmediate(next);
      return longestUs / 1000;
    },
  };
}

serveTasks({
  async open({ queues, windows }) {
    const loaded = await loadConfiguration({ env: process.env, flags: { port: 0 } });
    context = await createServiceContext({ name: 'vigie-gateway', loaded });
    ({ feed } = await openEmbedded('data', LOG));
    madeUp = madeUpFeed({ queues, windows });
    await feed.publish(madeUp.first());
    await start(context, { feed, owners });
    context.http.server.on('upgrade', (_request, socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    await context.serve();
    return { url: context.url };
  },

  /** What the gateway does for its viewers. `what` moves each time: a frame of the made-up feed. */
  async broadcast({ frames, everyMs, what }) {
    return { cpuUs: await cpuOf(async () => await publish(frames, everyMs, what)) };
  },

  /** What a program does that writes its message anew for each client. */
  async naive({ frames, everyMs, message }) {
    const senders = [...sockets].map((socket) => new Sender(socket));
    const options = { fin: true, mask: false, binary: false, compress: false };
    const told = JSON.parse(message);
    const round = (seq) => {
      const said = { ...told, seq };
      for (const sender of senders) sender.send(JSON.stringify(said), options);
    };
    return { cpuUs: await cpuOf(async () => await paced(frames, everyMs, round)) };
  },

  /** One frame written to each socket: the least that a program on Node can do. */
  async bare({ frames, everyMs, bytes }) {
    const handed = [...sockets];
    const frame = textFrame(bytes, 'delta');
    const round = () => handed.forEach((socket) => socket.write(frame));
    return { cpuUs: await cpuOf(async () => await paced(frames, everyMs, round)) };
  },

  /** A C program's loop of bare `send()` on the same sockets. */
  async floor({ program, frames, everyMs, bytes }) {
    const handed = [...sockets];
    const args = [handed.length, frames, bytes, everyMs * 1000].map(String);
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit', ...handed] });
    let text = '';
    child.stdout.on('data', (some) => (text += some));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`the loop of send() ended with ${code}`);
    // Node reads no more from a socket that a child was handed: without this, pongs are never seen and viewers are cut
    for (const socket of handed) socket.resume();
    return { cpuUs: Number(text) };
  },

  /**
   * While frames are published at a pace: for how long the event loop did not turn, and how much CPU was used from one
   * look to the next, which says the same of this process alone, however busy the machine is.
   */
  async stalls({ frames, everyMs }) {
    const late = [];
    const used = [];
    let lastAt = performance.now();
    let lastCpu = process.cpuUsage();
    const look = setInterval(() => {
      const { user, system } = process.cpuUsage(lastCpu);
      late.push(Math.max(0, performance.now() - lastAt - STALL_GRAIN_MS));
      used.push((user + system) / 1000);
      lastAt = performance.now();
      lastCpu = process.cpuUsage();
    }, STALL_GRAIN_MS);
    const beganAt = performance.now();
    const cpuUs = await cpuOf(async () => await publish(frames, everyMs));
    clearInterval(look);
    const cpuShare = cpuUs / 1000 / (performance.now() - beganAt);
    const p99 = (values) => percentile(values, 0.99);
    return { p99Ms: p99(late), mostMs: Math.max(...late), p99CpuMs: p99(used), cpuShare };
  },

  /** When what can be collected is. */
  async memory() {
    for (let times = 0; times < 3; times++) {
      globalThis.gc();
      await delay(SETTLED_MS);
    }
    return { mb: anonymousMbOf(process.pid) };
  },

  /** New values for everything; then the loop is watched until {@link watched}. */
  async moveAndWatch() {
    await feed.publish(madeUp.all());
    await delay(SETTLED_MS);
    watch = watchTurns();
  },
  watched: () => watch.end(),
});
