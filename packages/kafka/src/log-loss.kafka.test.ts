import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  freePort,
  redisCommand,
  spawnVigie,
  startKafka,
  startRedis,
  temporaryDirectory,
  waitFor,
  type KafkaServer,
  type RedisServer,
  type Vigie,
} from '@vigie/testkit';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, it } from 'vitest';

const TOPIC = 'vigie.events';
let kafka: KafkaServer;
let redis: RedisServer;
let admin: Admin;
let config: string;
const running = new Set<Vigie>();

beforeAll(async () => {
  [kafka, redis] = await Promise.all([startKafka(), startRedis()]);
  admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  config = join(await temporaryDirectory('log-loss'), 'vigie.yaml');
  await writeFile(config, 'kafka: { partitions: 1 }\n');
});
afterAll(async () => {
  await Promise.all([...running].map(async (vigie) => await vigie.kill9()));
  await admin.disconnect();
  await Promise.all([kafka.stop(), redis.stop()]);
});

interface Role {
  readonly vigie: Vigie;
  readonly url: string;
}
async function start(role: string): Promise<Role> {
  const port = await freePort();
  const env = {
    VIGIE_KAFKA_BROKERS: kafka.brokers.join(','),
    VIGIE_REDIS_URL: redis.url,
    VIGIE_PORT: String(port),
  };
  const vigie = await spawnVigie([role, '--config', config], { env });
  running.add(vigie);
  return { vigie, url: `http://127.0.0.1:${port}` };
}
async function ready(role: string): Promise<Role> {
  const started = await start(role);
  await started.vigie.waitFor(`${started.url}/readyz`, 60_000);
  return started;
}

let contacts = 0;
async function call(ingest: Role): Promise<void> {
  const id = `contact-${(contacts += 1)}`;
  const event = {
    ...{ specversion: '1.0', id, source: 'test://acd', type: 'vigie.contact.queued' },
    time: new Date().toISOString(),
    data: { contact: { id, segmentId: `${id}/1` }, queue: { id: 'sales' } },
  };
  const headers = { 'content-type': 'application/cloudevents+json' };
  const answer = await fetch(`${ingest.url}/v1/events`, {
    method: 'POST',
    headers,
    body: JSON.stringify(event),
  });
  expect(answer.status).toBe(202);
}

async function shown(gateway: Role) {
  const query = 'window=30m&queue=sales&channel=voice&kpi=offered';
  const { state, since, until, rows } = (await (
    await fetch(`${gateway.url}/v1/snapshot?${query}`)
  ).json()) as {
    state: string;
    since?: string;
    until?: string;
    rows: { state: string; kpis: { offered: { value: number | null } } }[];
  };
  return { state, since, until, row: rows[0]?.state, offered: rows[0]?.kpis.offered.value };
}
async function shows(
  gateway: Role,
  state: string,
  offered: number,
): Promise<Awaited<ReturnType<typeof shown>>> {
  let last: unknown;
  return await waitFor(
    async () => {
      const now = await shown(gateway);
      last = now;
      return now.state === state && now.offered === offered && now;
    },
    {
      what: `${offered} contacts, ${state}`,
      timeoutMs: 40_000,
      detail: () => JSON.stringify(last),
    },
  );
}

/** Deletes every record that the topic has; what is appended from then on stays. */
async function loseRecords(): Promise<void> {
  const [bounds] = await admin.fetchTopicOffsets(TOPIC);
  const partitions = [{ partition: 0, offset: bounds?.high ?? '0' }];
  await admin.deleteTopicRecords({ topic: TOPIC, partitions });
}

it('a log that loses records says so until nobody needs them, and one that is another is refused', async () => {
  const [ingest, gateway] = [await ready('ingest'), await ready('gateway')];
  let aggregator = await ready('aggregator');
  for (let n = 0; n < 3; n += 1) await call(ingest);
  await shows(gateway, 'live', 3);

  // records go before they were read: the mark has both ends
  expect((await aggregator.vigie.stop()).code).toBe(0);
  const leftAt = Date.now();
  for (let n = 0; n < 2; n += 1) await call(ingest);
  await loseRecords();
  await call(ingest);
  aggregator = await ready('aggregator');
  const gap = await shows(gateway, 'incomplete', 4);
  expect(gap.row).toBe('incomplete');
  expect(Date.parse(gap.since ?? '')).toBeLessThanOrEqual(leftAt);
  expect(Date.parse(gap.until ?? '')).toBeGreaterThanOrEqual(leftAt);
  expect(await (await fetch(`${aggregator.url}/metrics`)).text()).toMatch(/vigie_log_gaps_total\{[^}]*\} 1/);
  expect(await (await fetch(`${gateway.url}/metrics`)).text()).toMatch(
    /vigie_feed_state\{[^}]*state="incomplete"[^}]*\} 1/,
  );

  // the checkpoint goes as well: what is left of the log makes the figures, and nobody knows since when something is missing
  await aggregator.vigie.kill9();
  expect(await redisCommand(redis.url, 'FLUSHALL')).toBe('+OK');
  aggregator = await ready('aggregator');
  const rebuilt = await shows(gateway, 'incomplete', 1);
  expect(rebuilt.since).toBeUndefined();
  expect(rebuilt.until).toBeDefined();
  await call(ingest);
  await shows(gateway, 'incomplete', 2);

  // another topic of the same name, with more records than the checkpoint has seen
  await aggregator.vigie.stop();
  await ingest.vigie.kill9();
  const [{ high } = { high: '0' }] = await admin.fetchTopicOffsets(TOPIC);
  await admin.deleteTopics({ topics: [TOPIC] });
  await waitFor(async () => !(await admin.listTopics()).includes(TOPIC), { what: 'the topic to go' });
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }], waitForLeaders: true });
  const client = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING });
  const producer = client.producer();
  await producer.connect();
  for (let n = 0; n < Number(high) + 5; n += 1)
    await producer.send({ topic: TOPIC, messages: [{ key: 'default', value: `foreign ${n}` }] });
  await producer.disconnect();
  const refused = await start('aggregator');
  expect((await refused.vigie.exited).code).toBe(1);
  expect(refused.vigie.stdout() + refused.vigie.log()).toMatch(
    /the record at offset \d+ is not the one that the checkpoint ends with/,
  );
}, 240_000);
