import { CRASH_MOMENTS, CRASH_STEPS } from '@vigie/aggregator';
import { openKafkaLog, partitionOf, type KafkaLog } from '@vigie/kafka';
import {
  freePort,
  GaveUpError,
  spawnVigie,
  startKafka,
  startRedis,
  uniqueName,
  waitFor,
  type KafkaServer,
  type RedisServer,
  type Vigie,
} from '@vigie/testkit';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { accountsOf } from '../integration/exactness/check.ts';
import { scrape } from '../integration/exactness/scrape.ts';
import { startService, type Service } from '../integration/exactness/service.ts';

/** Only of rows that have become final, a day later; ingest alone appends. */
const NOT_REACHED = new Set(['log.storeReports', 'checkpoints.archived', 'log.append']);
/** Reached again and again: also in the middle of work. */
const REPEATED = new Set([
  ...['log.deadLetter', 'checkpoints.commit'],
  ...['feed.publish', 'handler.batch', 'consumer.publishProgress'],
]);
/** When the process is told to stop, or partitions are given anew. */
const AT_THE_END = new Set(['handler.revoked', 'consumer.stop']);
/** As many die side by side: the group forgets the dead only after their session. */
const PARTITIONS = 6;
const ROUND_TIMEOUT_MS = 240_000;
const EVERY_MS = 150;
const MOST_RESTARTS = 5;
const encoder = new TextEncoder();

/** One centre in each partition. */
const CENTRES = Array.from({ length: PARTITIONS }, (_, partition) => {
  let number = 0;
  while (partitionOf(`centre-${number}`, PARTITIONS) !== partition) number += 1;
  return `centre-${number}`;
});

let kafka: KafkaServer;
let redis: RedisServer;
let log: KafkaLog;
const running = new Set<Vigie | Service>();
/** Contacts that were acknowledged, in each centre. */
let posted = 0;
/** Lines that are no events. */
const poisoned = { tried: 0, acknowledged: 0 };

beforeAll(async () => {
  [kafka, redis] = await Promise.all([startKafka(), startRedis()]);
  log = openKafkaLog({
    brokers: kafka.brokers,
    clientId: 'poisoner',
    groupId: uniqueName('poisoner'),
    partitions: PARTITIONS,
    replication: 1,
    retentionMs: 86_400_000,
  });
});

afterAll(async () => {
  await Promise.all([...running].map(async (each) => each.running && (await each.stop())));
  await log.close();
  await Promise.all([kafka.stop(), redis.stop()]);
});

const environment = (): Record<string, string> => ({
  VIGIE_KAFKA_BROKERS: kafka.brokers.join(','),
  VIGIE_REDIS_URL: redis.url,
});

