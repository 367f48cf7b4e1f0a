import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import type { LiveFeed } from '@vigie/client';
import { unseal, type CheckpointStore } from '@vigie/engine';
import { openKafkaLog, partitionOf, type KafkaLog } from '@vigie/kafka';
import { openRedisCheckpoints } from '@vigie/redis';
import {
  startKafka,
  startRedis,
  temporaryDirectory,
  uniqueName,
  waitFor,
  type KafkaServer,
  type RedisServer,
} from '@vigie/testkit';
import { seeded, shuffle } from '@vigie/testkit/generator';
import { oracleAccounts } from '@vigie/testkit/oracle';
import { afterAll, beforeAll, expect, onTestFailed, test } from 'vitest';

import * as check from './exactness/check.ts';
import { CounterRecorder, scrape } from './exactness/scrape.ts';
import { deliver, type Delivery } from './exactness/sender.ts';
import { startService, type Service } from './exactness/service.ts';
import { makeStory, type Story } from './exactness/story.ts';
import { watchCentre } from './exactness/viewer.ts';

const SEED = Number(process.env['VIGIE_EXACT_SEED'] ?? 1);
const PARTITIONS = 4;
/** Two of them share a partition; the three partitions are spread over both aggregators. */
const CENTRES = ['default', 'north', 'south', 'west'];
/** In each, in an order of chance: an aggregator that owns a centre, ingest and the gateway die. */
const ROUNDS = 5;
const BATCHES = 200;
const DELIVERY_TIMEOUT_MS = 150_000;
const PROGRESS_TIMEOUT_MS = 30_000;
const OWNER_TIMEOUT_MS = 30_000;
const HANDOVER_TIMEOUT_MS = 30_000;
const KILL_JITTER_MS = 400;

let kafka: KafkaServer;
let redis: RedisServer;
let log: KafkaLog;
let checkpoints: CheckpointStore;
const services: Service[] = [];
const viewers: LiveFeed[] = [];

beforeAll(async () => {
  [kafka, redis] = await Promise.all([startKafka(), startRedis()]);
  log = openKafkaLog({
    brokers: kafka.brokers,
    clientId: 'reader',
    groupId: uniqueName('reader'),
    partitions: PARTITIONS,
    replication: 1,
    retentionMs: 86_400_000,
  });
  checkpoints = openRedisCheckpoints({ url: redis.url });
}, 120_000);

afterAll(async () => {
  for (const viewer of viewers) viewer.close();
  await Promise.all(services.filter(({ running }) => running).map(async (service) => await service.stop()));
  await log.close();
  await checkpoints.close();
  await Promise.all([kafka.stop(), redis.stop()]);
});

interface Deployment {
  readonly ingest: Service;
  readonly aggregators: readonly Service[];
  readonly gateway: Service;
}

test('every figure is exact after ingest, aggregators and gateway were killed in mid-stream', async () => {
  onTestFailed(() => {
    for (const service of services)
      console.error(`${service.name} said last:\n${service.log().slice(-4_000)}`);
  });
  const story = makeStory({
    seed: SEED,
    centres: CENTRES,
    contacts: 45,
    batches: BATCHES,
    endMs: Date.now() + 55_000,
  });
  const deployment = await deploy(story);
  const { ingest, aggregators, gateway } = deployment;
  viewers.push(...CENTRES.map((centre) => watchCentre(gateway.url, centre, check.EVERY_CHANNEL)));
  const kpis = await check.catalogueOf(gateway.url);
  const recorder = new CounterRecorder([
    ...kpis.map(({ metric }) => metric).filter((metric) => metric.endsWith('_total')),
    'vigie_wait_seconds',
  ]);

  const options = { url: ingest.url, lanes: 2, timeoutMs: DELIVERY_TIMEOUT_MS, paced: true };
  const delivery = deliver(story.batches, options);
  await killInRounds(deployment, delivery, recorder);
  await delivery.done;

  // the faults really happened, to everybody
  const killed = aggregators.reduce((sum, { kills }) => sum + kills, 0);
  expect({ ingest: ingest.kills, aggregators: killed, gateway: gateway.kills }).toEqual({
    ingest: ROUNDS,
    aggregators: ROUNDS,
    gateway: ROUNDS,
  });
  expect(delivery.retries).toBeGreaterThan(0);
  for (const { name, failures } of services) {
    for (const failure of failures) console.log(`${name} was started again after it ${failure}`);
  }
  const restores = aggregators.reduce((sum, each) => sum + each.restores, 0);
  expect(restores).toBeGreaterThanOrEqual(ROUNDS);

  for (const centre of CENTRES) await check.caughtUp(gateway.url, centre, delivery.lastAcknowledgedMs);
  let figures = 0;
  for (const centre of story.centres) {
    figures += (await check.expectOracle(gateway.url, centre, story.config)).figures;
    await check.expectMetricsAgree(gateway.url, centre.centre);
  }
  expect(figures).toBeGreaterThan(4_000);
  for (const [index, centre] of CENTRES.entries()) {
    const viewer = viewers[index];
    if (viewer !== undefined) await check.expectViewer(gateway.url, centre, viewer);
  }
  recorder.add(await scrape(gateway.url));
  expect(recorder.falls).toEqual([]);
  expect(recorder.compared).toBeGreaterThan(ROUNDS);

  await expectHandover(deployment, story);
  await expectAccounts(deployment, story);
}, 240_000);

