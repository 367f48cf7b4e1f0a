import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfiguration } from '@vigie/contracts';
import { openEmbedded, type Embedded } from '@vigie/embedded';
import { FeedReader, unseal, type CheckpointStore, type LiveFeed } from '@vigie/engine';
import { openRedisCheckpoints, openRedisFeed } from '@vigie/redis';
import { createHealth, createLogger, createMetrics, type ServiceContext } from '@vigie/service-kit';
import { redisCommand, startRedis, waitFor, type RedisServer } from '@vigie/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { start, type RunningAggregator } from './start.ts';

const checked = checkConfiguration({});
if (!checked.ok) throw new Error('the empty configuration is right');
const { configuration } = checked;

let redis: RedisServer;
let directory: string;
let embedded: Embedded;
let aggregator: RunningAggregator;
let checkpoints: CheckpointStore;
let feed: LiveFeed;
let metrics: ServiceContext['metrics'];
let health: ServiceContext['health'];
let fatal: Error[];
let contacts: number;

beforeEach(async () => {
  redis = await startRedis({ settings: { appendfsync: 'always' } });
  directory = mkdtempSync(join(tmpdir(), 'vigie-store-faults-'));
  embedded = await openEmbedded(directory, { retentionMs: 1e12, maxLogBytes: 1e9, maxDeadLetters: 100 });
  checkpoints = openRedisCheckpoints({ url: redis.url, commandTimeoutMs: 500 });
  feed = openRedisFeed({ url: redis.url, commandTimeoutMs: 500 });
  metrics = createMetrics({ defaults: false });
  health = createHealth();
  fatal = [];
  contacts = 0;
  const context: Partial<ServiceContext> = {
    ...{ configuration, metrics, health, clock: Date.now, url: 'http://127.0.0.1:1' },
    logger: createLogger({ name: 'test', level: 'silent' as never }),
  };
  const onFatal = (error: Error): void => void fatal.push(error);
  aggregator = await start(context as ServiceContext, { log: embedded.log, checkpoints, feed, onFatal });
});
afterEach(async () => {
  await aggregator.stop();
  await Promise.all([checkpoints.close(), feed.close(), embedded.close()]);
  await redis.stop();
  rmSync(directory, { recursive: true, force: true });
});

/** One more contact in the log. */
async function call(): Promise<void> {
  const id = `contact-${(contacts += 1)}`;
  const time = new Date().toISOString();
  const event = {
    ...{ specversion: '1.0', id, source: 'test://acd', type: 'vigie.contact.queued', time },
    ...{ ingestedtime: time, centre: 'default' },
    data: { contact: { id, segmentId: `${id}/1` }, queue: { id: 'sales' } },
  };
  await embedded.log.append([{ key: 'default', value: Buffer.from(JSON.stringify(event)) }]);
}

async function waitingInFeed(): Promise<number | null | undefined> {
  const [state] = await feed.readAll();
  const row = state?.rows.find(({ queue, window }) => queue === 'sales' && window === '30m');
  return row?.kpis['waiting_now']?.value;
}

/** First offset that is not in the checkpoint. */
async function committed(): Promise<bigint> {
  const stored = await checkpoints.load(0);
  return BigInt(stored === undefined ? 0 : (unseal(stored.head) as { nextOffset: string }).nextOffset);
}

async function retakes(): Promise<number> {
  return Number(/^vigie_partition_retakes_total (\d+)/m.exec(await metrics.render())?.[1] ?? 0);
}

/** One more contact, until figures with it are out, and in the checkpoint; answers how long the figures took, ms. */
async function whole(): Promise<number> {
  const beganAt = performance.now();
  await call();
  await waitFor(async () => (await waitingInFeed()) === contacts, {
    what: 'all contacts',
    timeoutMs: 20_000,
  });
  const tookMs = performance.now() - beganAt;
  const { end } = await embedded.log.bounds(0);
  await waitFor(async () => (await committed()) === end, { what: 'the commit', timeoutMs: 20_000 });
  return tookMs;
}

/** What readiness says of the store. */
function trouble(): string | undefined {
  return health.report('ready').checks.find(({ name }) => name === 'store')?.reason;
}

