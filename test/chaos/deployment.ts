import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import {
  freePort,
  startKafka,
  startProxy,
  startRedis,
  temporaryDirectory,
  type KafkaServer,
  type Proxy,
  type RedisServer,
} from '@vigie/testkit';
import type { OracleConfig } from '@vigie/testkit/oracle';

import { startService, type Service } from '../integration/exactness/service.ts';

export const PARTITIONS = 4;
/** Two of them share a partition. */
export const CENTRES = ['default', 'north', 'south', 'west'];
const KAFKA_CLIENTS = ['ingest', 'aggregator0', 'aggregator1', 'aggregator2'] as const;
const REDIS_CLIENTS = ['aggregator0', 'aggregator1', 'aggregator2', 'gateway0', 'gateway1'] as const;
/** A supervisor does not give up: what ends by itself is started again, and told in the end. */
const MAX_FAILURES = 1000;

/** A place where a proxy stands: `<client>-kafka`, `<client>-redis`, or between users and a service. */
export type Link =
  | `${(typeof KAFKA_CLIENTS)[number]}-kafka`
  | `${(typeof REDIS_CLIENTS)[number]}-redis`
  | 'sender-ingest'
  | 'viewer-gateway0';

/** Real servers and real processes, with a proxy between each pair of them. */
export interface Deployment {
  readonly kafka: KafkaServer;
  readonly redis: RedisServer;
  readonly ingest: Service;
  readonly aggregators: readonly Service[];
  readonly gateways: readonly Service[];
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
  const [kafka, redis] = await Promise.all([startKafka({ listeners }), startRedis()]);
  const redisPort = Number(new URL(redis.url).port);
  for (const client of REDIS_CLIENTS) links.set(`${client}-redis`, await startProxy(() => redisPort));
  return { kafka, redis, links };
}

/** Two aggregators, two gateways and one ingest; all are ready. */
export async function deploy({ kafka, redis, links }: Servers, config: OracleConfig): Promise<Deployment> {
  const directory = await temporaryDirectory('chaos');
  const file = join(directory, 'vigie.yaml');
  await writeFile(file, JSON.stringify({ ...config, kafka: { partitions: PARTITIONS } }));
  const at = (link: Link): number => links.get(link)?.port ?? 0;
  const start = async (role: string, kafkaLink: Link, redisLink: Link): Promise<Service> =>
    await startService(
      [role, '--config', file],
      {
        VIGIE_KAFKA_BROKERS: `127.0.0.1:${at(kafkaLink)}`,
        VIGIE_REDIS_URL: `redis://127.0.0.1:${at(redisLink)}`,
      },
      { maxFailures: MAX_FAILURES },
    );
  const ingest = await start('ingest', 'ingest-kafka', 'gateway1-redis');
  await ingest.ready();
  const aggregators = [
    await start('aggregator', 'aggregator0-kafka', 'aggregator0-redis'),
    await start('aggregator', 'aggregator1-kafka', 'aggregator1-redis'),
  ];
  const gateways = [
    await start('gateway', 'ingest-kafka', 'gateway0-redis'),
    await start('gateway', 'ingest-kafka', 'gateway1-redis'),
  ];
  const spares: Service[] = [];
  const services = (): Service[] => [ingest, ...aggregators, ...gateways, ...spares];
  for (const service of services()) await service.ready();
  const portOf = (service: Service | undefined) => () => Number(new URL(service?.url ?? '').port);
  links.set('sender-ingest', await startProxy(portOf(ingest)));
  links.set('viewer-gateway0', await startProxy(portOf(gateways[0])));
  return {
    kafka,
    redis,
    ingest,
    aggregators,
    gateways,
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
      for (const proxy of links.values()) await proxy.stop();
    },
  };
}
