import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import {
  freePort,
  repositoryRoot,
  startKafka,
  startProxy,
  startRedis,
  temporaryDirectory,
  type KafkaServer,
  type Proxy,
  type RedisServer,
  waitFor,
} from '@vigie/testkit';
import type { OracleConfig } from '@vigie/testkit/oracle';

import { hashOfKey, makeKey } from '@vigie/service-kit';
import { Kafka, logLevel } from 'kafkajs';
import { Redis } from 'ioredis';

import { startService, type Service } from '../integration/exactness/service.ts';

export const PARTITIONS = 4;
/** Two of them share a partition. */
export const CENTRES = ['default', 'north', 'south', 'west'];
const KAFKA_CLIENTS = ['ingest', 'aggregator0', 'aggregator1', 'aggregator2'] as const;
const REDIS_CLIENTS = [
  'aggregator0',
  'aggregator1',
  'aggregator2',
  'gateway0',
  'gateway1',
  'gateway2',
] as const;
/** A supervisor does not give up: what ends by itself is started again, and told in the end. */
const MAX_FAILURES = 1000;

/** A place where a proxy stands: `<client>-kafka`, `<client>-redis`, or between users and a service. */
export type Link =
  | `${(typeof KAFKA_CLIENTS)[number]}-kafka`
  | `${(typeof REDIS_CLIENTS)[number]}-redis`
  | 'sender-ingest'
  | 'viewer-gateway0';

/** Processes whose clocks can be set off. */
export type Clocked = 'ingest' | 'aggregator0' | 'aggregator1' | 'gateway0' | 'gateway1';

/** Keys of the gateway that has access control: who may see what is in {@link ACCESS}. */
export const GUARD_KEYS = { north: makeKey(), sales: makeKey(), sender: makeKey() } as const;
/** The one queue that the second of them may see. */
export const GUARDED_QUEUE = 'sales';
const entry = (name: keyof typeof GUARD_KEYS, more: object) => ({
  name,
  hash: hashOfKey(GUARD_KEYS[name]),
  ...more,
});
const ACCESS = {
  keys: [
    entry('north', { roles: ['read'], centres: ['north'] }),
    entry('sales', { roles: ['read'], queues: [GUARDED_QUEUE] }),
    entry('sender', { roles: ['ingest'] }),
  ],
};

/** Real servers and real processes, with a proxy between each pair of them. */
export interface Deployment {
  readonly kafka: KafkaServer;
  readonly redis: RedisServer;
  readonly ingest: Service;
  readonly aggregators: readonly Service[];
  readonly gateways: readonly Service[];
  /** A third gateway, which asks for keys. */
  readonly guarded: Service;
  readonly clocks: { set(who: Clocked, offMs: number): Promise<void> };
  /** What Node is told at the start of every process. */
  readonly nodeOptions: string;
  /** Where senders and viewers come in. */
  readonly ingestUrl: string;
  readonly viewerUrl: string;
  readonly links: ReadonlyMap<Link, Proxy>;
  /** The third member of the group: not running until a fault starts it. */
  startSpare(): Promise<Service>;
  services(): readonly Service[];
  stop(): Promise<void>;
}

export interface Servers {
  readonly kafka: KafkaServer;
  readonly redis: RedisServer;
  readonly links: Map<Link, Proxy>;
}

/** Kafka with a listener for every client, Redis, and the proxies before them. */
export async function startServers(): Promise<Servers> {
  const links = new Map<Link, Proxy>();
  const listeners: Record<string, { port: number; advertisedPort: number }> = {};
  for (const client of KAFKA_CLIENTS) {
    const port = await freePort();
    const proxy = await startProxy(() => port);
    links.set(`${client}-kafka`, proxy);
    listeners[client.toUpperCase()] = { port, advertisedPort: proxy.port };
  }
  const [kafka, redis] = await Promise.all([startKafka({ listeners }), startRedis({ toldOfFullDisk: true })]);
  const redisPort = Number(new URL(redis.url).port);
  for (const client of REDIS_CLIENTS) links.set(`${client}-redis`, await startProxy(() => redisPort));
  return { kafka, redis, links };
}

