import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { startKafka, startRedis, temporaryDirectory } from '@vigie/testkit';

import { startService, type Service } from '../../integration/exactness/service.ts';

/** A running Vigie: where events go, where figures are asked for. */
export interface Deployment {
  readonly ingest: Service;
  readonly gateway: Service;
  /** Owns the figures. */
  readonly aggregator: Service;
  stop(): Promise<void>;
}

/** Everything in one process, on embedded adapters. */
export async function oneProcess(config: object): Promise<Deployment> {
  const file = await configFile(config);
  const data = await temporaryDirectory('data');
  const service = await startService(['start', '--config', file, '--data', data]);
  await service.ready();
  const stop = async (): Promise<void> => void (service.running && (await service.stop()));
  return { ingest: service, gateway: service, aggregator: service, stop };
}

/** A process for each role, on Kafka and Redis. */
export async function separateProcesses(config: object): Promise<Deployment> {
  const [kafka, redis] = await Promise.all([startKafka(), startRedis()]);
  const file = await configFile({ ...config, kafka: { partitions: 2 } });
  const env = { VIGIE_KAFKA_BROKERS: kafka.brokers.join(','), VIGIE_REDIS_URL: redis.url };
  const services: Service[] = [];
  for (const role of ['ingest', 'aggregator', 'gateway']) {
    const service = await startService([role, '--config', file], env);
    services.push(service);
    await service.ready();
  }
  const [ingest, aggregator, gateway] = services as [Service, Service, Service];
  const stop = async (): Promise<void> => {
    for (const service of services) if (service.running) await service.stop();
    await Promise.all([kafka.stop(), redis.stop()]);
  };
  return { ingest, aggregator, gateway, stop };
}

async function configFile(config: object): Promise<string> {
  const file = join(await temporaryDirectory('config'), 'vigie.yaml');
  await writeFile(file, JSON.stringify(config));
  return file;
}
