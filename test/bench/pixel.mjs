/** From the post of an event until a wall has painted its figure, at a thousand events a second. */
import { join } from 'node:path';

import { temporaryDirectory, waitFor } from '@vigie/testkit';

import { percentile } from './numbers.mjs';
import { startVigie } from './servers.mjs';
import { EVENTS_A_SECOND, markerLine, postEvents, postSteadily } from './steady-traffic.mjs';
import { openWall } from './wall-page.mjs';

const SECONDS = 60;
const QUEUE = 'marker';
/** Markers come at no fixed place in the half second of a repaint. */
const MARKER_EVERY_MS = 730;

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function pixel({ rounds, scale, say }) {
  const measured = [];
  for (let round = 1; round <= rounds; round++) {
    const vigie = await startVigie(['start', '--data', join(await temporaryDirectory('bench'), 'data')]);
    try {
      await vigie.ready();
      measured.push(await observe(vigie.url, SECONDS * scale));
    } finally {
      await vigie.stop();
    }
    const { samples, inPage } = measured.at(-1);
    const p95 = (values) => Math.round(percentile(values, 0.95));
    say(`round ${round}: p95 ${p95(samples)} ms, of the page alone ${p95(inPage)} ms`);
  }
  const at = (share, of = ({ samples }) => samples) => measured.map((run) => percentile(of(run), share));
  const inPage = (share) => at(share, (run) => run.inPage);
  return {
    figures: [
      { name: 'event to pixel p50', rounds: at(0.5), unit: 'ms' },
      { name: 'event to pixel p95', rounds: at(0.95), unit: 'ms', goal: { atMost: 500 } },
      { name: 'event to pixel p99', rounds: at(0.99), unit: 'ms' },
      { name: 'of that, from the message in the browser on, p50', rounds: inPage(0.5), unit: 'ms' },
      { name: 'the same, p95', rounds: inPage(0.95), unit: 'ms' },
    ],
    notes: [
      `${EVENTS_A_SECOND} events/s in one process, ${measured[0].samples.length} markers a run; ${measured.reduce((sum, { refused }) => sum + refused, 0)} posts refused.`,
    ],
  };
}

/** Each marker is one contact more that waits: the tile shows their number. */
async function observe(url, seconds) {
  const markers = Math.floor((seconds * 1000) / MARKER_EVERY_MS);
  const lineOf = (index, timeMs) => markerLine({ id: `marker-${index}`, queue: QUEUE, timeMs });
  await postEvents(url, lineOf('first', Date.now()));
  const page = await openWall(`${url}/wall?queue=${QUEUE}&window=5m&distance=3&diagonal=65`);
  try {
    const postedMs = [];
    const refused = await postSteadily({
      ...{ ingestUrl: url, seconds, markers },
      markerAt: (index) => index * MARKER_EVERY_MS,
      onMarker(index, nowMs) {
        postedMs.push(Date.now());
        return lineOf(index, nowMs);
      },
    });
    // traffic may end before the last of them was due; the first contact was there before
    const last = String(postedMs.length + 1);
    const shown = await waitFor(
      async () => {
        const all = await page.shown();
        return all.at(-1)?.text === last && all;
      },
      { what: 'the last marker to be painted', timeoutMs: 30_000 },
    );
    const told = await page.told();
    const since = (list, index) => list.find(({ text }) => Number(text) >= index + 2).atMs;
    return {
      refused,
      samples: postedMs.map((atMs, index) => since(shown, index) - atMs),
      inPage: postedMs.map((_, index) => since(shown, index) - since(told, index)),
    };
  } finally {
    await page.close();
  }
}
