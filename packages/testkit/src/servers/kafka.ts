import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type Child, startListening } from './child.ts';
import { temporaryDirectory } from './guardian.ts';
import { installKafka, type KafkaInstallation } from './kafka-install.ts';
import { freePort } from './ports.ts';
import { requireTool } from './tools.ts';

/** Twice what a broker needs on a busy machine after a SIGKILL. */
const START_TIMEOUT_MS = 60_000;
const run = promisify(execFile);

export interface KafkaOptions {
  /** Nodes of the cluster; one is all there is. */
  readonly brokers?: 1;
  /** Broker settings on top of those of the launcher, e.g. `{ 'log.retention.ms': '1000' }`. */
  readonly properties?: Readonly<Record<string, string>>;
  /**
   * Further listeners by name, each for clients that come through a proxy: whoever asks there is told that the broker is
   * on `advertisedPort`.
   */
  readonly listeners?: Readonly<Record<string, { readonly port: number; readonly advertisedPort: number }>>;
}

export interface KafkaServer {
  readonly brokers: readonly string[];
  /** True when `VIGIE_KAFKA_BROKERS` named it: it is somebody else's, and is neither stopped nor killed. */
  readonly external: boolean;
  log(): string;
  /** SIGTERM and, should that not do, SIGKILL; its data is deleted. */
  stop(): Promise<void>;
  /** SIGKILL. The data stays, for {@link restart}. */
  kill(): Promise<void>;
  /** Starts again on the same port and data, stopping it before when it still runs. */
  restart(): Promise<void>;
  /** SIGSTOP and SIGCONT: a broker that hangs, and goes on. */
  signal(signal: NodeJS.Signals): void;
  /** Of the process that runs now, or ran last; 0 when it is somebody else's. */
  readonly pid: number;
}

/**
 * A single-node KRaft broker on free ports of 127.0.0.1, ready to accept clients. Topics are not created by use.
 * With `VIGIE_KAFKA_BROKERS` set, that cluster instead.
 */
export async function startKafka(options: KafkaOptions = {}): Promise<KafkaServer> {
  const given = process.env['VIGIE_KAFKA_BROKERS'];
  if (given !== undefined && given !== '') return externalKafka(given, options);

  const java = requireTool('java');
  const installation = await installKafka();
  const directory = await temporaryDirectory('kafka');
  const port = await freePort();
  const configuration = join(directory, 'server.properties');
  const settings: Record<string, string> = {
    ...defaults(port, await freePort(), join(directory, 'data')),
    ...options.properties,
  };
  for (const [name, { port: at, advertisedPort }] of Object.entries(options.listeners ?? {})) {
    settings['listeners'] += `,${name}://127.0.0.1:${at}`;
    settings['advertised.listeners'] += `,${name}://127.0.0.1:${advertisedPort}`;
    settings['listener.security.protocol.map'] += `,${name}:PLAINTEXT`;
  }
  await writeFile(
    configuration,
    Object.entries(settings)
      .map(([key, value]) => `${key}=${value}\n`)
      .join(''),
  );
  const { classpath } = installation;
  // An id that begins with a dash would be taken for an option.
  const cluster = `v${randomBytes(16).toString('base64url').slice(1)}`;
  const format = ['kafka.tools.StorageTool', 'format', '--standalone', '-t', cluster, '-c', configuration];
  await run(java, [...quick(installation, false), '-cp', classpath, ...format]);

  const start = async (): Promise<Child> => {
    const args = [
      ...quick(installation, true),
      '-Xms256m',
      '-Xmx512m',
      '-cp',
      classpath,
      'kafka.Kafka',
      configuration,
    ];
    return await startListening(
      { name: 'Kafka', command: java, args },
      { port, timeoutMs: START_TIMEOUT_MS },
    );
  };

  let child = await start();
  return {
    brokers: [`127.0.0.1:${port}`],
    external: false,
    log: () => child.log(),
    async stop() {
      await child.stop();
      await keepArchive(installation);
      await rm(directory, { recursive: true, force: true });
    },
    async kill() {
      await child.kill();
    },
    async restart() {
      await child.stop();
      child = await start();
    },
    signal: (signal) => child.signal(signal),
    get pid() {
      return child.pid;
    },
  };
}

/**
 * Quick to start rather than quick at the peak: only the first compiler, and classes from an archive. While there is
 * none, the broker writes one as it ends; an archive that does not fit this Java is ignored by it.
 */
function quick(installation: KafkaInstallation, writesArchive: boolean): string[] {
  const archive = existsSync(installation.archiveFile)
    ? [`-XX:SharedArchiveFile=${installation.archiveFile}`, '-Xshare:auto']
    : writesArchive
      ? [`-XX:ArchiveClassesAtExit=${newArchive(installation)}`]
      : [];
  const logging = [
    '-Xlog:disable',
    '-Xlog:all=error:stderr',
    `-Dlog4j2.configurationFile=${installation.log4jFile}`,
  ];
  return ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', ...archive, ...logging];
}

const newArchive = (installation: KafkaInstallation): string => `${installation.archiveFile}.${process.pid}`;

async function keepArchive(installation: KafkaInstallation): Promise<void> {
  if (existsSync(newArchive(installation))) await rename(newArchive(installation), installation.archiveFile);
}

function defaults(port: number, controllerPort: number, data: string): Record<string, string> {
  const one = ['offsets.topic', 'transaction.state.log', 'share.coordinator.state.topic'].map(
    (topic) => [`${topic}.replication.factor`, '1'] as const,
  );
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.bootstrap.servers': `127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': data,
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': '0',
    ...Object.fromEntries(one),
    'transaction.state.log.min.isr': '1',
    'share.coordinator.state.topic.min.isr': '1',
    // one partition of each will do: fifty take seconds to create
    'offsets.topic.num.partitions': '1',
    'transaction.state.log.num.partitions': '1',
    // after a SIGKILL the controller waits this long before it lets the broker in again
    'broker.session.timeout.ms': '3000',
  };
}

function externalKafka(given: string, options: KafkaOptions): KafkaServer {
  if (options.properties !== undefined || options.listeners !== undefined) {
    throw new Error('this test sets properties of its broker: unset VIGIE_KAFKA_BROKERS to run it');
  }
  const refuse = (verb: string) => async (): Promise<never> => {
    throw new Error(
      `${verb}() of Kafka: VIGIE_KAFKA_BROKERS names a cluster that is not the test's own; unset it`,
    );
  };
  return {
    brokers: given.split(',').map((broker) => broker.trim()),
    external: true,
    pid: 0,
    log: () => '',
    stop: async () => undefined,
    kill: refuse('kill'),
    restart: refuse('restart'),
    signal: () => {
      throw new Error(
        "signal() of Kafka: VIGIE_KAFKA_BROKERS names a cluster that is not the test's own; unset it",
      );
    },
  };
}