async function epoch(): Promise<number> {
  return (await checkpoints.owner(0))?.epoch ?? 0;
}

test('a store that lost everything is filled again, under a higher epoch, by the same process', async () => {
  await whole();
  const before = await epoch();
  expect(await redisCommand(redis.url, 'FLUSHALL')).toBe('+OK');
  expect(await whole()).toBeLessThan(5000);
  expect(await epoch()).toBeGreaterThan(before);
  expect(await retakes()).toBe(1);
  expect(fatal).toEqual([]);
});

test('a checkpoint that an operator takes away is built from the log at once, by the same process', async () => {
  await whole();
  await whole();
  const before = await epoch();
  const operator = openRedisCheckpoints({ url: redis.url });
  expect(await operator.forget(0)).toBe(true);
  await operator.close();
  expect(await whole()).toBeLessThan(10_000);
  expect(await epoch()).toBeGreaterThan(before);
  expect(await retakes()).toBe(1);
  expect(await checkpoints.isForgotten(0)).toBe(false);
  expect(await metrics.render()).toMatch(/^vigie_checkpoint_rebuilt\{[^}]*reason="asked"\} 1$/m);
  expect(fatal).toEqual([]);
});

test('a store that hangs is no longer waited for by readiness within two seconds', async () => {
  await whole();
  expect(trouble()).toBeUndefined();
  redis.signal('SIGSTOP');
  await call();
  await waitFor(() => trouble() !== undefined, { what: 'readiness to agree', timeoutMs: 2000 });
  redis.signal('SIGCONT');
  await whole();
  await waitFor(() => trouble() === undefined, { what: 'readiness', timeoutMs: 3000 });
  expect(fatal).toEqual([]);
});

test('a store that went back to an earlier state is followed back, and forward again from the log', async () => {
  await whole();
  const kept = await redis.keep();
  for (let n = 0; n < 5; n++) await call();
  await whole();
  const before = await epoch();
  await redis.rollBack(kept);
  expect(await whole()).toBeLessThan(10_000);
  expect(await epoch()).toBeGreaterThan(before);
  expect(fatal).toEqual([]);
});

test('a store that was restarted with all it had is read again, and goes on', async () => {
  await whole();
  const before = await epoch();
  await redis.kill();
  await call();
  await redis.restart();
  expect(await whole()).toBeLessThan(10_000);
  expect(await epoch()).toBeGreaterThan(before);
  expect(fatal).toEqual([]);
});

test.each([
  ['that is full', 'maxmemory 1mb', 'maxmemory 0'],
  ['that takes no writes', 'min-replicas-to-write 3', 'min-replicas-to-write 0'],
] as const)(
  'a store %s is written to again when it can be, and viewers see that it is stale',
  async (_, off, on) => {
    const viewer = new FeedReader({
      planOf: () => ({ queues: [], windows: ['30m'], presentation: configuration.presentation }) as never,
      ...{ known: ['default'], maxCentres: 10, nowMs: Date.now() },
    });
    const stop = await feed.subscribe(
      (frame) => void viewer.apply(frame, Date.now()),
      () => undefined,
    );
    await whole();
    const stateSeen = () => viewer.centre('default')?.status(Date.now()).state;
    await waitFor(() => stateSeen() === 'live', { what: 'a live feed', timeoutMs: 10_000 });
    expect(await redisCommand(redis.url, `CONFIG SET ${off}`)).toBe('+OK');
    await waitFor(() => trouble() !== undefined, { what: 'readiness to agree', timeoutMs: 2000 });
    for (let n = 0; n < 5; n++) await call();
    await waitFor(() => stateSeen() === 'stale', { what: 'a stale feed', timeoutMs: 10_000 });
    const before = await epoch();
    expect(await redisCommand(redis.url, `CONFIG SET ${on}`)).toBe('+OK');
    expect(await whole()).toBeLessThan(5000);
    await waitFor(() => stateSeen() === 'live', { what: 'a live feed', timeoutMs: 10_000 });
    expect(trouble()).toBeUndefined();
    expect(await epoch()).toBe(before);
    expect(fatal).toEqual([]);
    await stop();
  },
);
