/** For how long a scrape of `/metrics` holds the event loop of a gateway that has many series. */
import { percentile } from './numbers.mjs';
import { startWorker } from './worker.mjs';

const SERIES = 20_000;
/** Queues that bring about as many: every KPI of the catalogue in two windows, with its sample size and status. */
const SIZE = { queues: 54, windows: ['30m', 'today'] };
const SCRAPES = 20;

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function scrape({ rounds, say }) {
  const gateway = await startWorker('gateway');
  try {
    const { url } = await gateway.call('open', SIZE);
    const scrapeOnce = async () => {
      await gateway.call('moveAndWatch');
      const text = await (await fetch(`${url}/metrics`)).text();
      const heldMs = await gateway.call('watched');
      return { heldMs, series: text.split('\n').filter((line) => /^[^#]/.test(line)).length };
    };
    for (let warm = 0; warm < SCRAPES; warm++) await scrapeOnce();
    const measured = [];
    let series = 0;
    for (let round = 1; round <= rounds; round++) {
      const held = [];
      for (let index = 0; index < SCRAPES; index++) {
        const one = await scrapeOnce();
        held.push(one.heldMs);
        ({ series } = one);
      }
      measured.push(held);
      say(`round ${round}: ${held.map((ms) => ms.toFixed(1)).join(', ')} ms CPU`);
    }
    if (series < SERIES) throw new Error(`there are ${series} series: expected at least ${SERIES}`);
    const name = `/metrics with ${series.toLocaleString('en')} series: longest time without a turn of the loop`;
    const at = (share) => measured.map((held) => percentile(held, share));
    return {
      figures: [
        { name: `${name}, p50`, rounds: at(0.5), unit: 'ms CPU', goal: { atMost: 10 } },
        { name: `${name}, p90`, rounds: at(0.9), unit: 'ms CPU' },
      ],
    };
  } finally {
    await gateway.stop();
  }
}
