/**
 * The aggregator as a process of its own, as `vigie aggregator` runs it, that tells what it used: reads `endOffset`
 * records of the event log from its start, then prints one line of JSON and ends. Broker and store come from the
 * environment.
 *
 * Argument: JSON of { endOffset, warmOffset, profile, commits }: the offset after the last record, the first one that is
 * measured (what comes before warms the process up), a file for a CPU profile, or null, and false when not even the
 * first checkpoint is to be answered before all is read: no other is made meanwhile. Its metrics are read every three
 * seconds, as often as it commits while it catches up: what changed is judged as often, with checkpoints and without.
 */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';

import { start } from '@vigie/aggregator';
import { kafkaOptions, openKafkaLog } from '@vigie/kafka';
import { CATALOGUE } from '@vigie/metrics';
import { openRedisCheckpoints, openRedisFeed, redisOptions } from '@vigie/redis';
import { createServiceContext, loadConfiguration } from '@vigie/service-kit';

const { endOffset, warmOffset, profile, commits = true } = JSON.parse(process.argv[2]);
const loaded = await loadConfiguration({
  env: process.env,
  flags: { port: 0 },
  kpis: CATALOGUE.map(({ id }) => id),
});
const context = await createServiceContext({ name: 'vigie-aggregator', loaded });
const { kafka, redis, retention } = loaded.configuration;
const { logger } = context;
const names = { clientId: 'vigie-aggregator', retentionMs: retention.logMs, env: process.env, logger };
const log = openKafkaLog(await kafkaOptions(kafka, names));
const place = await redisOptions(redis, logger);
const checkpoints = openRedisCheckpoints(place);
const feed = openRedisFeed(place);

const SCRAPE_EVERY_MS = 3000;
const counts = { commits: 0, frames: 0, deltaBytes: 0 };
let begun;
const session = new Session();
const finished = deferred();
/** Until then the commit under way is not answered, if none is to be. */
let held = deferred();

/** Passes everything on and looks at the offsets that go by. */
const watchedLog = new Proxy(log, {
  get(target, name) {
    if (name !== 'consume') return bound(target, name);
    return async (handler, onFatal) =>
      await target.consume(
        {
          assigned: async (partition) => await handler.assigned(partition),
          batch: async (batch) => await watch(handler, batch),
          async revoked(partition) {
            // whoever gives a partition back waits for the commit that is under way
            held.resolve();
            held = deferred();
            await handler.revoked(partition);
          },
        },
        onFatal,
      );
  },
});
const watchedCheckpoints = new Proxy(checkpoints, {
  get(target, name) {
    if (name !== 'commit') return bound(target, name);
    return async (partition, epoch, commit) => {
      counts.commits++;
      counts.deltaBytes += commit.delta.length;
      if (!commits) await Promise.race([finished.promise, held.promise]);
      return await target.commit(partition, epoch, commit);
    };
  },
});
const watchedFeed = new Proxy(feed, {
  get(target, name) {
    if (name !== 'publish') return bound(target, name);
    return async (frame) => {
      counts.frames++;
      return await target.publish(frame);
    };
  },
});

function bound(target, name) {
  const value = target[name];
  return typeof value === 'function' ? value.bind(target) : value;
}

function deferred() {
  const result = {};
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
  return result;
}

async function watch(handler, batch) {
  const first = batch.records[0].offset;
  if (begun === undefined && first >= BigInt(warmOffset)) {
    if (profile !== null) {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: 500 });
      await session.post('Profiler.start');
    }
    Object.assign(counts, { commits: 0, frames: 0, deltaBytes: 0 });
    begun = { offset: Number(first), cpu: process.cpuUsage(), at: performance.now() };
  }
  await handler.batch(batch);
  if (batch.records.at(-1).offset >= BigInt(endOffset) - 1n) finished.resolve();
}

const aggregator = await start(context, {
  log: watchedLog,
  checkpoints: watchedCheckpoints,
  feed: watchedFeed,
  onFatal: (error) => finished.reject(error),
});
await context.serve();
const scraping = setInterval(() => void fetch(new URL('/metrics', context.url)), SCRAPE_EVERY_MS);
await finished.promise;
clearInterval(scraping);
const { user, system } = process.cpuUsage(begun.cpu);
const figures = {
  startOffset: begun.offset,
  cpuMs: (user + system) / 1000,
  wallMs: performance.now() - begun.at,
  ...counts,
  heapMb: process.memoryUsage().heapUsed / 2 ** 20,
};
if (profile !== null) {
  const { profile: samples } = await session.post('Profiler.stop');
  writeFileSync(profile, JSON.stringify(samples));
}
process.stdout.write(`${JSON.stringify(figures)}\n`);
await aggregator.stop();
await context.close();
for (const part of [feed, checkpoints, log]) await part.close();
process.exit(0);
