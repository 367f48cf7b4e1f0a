/** What checkpoints cost an aggregator on Kafka and Redis: events per CPU-second with them, against without any. */
import { Redis } from 'ioredis';

import { fillTopic, runProcess, startServers } from './servers.mjs';
import { chunks, eventsInOrder, recordOf } from './traffic.mjs';

const EVENTS = 200_000;
const QUEUES = 100;
const EVENTS_A_RECORD = 20;
/** So much of the log warms the aggregator up before it is measured. */
const WARM_SHARE = 0.2;
const SPAN_MS = 15 * 60_000;

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function checkpoints({ rounds, scale, say }) {
  const count = Math.floor((EVENTS * scale) / EVENTS_A_RECORD) * EVENTS_A_RECORD;
  const servers = await startServers();
  try {
    const events = eventsInOrder({ queues: QUEUES, startMs: Date.now() - SPAN_MS, spanMs: SPAN_MS }, count);
    const records = [...chunks(events, EVENTS_A_RECORD)].map(recordOf);
    say(`${count} events into a topic`);
    await fillTopic(servers.client, 'vigie.events', records);
    const endOffset = records.length;
    const argument = { endOffset, warmOffset: Math.floor(endOffset * WARM_SHARE), profile: null };
    const rates = async (/** @type {boolean} */ commits) => {
      const redis = new Redis(servers.redisUrl);
      await redis.flushall();
      await redis.quit();
      const {
        startOffset,
        cpuMs,
        wallMs,
        commits: made,
      } = await runProcess('aggregator', { ...argument, commits }, servers.env);
      const rate = ((endOffset - startOffset) * EVENTS_A_RECORD * 1000) / cpuMs;
      return { rate, made: (made * 1000) / wallMs };
    };
    const measured = [];
    for (let round = 1; round <= rounds; round++) {
      // in turns, and who comes first changes: what else the machine does falls on both
      const first = await rates(round % 2 === 0);
      const second = await rates(round % 2 !== 0);
      const [on, off] = round % 2 === 0 ? [first, second] : [second, first];
      measured.push({ on: on.rate, off: off.rate, made: on.made });
      say(`round ${round}: ${(on.rate / off.rate).toFixed(3)}`);
    }
    return {
      figures: [
        {
          name: 'with checkpoints / without, events per CPU-second',
          rounds: measured.map(({ on, off }) => on / off),
          unit: 'ratio',
          goal: { atLeast: 0.95 },
        },
        { name: 'with checkpoints', rounds: measured.map(({ on }) => on), unit: 'events/CPU-s' },
        { name: 'without', rounds: measured.map(({ off }) => off), unit: 'events/CPU-s' },
        { name: 'commits', rounds: measured.map(({ made }) => made), unit: 'a second' },
      ],
    };
  } finally {
    await servers.stop();
  }
}
