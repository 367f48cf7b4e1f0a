import { resolve } from 'node:path';
import { ConfigError, type Configuration } from '@vigie/contracts';
import { CATALOGUE } from '@vigie/metrics';
import { createLogger, loadConfiguration, type Variables } from '@vigie/service-kit';
import { fail, ok, skip, type Finding } from '../doctor/finding.ts';
import { judgeKafka } from '../doctor/kafka.ts';
import { checkDataDirectory, checkService, checkSources } from '../doctor/local.ts';
import { judgeCheckpoints } from '../doctor/log-and-checkpoints.ts';
import { judgeRetention, neededLog } from '../doctor/needs.ts';
import { judgeRedis } from '../doctor/redis.ts';
import { shown, type Terminal } from '../terminal.ts';

export interface DoctorFlags {
  readonly config?: string;
  readonly url?: readonly string[];
  readonly json?: boolean;
}

/** `vigie doctor`: is everything reachable and sane? Answers the exit status: 1 when something has to be mended. */
export async function doctorCommand(flags: DoctorFlags, terminal: Terminal, env: Variables): Promise<number> {
  const findings = await examine(flags, env);
  const isWell = findings.every(({ verdict }) => verdict !== 'fail');
  if (flags.json === true) {
    await terminal.out(`${JSON.stringify({ ok: isWell, checks: findings })}\n`);
    return isWell ? 0 : 1;
  }
  const width = Math.max(...findings.map(({ check }) => check.length));
  for (const { check, verdict, found, todo } of findings) {
    await terminal.out(`${verdict.padEnd(4)}  ${check.padEnd(width)}  ${shown(found)}\n`);
    if (todo !== undefined) await terminal.out(`${' '.repeat(8 + width)}→ ${shown(todo)}\n`);
  }
  return isWell ? 0 : 1;
}

async function examine(flags: DoctorFlags, env: Variables): Promise<readonly Finding[]> {
  let configuration: Configuration;
  const findings: Finding[] = [];
  try {
    const kpis = CATALOGUE.map(({ id }) => id);
    const loaded = await loadConfiguration({ file: flags.config, env, kpis });
    ({ configuration } = loaded);
    findings.push(ok('configuration', loaded.file ?? 'there is no vigie.yaml here, the defaults hold'));
    for (const sentence of loaded.notYetInForce) findings.push(skip('configuration', sentence));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ message }) =>
      fail('configuration', message, 'mend it: nothing starts with it'),
    );
  }
  findings.push(judgeRetention('retention.log', configuration.retention.logMs, neededLog(configuration)));
  const { host, port, advertisedUrl } = configuration.server;
  const own = advertisedUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  const kafka = checkKafka(configuration, env);
  const redis = checkRedis(configuration);
  const parts = await Promise.all([
    checkDataDirectory(resolve(configuration.dataDirectory)),
    checkSources(configuration.sources),
    kafka.then(({ findings: ofKafka }) => ofKafka),
    redis.then(({ findings: ofRedis }) => ofRedis),
    Promise.all([redis, kafka]).then(([{ heads }, { partitions }]) => judgeCheckpoints(heads, partitions)),
    ...(flags.url ?? []).map(async (url) => await checkService(url, true)),
    ...(flags.url === undefined ? [checkService(own, false)] : []),
  ]);
  return [...findings, ...parts.flat()];
}

/** What was found of Kafka; the partitions of the event log, when it has any. */
async function checkKafka(
  configuration: Configuration,
  env: Variables,
): Promise<{ readonly findings: readonly Finding[]; readonly partitions: number | undefined }> {
  const { kafka, retention } = configuration;
  const told = (finding: Finding) => ({ findings: [finding], partitions: undefined });
  if (kafka === undefined) return told(skip('kafka', 'none is configured: the embedded log is used'));
  try {
    const { inspectKafka, kafkaOptions } = await import('@vigie/kafka');
    const logger = createLogger({ name: 'doctor', level: 'silent' });
    const ofProcess = { clientId: 'vigie-doctor', retentionMs: retention.logMs, env, logger };
    const found = await inspectKafka(await kafkaOptions(kafka, ofProcess));
    const findings = judgeKafka(found, kafka, neededLog(configuration));
    return { findings, partitions: found.topics.events?.partitions };
  } catch (error) {
    const found = `${kafka.brokers.join(', ')}: ${(error as Error).message}`;
    return told(fail('kafka', found, 'start the brokers, or check kafka.brokers and what lies between'));
  }
}

/** What was found of Redis, and the heads of the checkpoints in it. */
async function checkRedis({
  redis,
}: Configuration): Promise<{ readonly findings: readonly Finding[]; readonly heads: readonly Uint8Array[] }> {
  const told = (finding: Finding) => ({ findings: [finding], heads: [] });
  if (redis === undefined) return told(skip('redis', 'none is configured: the embedded store is used'));
  try {
    const { inspectRedis, redisOptions } = await import('@vigie/redis');
    const logger = createLogger({ name: 'doctor', level: 'silent' });
    const found = await inspectRedis(await redisOptions(redis, logger));
    return { findings: judgeRedis(found), heads: found.heads };
  } catch (error) {
    return told(
      fail('redis', (error as Error).message, 'start Redis, or check redis.url and what lies between'),
    );
  }
}
