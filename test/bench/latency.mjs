/** From the post of an event until its figure is on a WebSocket, at a thousand events a second. */
import { join } from 'node:path';

import { temporaryDirectory, waitFor } from '@vigie/testkit';

import { follow } from './live-client.mjs';
import { percentile } from './numbers.mjs';
import { cpuMsOf } from './process-figures.mjs';
import { configurationFile, startServers, startVigie } from './servers.mjs';
import { EVENTS_A_SECOND, markerLine, postEvents, postSteadily } from './steady-traffic.mjs';

const SECONDS = 30;
const MARKER_EVERY_MS = 250;

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function latency({ rounds, scale, say }) {
  const ways = [
    { name: 'one process', open: embedded },
    { name: 'Kafka and Redis', open: distributed },
  ];
  const measured = ways.map(() => []);
  for (let round = 1; round <= rounds; round++) {
    for (const [index, { name, open }] of ways.entries()) {
      const place = await open();
      try {
        measured[index].push(await observe(place, SECONDS * scale));
      } finally {
        await place.stop();
      }
      say(`round ${round}, ${name}: p99 ${Math.round(percentile(measured[index].at(-1).samples, 0.99))} ms`);
    }
  }
  return {
    figures: ways.flatMap(({ name }, index) => {
      const at = (share) => measured[index].map(({ samples }) => percentile(samples, share));
      return [
        { name: `event to viewer p50 (${name})`, rounds: at(0.5), unit: 'ms' },
        { name: `event to viewer p95 (${name})`, rounds: at(0.95), unit: 'ms' },
        { name: `event to viewer p99 (${name})`, rounds: at(0.99), unit: 'ms', goal: { atMost: 500 } },
        ...Object.keys(measured[index][0].cpuShares).map((role) => ({
          name: `CPU at ${EVENTS_A_SECOND} events/s: ${role} (${name})`,
          rounds: measured[index].map(({ cpuShares }) => cpuShares[role] * 100),
          unit: '% of a core',
        })),
      ];
    }),
    notes: [
      `${measured[0][0].samples.length} markers a run; ${measured.flat().reduce((sum, { refused }) => sum + refused, 0)} posts refused.`,
    ],
  };
}

async function embedded() {
  const vigie = await startVigie(['start', '--data', join(await temporaryDirectory('bench'), 'data')]);
  await vigie.ready();
  return { ingestUrl: vigie.url, liveUrl: vigie.url, pids: { vigie: vigie.pid }, stop: vigie.stop };
}

async function distributed() {
  const servers = await startServers();
  const config = await configurationFile('kafka:\n  partitions: 1\n');
  const start = async (role) => await startVigie([role, '--config', config], servers.env);
  // ingest creates the topics
  const ingest = await start('ingest');
  await ingest.ready();
  const [aggregator, gateway] = await Promise.all([start('aggregator'), start('gateway')]);
  await aggregator.ready();
  await gateway.ready();
  return {
    ingestUrl: ingest.url,
    liveUrl: gateway.url,
    pids: { ingest: ingest.pid, aggregator: aggregator.pid, gateway: gateway.pid },
    async stop() {
      for (const process of [gateway, aggregator, ingest]) await process.stop();
      await servers.stop();
    },
  };
}

/** Posts the traffic at its pace, a marker in a queue of its own now and then, and waits for each to be seen. */
async function observe({ ingestUrl, liveUrl, pids }, seconds) {
  const markers = Math.floor((seconds * 1000) / MARKER_EVERY_MS);
  const postedAt = new Map();
  const samples = [];
  const lineOf = (name, timeMs) => markerLine({ id: name, queue: name, timeMs });
  // a first event makes the centre known to the gateway
  await postEvents(ingestUrl, lineOf('marker-first', Date.now()));
  const names = Array.from({ length: markers }, (_, index) => `marker-${index}`);
  const seen = (/** @type {{ rows: readonly any[] }} */ { rows }) => {
    for (const { queue, kpis } of rows) {
      if (kpis.waiting_now?.value !== 1 || !postedAt.has(queue)) continue;
      samples.push(performance.now() - postedAt.get(queue));
      postedAt.delete(queue);
    }
  };
  const viewer = follow(liveUrl, { queues: names, kpis: ['waiting_now'], windows: ['5m'] }, seen);
  let cpu;
  try {
    const refused = await postSteadily({
      ...{ ingestUrl, seconds, markers },
      markerAt: (index) => index * MARKER_EVERY_MS,
      onMarker(index, nowMs) {
        postedAt.set(names[index], performance.now());
        return lineOf(names[index], nowMs);
      },
      onWarm: () => (cpu = { at: performance.now(), used: cpuOf(pids) }),
    });
    const wallMs = performance.now() - cpu.at;
    const used = cpuOf(pids);
    const cpuShares = Object.fromEntries(
      Object.keys(pids).map((role) => [role, (used[role] - cpu.used[role]) / wallMs]),
    );
    await waitFor(() => postedAt.size === 0, { what: 'every marker to be seen', timeoutMs: 30_000 });
    return { samples, refused, cpuShares };
  } finally {
    viewer.close();
  }
}

const cpuOf = (pids) => Object.fromEntries(Object.entries(pids).map(([role, pid]) => [role, cpuMsOf(pid)]));