/** Starts the four processes; everybody is ready, and every centre has an owner. */
async function deploy(story: Story): Promise<Deployment> {
  const directory = await temporaryDirectory('deployment');
  const config = join(directory, 'vigie.yaml');
  await writeFile(config, JSON.stringify({ ...story.config, kafka: { partitions: PARTITIONS } }));
  const env = { VIGIE_KAFKA_BROKERS: kafka.brokers.join(','), VIGIE_REDIS_URL: redis.url };
  const start = async (role: string): Promise<Service> => {
    const service = await startService([role, '--config', config], env);
    services.push(service);
    return service;
  };
  const ingest = await start('ingest');
  await ingest.ready();
  const [first, second, gateway] = [
    await start('aggregator'),
    await start('aggregator'),
    await start('gateway'),
  ];
  for (const service of [first, second, gateway]) await service.ready();
  return { ingest, aggregators: [first, second], gateway };
}

/** The aggregator that owns a centre, once one that runs does. */
async function ownerOf(centre: string, aggregators: readonly Service[]): Promise<Service> {
  const partition = partitionOf(centre, PARTITIONS);
  return await waitFor(
    async () => {
      const owner = await checkpoints.owner(partition);
      return aggregators.find(({ url, running }) => url === owner?.url && running);
    },
    {
      what: `a running owner of ${centre}`,
      timeoutMs: OWNER_TIMEOUT_MS,
      detail: () => aggregators.map((each) => `${each.url}:\n${each.log().slice(-2_000)}`).join('\n'),
    },
  );
}

async function killInRounds(
  { ingest, aggregators, gateway }: Deployment,
  delivery: Delivery,
  recorder: CounterRecorder,
): Promise<void> {
  const random = seeded(SEED);
  const victims = ['aggregator', 'ingest', 'gateway'] as const;
  const share = Math.floor(BATCHES / (ROUNDS * victims.length + 1));
  let allowed = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const beganMs = Date.now();
    for (const role of shuffle(victims, SEED + round)) {
      const victim =
        role === 'ingest'
          ? ingest
          : role === 'gateway'
            ? gateway
            : await ownerOf(CENTRES[random.int(0, CENTRES.length - 1)] ?? 'default', aggregators);
      const before = random.int(1, share - 1);
      const wanted = allowed + before;
      allowed += share;
      delivery.allow(before);
      await ingest.until(() => delivery.acknowledged >= wanted, PROGRESS_TIMEOUT_MS);
      // the others are on their way while it dies
      delivery.allow(share - before);
      recorder.add(await scrape(gateway.url));
      if (role !== 'ingest') await pause(random.int(0, KILL_JITTER_MS));
      await victim.kill9();
      await victim.restart();
      if (role !== 'aggregator') await victim.ready();
    }
    for (const centre of CENTRES) await check.caughtUp(gateway.url, centre, beganMs);
  }
  for (const service of [ingest, gateway, ...aggregators]) await service.ready();
  delivery.allow(BATCHES);
}

