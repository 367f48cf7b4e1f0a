/** Who may import whom: the layout of `CONTRIBUTING.md` as a table. The lint rules are checked against it. */

const SERVICES = ['ingest', 'aggregator', 'gateway', 'simulator', 'standalone', 'cli', 'wallboard'] as const;
const SHIPPED_PACKAGES = [
  ...['contracts', 'metrics', 'engine', 'kafka', 'redis', 'embedded', 'sources', 'client', 'service-kit'],
];
const STARTED_BY_PROGRAMS = ['ingest', 'aggregator', 'gateway', 'simulator', 'standalone'];

/** Folder of a workspace → names after `@vigie/` that its shipped code may import. */
export const ALLOWED_IMPORTS: Readonly<Record<string, readonly string[]>> = {
  'packages/contracts': [],
  'packages/metrics': ['contracts'],
  'packages/engine': ['contracts', 'metrics'],
  'packages/kafka': ['contracts', 'engine'],
  'packages/redis': ['contracts', 'engine'],
  'packages/embedded': ['contracts', 'engine'],
  'packages/sources': ['contracts'],
  'packages/client': ['contracts'],
  'packages/service-kit': ['contracts'],
  'packages/testkit': [...SHIPPED_PACKAGES, ...SERVICES],
  'services/ingest': SHIPPED_PACKAGES,
  'services/aggregator': SHIPPED_PACKAGES,
  'services/gateway': SHIPPED_PACKAGES,
  'services/simulator': SHIPPED_PACKAGES,
  'services/standalone': [
    ...SHIPPED_PACKAGES,
    ...STARTED_BY_PROGRAMS.filter((name) => name !== 'standalone'),
  ],
  'services/cli': [...SHIPPED_PACKAGES, ...STARTED_BY_PROGRAMS],
  // of the metrics only the labels of the catalogue: the browser computes no figure
  'services/wallboard': ['contracts', 'client', 'metrics/catalogue'],
};

/** Libraries that live behind a port: replacing one touches one package. Tests may use them. */
export const CONFINED_LIBRARIES: Readonly<Record<string, string>> = {
  kafkajs: 'packages/kafka',
  ioredis: 'packages/redis',
  lmdb: 'packages/embedded',
};

/** Folders whose code uses no Node built-in, clock, randomness, timer or environment. */
export const PURE_FOLDERS = [
  'packages/contracts/src',
  'packages/metrics/src',
  'packages/engine/src/processor',
  'packages/engine/src/checkpoint',
  'packages/engine/src/query',
  'packages/engine/src/fanout',
];
