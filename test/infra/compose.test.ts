import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { requireTool } from '@vigie/testkit';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { ROOT } from '../architecture/source.ts';

interface Service {
  readonly image: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly (string | { readonly host_ip?: string })[];
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: object;
  readonly profiles?: readonly string[];
}

/** The file as compose itself reads it: merged, interpolated, checked against its schema. It needs no engine. */
function resolved(...options: string[]): Readonly<Record<string, Service>> {
  const args = ['--file', 'docker-compose.yml', ...options, 'config'];
  const { status, stdout, stderr } = spawnSync(requireTool('docker-compose'), args, {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return (parse(stdout) as { readonly services: Record<string, Service> }).services;
}

/** As written, for what `config` expands or leaves out. */
const written = (
  parse(readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    readonly services: Record<string, Service>;
  }
).services;

test('compose accepts the file, and it runs every role, two aggregators among them', () => {
  const services = resolved('--profile', 'demo');
  expect(Object.keys(services).sort()).toEqual([
    ...[
      'aggregator-1',
      'aggregator-2',
      'gateway',
      'grafana',
      'ingest',
      'kafka',
      'prometheus',
      'redis',
      'simulator',
    ],
  ]);
});

test('ports are published on the loopback only, since the services are open', () => {
  const ports = Object.values(written).flatMap((service) => service.ports ?? []);
  expect(ports).not.toEqual([]);
  for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
});

test('every service that others wait for tells whether it is healthy', () => {
  const awaited = Object.values(written).flatMap(({ depends_on: needs = {} }) =>
    Object.entries(needs).flatMap(([name, { condition }]) => (condition === 'service_healthy' ? [name] : [])),
  );
  expect(awaited).toContain('kafka');
  for (const name of awaited) expect(written[name]?.healthcheck, name).toBeDefined();
});

test('Redis evicts nothing and keeps an append-only file', () => {
  expect(written['redis']?.command?.join(' ')).toContain('--appendonly yes');
  expect(written['redis']?.command?.join(' ')).toContain('--maxmemory-policy noeviction');
});

test('each aggregator says under which name the gateway reaches it', () => {
  for (const name of ['aggregator-1', 'aggregator-2']) {
    expect(written[name]?.environment?.['VIGIE_ADVERTISED_URL']).toBe(`http://${name}:8082`);
  }
});

test('what is built and mounted from the repository is there', () => {
  const mounted = Object.values(written)
    .flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0] ?? ''))
    .filter((path) => path.startsWith('.'));
  const built = Object.values(written).flatMap(({ build }) =>
    build === undefined ? [] : [build.dockerfile],
  );
  for (const path of [...mounted, ...built]) expect(existsSync(join(ROOT, path)), path).toBe(true);
  expect(mounted.length).toBeGreaterThan(3);
});