/** As they were at first: no topic, no key, nothing in between them and their clients. */
export async function emptied({ kafka, redis, links }: Servers): Promise<void> {
  for (const proxy of links.values()) proxy.become({ kind: 'pass' });
  const client = new Redis(redis.url);
  await client.flushall();
  client.disconnect();
  const admin = new Kafka({ brokers: [...kafka.brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    const ours = async (): Promise<string[]> =>
      (await admin.listTopics()).filter((topic) => topic.startsWith('vigie.'));
    const topics = await ours();
    if (topics.length > 0) await admin.deleteTopics({ topics });
    await waitFor(async () => (await ours()).length === 0, { what: 'the topics to go', timeoutMs: 30_000 });
  } finally {
    await admin.disconnect();
  }
}

/** Two aggregators, two gateways and a third with access control, and one ingest; all are ready. */
export async function deploy({ kafka, redis, links }: Servers, config: OracleConfig): Promise<Deployment> {
  const directory = await temporaryDirectory('chaos');
  const file = join(directory, 'vigie.yaml');
  const guardedFile = join(directory, 'guarded.yaml');
  const settings = { ...config, kafka: { partitions: PARTITIONS } };
  await writeFile(file, JSON.stringify(settings));
  await writeFile(guardedFile, JSON.stringify({ ...settings, access: ACCESS }));
  const nodeOptions = `--import=${pathToFileURL(join(repositoryRoot(), 'test/chaos/clock.mjs')).href}`;
  const clockOf = (who: Clocked): string => join(directory, `clock-${who}`);
  const at = (link: Link): number => links.get(link)?.port ?? 0;
  const start = async (role: string, kafkaLink: Link, redisLink: Link, who?: Clocked): Promise<Service> =>
    await startService(
      [role, '--config', redisLink === 'gateway2-redis' ? guardedFile : file],
      {
        ...(who === undefined ? {} : { NODE_OPTIONS: nodeOptions, CHAOS_CLOCK: clockOf(who) }),
        VIGIE_KAFKA_BROKERS: `127.0.0.1:${at(kafkaLink)}`,
        VIGIE_REDIS_URL: `redis://127.0.0.1:${at(redisLink)}`,
      },
      { maxFailures: MAX_FAILURES },
    );
  const ingest = await start('ingest', 'ingest-kafka', 'gateway1-redis', 'ingest');
  await ingest.ready();
  const aggregators = [
    await start('aggregator', 'aggregator0-kafka', 'aggregator0-redis', 'aggregator0'),
    await start('aggregator', 'aggregator1-kafka', 'aggregator1-redis', 'aggregator1'),
  ];
  const gateways = [
    await start('gateway', 'ingest-kafka', 'gateway0-redis', 'gateway0'),
    await start('gateway', 'ingest-kafka', 'gateway1-redis', 'gateway1'),
  ];
  const guarded = await start('gateway', 'ingest-kafka', 'gateway2-redis');
  const spares: Service[] = [];
  const services = (): Service[] => [ingest, ...aggregators, ...gateways, guarded, ...spares];
  for (const service of services()) await service.ready();
  const portOf = (service: Service | undefined) => () => Number(new URL(service?.url ?? '').port);
  const own = [await startProxy(portOf(ingest)), await startProxy(portOf(gateways[0]))] as const;
  links.set('sender-ingest', own[0]);
  links.set('viewer-gateway0', own[1]);
  return {
    kafka,
    redis,
    ingest,
    aggregators,
    gateways,
    guarded,
    clocks: { set: async (who, offMs) => await writeFile(clockOf(who), String(offMs)) },
    nodeOptions,
    ingestUrl: `http://127.0.0.1:${at('sender-ingest')}`,
    viewerUrl: `http://127.0.0.1:${at('viewer-gateway0')}`,
    links,
    async startSpare() {
      const [stopped] = spares;
      if (stopped === undefined)
        spares.push(await start('aggregator', 'aggregator2-kafka', 'aggregator2-redis'));
      else await stopped.restart();
      return spares[0] as Service;
    },
    services,
    async stop() {
      const running = services().filter((service) => service.running);
      await Promise.all(running.map(async (service) => await service.stop()));
      for (const proxy of own) await proxy.stop();
    },
  };
}
