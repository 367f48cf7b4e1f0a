/** Events per CPU-second of the aggregator on Kafka and Redis, against a kafkajs consumer that does nothing. */
import { join } from 'node:path';

import { temporaryDirectory } from '@vigie/testkit';
import { Redis } from 'ioredis';

import { readCpuProfile } from './cpu-profile.mjs';
import { fillTopic, runProcess, startServers } from './servers.mjs';
import { chunks, eventsInOrder, recordOf } from './traffic.mjs';

const EVENTS = 200_000;
const QUEUES = 100;
const EVENTS_A_RECORD = 20;
/** So much of the log warms the aggregator up before it is measured. */
const WARM_SHARE = 0.2;
const SPAN_MS = 15 * 60_000;

/** @param {import('./report.mjs').Settings} settings @returns {Promise<import('./report.mjs').Report>} */
export async function aggregator({ rounds, scale, say }) {
  const count = Math.floor((EVENTS * scale) / EVENTS_A_RECORD) * EVENTS_A_RECORD;
  const servers = await startServers();
  try {
    const events = eventsInOrder({ queues: QUEUES, startMs: Date.now() - SPAN_MS, spanMs: SPAN_MS }, count);
    const records = [...chunks(events, EVENTS_A_RECORD)].map(recordOf);
    say(`${count} events into two topics`);
    await fillTopic(servers.client, 'vigie.events', records);
    await fillTopic(
      servers.client,
      'bench.single',
      events.map(({ line }) => Buffer.from(line)),
    );
    const ours = {
      endOffset: records.length,
      warmOffset: Math.floor(records.length * WARM_SHARE),
      profile: null,
    };
    const noop = { brokers: servers.brokers, topic: 'bench.single', endOffset: count };

    /** @type {{ ours: number, noop: number, commits: number, frames: number }[]} */
    const measured = [];
    for (let round = 1; round <= rounds; round++) {
      const mine = await aggregatorRun(servers, ours);
      const theirs = await runProcess('noop-consumer', noop);
      const rates = {
        ours: perSecond(mine.events, mine.cpuMs),
        noop: perSecond(theirs.messages, theirs.cpuMs),
      };
      measured.push({
        ...rates,
        commits: mine.commits / (mine.wallMs / 1000),
        frames: mine.frames / (mine.wallMs / 1000),
      });
      say(`round ${round}: ${(rates.ours / rates.noop).toFixed(3)}`);
    }
    const profile = join(await temporaryDirectory('bench'), 'aggregator.cpuprofile');
    await aggregatorRun(servers, { ...ours, profile });
    return report(measured, readCpuProfile(profile));
  } finally {
    await servers.stop();
  }
}

const perSecond = (/** @type {number} */ events, /** @type {number} */ cpuMs) => (events * 1000) / cpuMs;

async function aggregatorRun(servers, argument) {
  const redis = new Redis(servers.redisUrl);
  await redis.flushall();
  await redis.quit();
  const figures = await runProcess('aggregator', argument, servers.env);
  return { ...figures, events: (argument.endOffset - figures.startOffset) * EVENTS_A_RECORD };
}

function report(measured, { subjects, functions }) {
  const of = (pick) => measured.map(pick);
  const percent = ({ name, share }) => `${(share * 100).toFixed(1).padStart(5)} %  ${name}`;
  return {
    figures: [
      {
        name: 'aggregator / no-op consumer, events per CPU-second',
        rounds: of(({ ours, noop }) => ours / noop),
        unit: 'ratio',
        goal: { atLeast: 0.15 },
      },
      { name: 'aggregator', rounds: of(({ ours }) => ours), unit: 'events/CPU-s' },
      { name: 'no-op consumer', rounds: of(({ noop }) => noop), unit: 'events/CPU-s' },
      { name: 'aggregator', rounds: of(({ ours }) => 1e6 / ours), unit: 'µs CPU/event' },
      { name: 'commits', rounds: of(({ commits }) => commits), unit: 'a second' },
      { name: 'frames published', rounds: of(({ frames }) => frames), unit: 'a second' },
    ],
    notes: [
      "Where the aggregator's time went (one profiled run):",
      ...subjects.map(percent),
      'Dearest functions, without what they call:',
      ...functions.slice(0, 25).map(percent),
    ],
  };
}
