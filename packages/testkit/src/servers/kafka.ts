import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { type Child, startChild } from './child.ts';
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
  const settings = { ...defaults(port, await freePort(), join(directory, 'data')), ...options.properties };
  await writeFile(configuration, Object.entries(settings).map(([key, value]) => `${key}=${value}\n`).join(''));
  const { classpath } = installation;
  const cluster = randomBytes(16).toString('base64url');
  const format = ['kafka.tools.StorageTool', 'format', '--standalone', '-t', cluster, '-c', configuration];
  await run(java, [...quick(installation), '-cp', classpath, ...format]);

  const start = async (): Promise<Child> => {
    const args = [...quick(installation), '-Xms256m', '-Xmx512m', '-cp', classpath, 'kafka.Kafka', configuration];
    const started = await startChild({ name: 'Kafka', command: java, args });
    try {
      await started.listening(port, START_TIMEOUT_MS);
    } catch (error) {
      await started.kill();
      throw error;
    }
    return started;
  };

  let child = await start();
  if (!existsSync(installation.archiveFile)) await archiveClasses(java, installation, directory, configuration);
  return {
    brokers: [`127.0.0.1:${port}`],
    external: false,
    log: () => child.log(),
    async stop() {
      await child.stop();
      await rm(directory, { recursive: true, force: true });
    },
    async kill() {
      await child.kill();
    },
    async restart() {
      await child.stop();
      child = await start();
    },
  };
}

/** Quick to start rather than quick at the peak: only the first compiler, and classes from the archive if it fits. */
function quick(installation: KafkaInstallation): string[] {
  const flags = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Xlog:disable', '-Xlog:all=error:stderr'];
  const archive = existsSync(installation.archiveFile) ? [`-XX:SharedArchiveFile=${installation.archiveFile}`] : [];
  return [...flags, ...archive, `-Dlog4j2.configurationFile=${installation.log4jFile}`];
}
