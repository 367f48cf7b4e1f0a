/** CPU of ingest an event, posted as NDJSON in batches of a hundred, against a bare `JSON.parse` of the same lines. */
import { join } from 'node:path';

import { temporaryDirectory, waitFor } from '@vigie/testkit';

import { cpuMsOf } from './process-figures.mjs';
import { startProcess, startServers } from './servers.mjs';
import { chunks, eventsInOrder } from './traffic.mjs';

const EVENTS = 60_000;
const BATCH = 100;
const CONNECTIONS = 4;
const SPAN_MS = 15 * 60_000;
const NDJSON = { 'content-type': 'application/x-ndjson' };

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function ingest({ rounds, scale, say }) {
  const servers = await startServers();
  try {
    const count = Math.floor(EVENTS * scale);
    const options = { queues: 100, startMs: Date.now() - SPAN_MS, spanMs: SPAN_MS, ingested: false };
    const events = eventsInOrder(options, count);
    const lines = events.map(({ line }) => line);
    const bodies = [...chunks(lines, BATCH)].map((some) => some.join('\n'));
    const data = join(await temporaryDirectory('bench'), 'data');
    const places = [
      { name: 'embedded log', child: await startProcess('ingest', { data }, { VIGIE_LOG_LEVEL: 'warn' }) },
      { name: 'Kafka', child: await startProcess('ingest', { data: null }, servers.env) },
    ];
    const measured = places.map(() => []);
    // the first round is for the compiler
    for (let round = 0; round <= rounds; round++) {
      for (const [index, { child }] of places.entries()) {
        const parseUs = parseEach(lines);
        const costUs = await post(child, bodies, count);
        if (round > 0) measured[index].push({ costUs, ratio: parseUs / costUs, parseUs });
      }
      say(`round ${round}`);
    }
    await Promise.all(places.map(async ({ child }) => await child.stop(2000)));
    return {
      figures: places.flatMap(({ name }, index) => {
        const of = (pick) => measured[index].map(pick);
        return [
          {
            name: `bare JSON.parse / ingest, CPU an event (${name})`,
            rounds: of(({ ratio }) => ratio),
            unit: 'ratio',
            goal: { atLeast: 0.2 },
          },
          { name: `ingest (${name})`, rounds: of(({ costUs }) => costUs), unit: 'µs CPU/event' },
          { name: `bare JSON.parse`, rounds: of(({ parseUs }) => parseUs), unit: 'µs CPU/event' },
        ];
      }),
    };
  } finally {
    await servers.stop();
  }
}

/** Microseconds of CPU an event. */
function parseEach(lines) {
  const before = process.cpuUsage();
  for (const line of lines) JSON.parse(line);
  return process.cpuUsage(before).user / lines.length;
}

async function post(child, bodies, count) {
  const url = await waitFor(() => /\{"url":"(?<url>[^"]+)"\}/.exec(child.stdout())?.groups?.url, {
    what: 'ingest to listen',
    timeoutMs: 30_000,
    detail: child.log,
  });
  await waitFor(async () => (await fetch(`${url}/readyz`)).ok, {
    what: 'ingest to be ready',
    timeoutMs: 30_000,
    detail: child.log,
  });
  const before = cpuMsOf(child.pid);
  const left = [...bodies];
  const one = async () => {
    for (let body = left.pop(); body !== undefined; body = left.pop()) {
      const answer = await fetch(`${url}/v1/events`, { method: 'POST', headers: NDJSON, body });
      const { accepted } = await answer.json();
      if (answer.status !== 202 || accepted < 1) throw new Error(`ingest answered ${answer.status}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  return ((cpuMsOf(child.pid) - before) * 1000) / count;
}