/** A contact in every centre, and a line on the topic of every other that is no event. */
async function tell(ingest: string): Promise<void> {
  // what nobody acknowledged is told again: a repetition is harmless
  const number = posted + 1;
  const events = CENTRES.map((centre) => ({
    ...{ specversion: '1.0', id: `${centre}/${number}`, source: 'test://acd', type: 'vigie.contact.queued' },
    ...{ centre, time: new Date().toISOString() },
    data: { contact: { id: `contact-${number}`, segmentId: `${number}/1` }, queue: { id: 'sales' } },
  }));
  const answer = await fetch(`${ingest}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: events.map((event) => JSON.stringify(event)).join('\n'),
  });
  expect(answer.status).toBe(202);
  posted = number;
  const value = encoder.encode('{"type":"nonsense"}');
  poisoned.tried += CENTRES.length;
  await log.append(CENTRES.map((key) => ({ key, value })));
  poisoned.acknowledged += CENTRES.length;
}

async function offered(gateway: string, centre: string): Promise<number | null | undefined> {
  const place = `centre=${centre}&window=today&queue=sales&channel=voice&kpi=offered`;
  const answer = await fetch(`${gateway}/v1/snapshot?${place}`);
  const body = (await answer.json()) as {
    state: string;
    rows: { kpis: { offered: { value: number | null } } }[];
  };
  return body.state === 'live' ? body.rows[0]?.kpis.offered.value : undefined;
}

async function service(role: string): Promise<Service> {
  const started = await startService([role], { ...environment(), VIGIE_LOG_LEVEL: 'warn' });
  running.add(started);
  return started;
}

test('aggregators that die at any step of restore, commit and hand-over lose and double nothing', async () => {
  const ingest = await service('ingest');
  await ingest.ready();
  const reached = CRASH_STEPS.filter((step) => !NOT_REACHED.has(step));
  const inOrder = [...reached].sort((a, b) => Number(AT_THE_END.has(a)) - Number(AT_THE_END.has(b)));
  const points = inOrder.flatMap((step) =>
    CRASH_MOMENTS.flatMap((moment) =>
      REPEATED.has(step) ? [`${step}:${moment}`, `${step}:${moment}:3`] : [`${step}:${moment}`],
    ),
  );
  for (let at = 0; at < points.length; at += PARTITIONS)
    await dieAt(points.slice(at, at + PARTITIONS), ingest.url);

  const survivors = [await service('aggregator'), await service('aggregator')];
  const gateway = await service('gateway');
  for (const each of [...survivors, gateway]) await each.ready();
  await tell(ingest.url);
  for (const centre of CENTRES) {
    let found: unknown;
    await waitFor(async () => (found = await offered(gateway.url, centre)) === posted, {
      what: `${posted} contacts in ${centre}`,
      timeoutMs: 60_000,
      detail: () =>
        `there are ${String(found)}\n${survivors.map((each) => each.log().slice(-1000)).join('\n')}`,
    });
  }
  // to the event, and every refused line is among the dead letters
  const accounts = accountsOf(await Promise.all(survivors.map(async ({ url }) => await scrape(url))));
  expect(accounts).toMatchObject({ applied: posted * CENTRES.length, late: 0, future: 0 });
  expect(accounts.rejected).toBeGreaterThanOrEqual(poisoned.acknowledged);
  expect(accounts.rejected).toBeLessThanOrEqual(poisoned.tried);
  const letters = await log.deadLetters(20 * poisoned.tried);
  const places = letters.map(
    ({ position }) => `${position?.partition} ${position?.offset} ${position?.line}`,
  );
  expect(new Set(places).size).toBe(accounts.rejected);
  console.log(
    `${points.length} crash points, ${accounts.applied} events, ${accounts.rejected} refused lines`,
  );
}, 1_200_000);

const stepOf = (point: string): string => point.slice(0, point.indexOf(':'));

async function ownsAPartition(url: string): Promise<boolean> {
  try {
    const metrics = await fetch(`${url}/metrics`);
    return /^vigie_consumer_lag\{/m.test(await metrics.text());
  } catch {
    // it does not listen yet, or is dead
    return false;
  }
}

interface Victim {
  readonly point: string;
  readonly url: string;
  vigie: Vigie;
  /** Ends by itself before its point was reached; it was started again, as whoever supervises it does. */
  restarts: number;
  hasDied: boolean;
}

/** As many aggregators of one group as there are points; each dies at its own. */
async function dieAt(points: readonly string[], ingest: string): Promise<void> {
  const victims = await Promise.all(points.map(start));
  await waitFor(
    async () => {
      await tell(ingest);
      for (const victim of victims) {
        if (AT_THE_END.has(stepOf(victim.point)) && (await ownsAPartition(victim.url)))
          void victim.vigie.stop();
        await startAgain(victim);
      }
      return victims.every(({ hasDied }) => hasDied);
    },
    {
      what: `the ends at ${points.join(', ')}`,
      timeoutMs: ROUND_TIMEOUT_MS,
      everyMs: EVERY_MS,
      detail: () =>
        victims
          .filter(({ hasDied }) => !hasDied)
          .map(({ point, vigie }) => `${point} runs on:\n${vigie.log().slice(-1500)}`)
          .join('\n'),
    },
  );
}

async function start(point: string): Promise<Victim> {
  const port = await freePort();
  return {
    point,
    url: `http://127.0.0.1:${port}`,
    vigie: await spawnAt(point, port),
    restarts: 0,
    hasDied: false,
  };
}

async function spawnAt(point: string, port: number): Promise<Vigie> {
  const env = {
    ...environment(),
    VIGIE_PORT: String(port),
    VIGIE_LOG_LEVEL: 'warn',
    VIGIE_CRASH_AT: point,
  };
  const vigie = await spawnVigie(['aggregator'], { env });
  running.add(vigie);
  return vigie;
}

/** The group may have given up a member that a busy machine kept from its heartbeats: it ends by itself. */
async function startAgain(victim: Victim): Promise<void> {
  if (victim.hasDied || victim.vigie.running) return;
  const { signal, code } = await victim.vigie.exited;
  running.delete(victim.vigie);
  victim.hasDied = signal === 'SIGKILL';
  if (victim.hasDied) return;
  victim.restarts += 1;
  if (victim.restarts > MOST_RESTARTS)
    throw new GaveUpError(`${victim.point} ended with ${code}:\n${victim.vigie.log().slice(-2000)}`);
  victim.vigie = await spawnAt(victim.point, Number(new URL(victim.url).port));
}