/** An owner that is asked to stop gives its partitions away without losing or doubling anything. */
async function expectHandover({ aggregators, gateway }: Deployment, story: Story): Promise<void> {
  const before = await accountsNow(aggregators);
  const owner = await ownerOf('default', aggregators);
  const other = aggregators.find((each) => each !== owner);
  if (other === undefined) throw new Error('there is no other aggregator');
  const epochs = new Map(viewers.map((viewer, index) => [CENTRES[index], viewer.state.epoch ?? 0]));
  const beganMs = Date.now();
  const stopped = owner.stop();
  const partition = partitionOf('default', PARTITIONS);
  await waitFor(
    async () => {
      const { url } = (await checkpoints.owner(partition)) ?? {};
      const { state, asOf } = await check.snapshotOf(gateway.url, 'default');
      const epoch = viewers[0]?.state.epoch ?? 0;
      const isNew = epoch > (epochs.get('default') ?? 0);
      return url === other.url && isNew && state === 'live' && Date.parse(asOf) > beganMs;
    },
    {
      what: 'the other aggregator to serve the centre',
      timeoutMs: HANDOVER_TIMEOUT_MS,
      detail: () => other.log().slice(-2_000),
    },
  );
  console.log(`planned hand-over: the other aggregator served live figures after ${Date.now() - beganMs} ms`);
  expect(await stopped).toBe(0);
  const afterMs = Date.now();
  for (const centre of CENTRES) await check.caughtUp(gateway.url, centre, afterMs);
  for (const centre of story.centres) await check.expectOracle(gateway.url, centre, story.config);
  expect(await accountsNow([other])).toEqual(before);
}

async function accountsNow(aggregators: readonly Service[]): Promise<check.Accounts> {
  return check.accountsOf(await Promise.all(aggregators.map(async ({ url }) => await scrape(url))));
}

/** What was counted is what the log has, and the checkpoints reach its end. */
async function expectAccounts({ ingest, aggregators, gateway }: Deployment, story: Story): Promise<void> {
  const running = aggregators.filter((each) => each.running);
  expect(await ingest.stop()).toBe(0);
  const { applied, duplicate, late, future, rejected } = await accountsNow(running);
  for (const aggregator of running) expect(await aggregator.stop()).toBe(0);
  expect(await gateway.stop()).toBe(0);

  const logged = check.eventsOfLog(await valuesInLog());
  for (const { centre, events } of story.centres) {
    const ids = new Set(logged.get(centre)?.map(({ id }) => id));
    expect(
      events.filter(({ id }) => !ids.has(id)),
      `acknowledged events of ${centre} that the log lost`,
    ).toEqual([]);
  }
  const expected = check.sumAccounts(
    [...logged.values()].map((events) =>
      oracleAccounts(events, { config: story.config, lateness: check.LATENESS }),
    ),
  );
  expect({ applied, duplicate, late, future, rejected }).toEqual({
    applied: expected.applied,
    duplicate: expected.duplicate,
    late: 0,
    future: 0,
    rejected: 0,
  });
  expect(applied + duplicate).toBe(expected.read);

  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    const { start, end } = await log.bounds(partition);
    const stored = await checkpoints.load(partition);
    const head = stored === undefined ? undefined : (unseal(stored.head) as { nextOffset: string });
    expect(BigInt(head?.nextOffset ?? start), `checkpoint of partition ${partition}`).toBe(end);
  }
}

async function valuesInLog(): Promise<readonly (Uint8Array | null)[]> {
  const ends = await Promise.all(
    Array.from({ length: PARTITIONS }, async (_, partition) => (await log.bounds(partition)).end),
  );
  const next = ends.map(() => 0n);
  const values: (Uint8Array | null)[] = [];
  const consumer = await log.consume(
    {
      assigned: async () => 'earliest',
      batch: async ({ partition, records }) => {
        for (const { offset, value } of records) {
          if (offset < (next[partition] ?? 0n)) continue;
          values.push(value);
          next[partition] = offset + 1n;
        }
      },
      revoked: async () => undefined,
    },
    (error) => {
      throw error;
    },
  );
  await waitFor(() => next.every((offset, partition) => offset >= (ends[partition] ?? 0n)), {
    what: 'the whole topic to be read',
    timeoutMs: PROGRESS_TIMEOUT_MS,
    detail: () => `${next.join()} of ${ends.join()}`,
  });
  await consumer.stop();
  return values;
}
