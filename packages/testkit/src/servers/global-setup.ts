/** Vitest's global setup of the project `servers`: see `shared.ts`. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { TestProject } from 'vitest/node';

import { startKafka } from './kafka.ts';
import { startRedis } from './redis.ts';

interface Started {
  readonly address: string;
  stop(): Promise<void>;
}

const LAUNCHERS: Readonly<Record<string, () => Promise<Started>>> = {
  '/kafka': async () => {
    const kafka = await startKafka();
    return { address: kafka.brokers.join(','), stop: kafka.stop };
  },
  '/redis': async () => {
    const redis = await startRedis();
    return { address: redis.url, stop: redis.stop };
  },
};

/** Listens for workers that want a shared server; the returned function stops what was started. */
export default async function setup(project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const started = new Map<string, Promise<Started>>();
  const start = (path: string, launch: () => Promise<Started>): Promise<Started> => {
    const known = started.get(path) ?? launch();
    started.set(path, known);
    return known;
  };
  const door = createServer((request, response) => {
    const path = request.url ?? '';
    const launch = LAUNCHERS[path];
    if (launch === undefined) {
      response.writeHead(404).end(`no shared server ${path}`);
      return;
    }
    start(path, launch).then(
      ({ address }) => response.end(address),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    );
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  project.provide('sharedServersUrl', `http://127.0.0.1:${(door.address() as AddressInfo).port}`);

  return async () => {
    door.closeAllConnections();
    await new Promise((resolve) => door.close(resolve));
    const servers = await Promise.allSettled(started.values());
    await Promise.all(servers.map(async (one) => one.status === 'fulfilled' && (await one.value.stop())));
  };
}
