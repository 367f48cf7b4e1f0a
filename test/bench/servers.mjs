/** What benchmarks run against: real servers and the built program, in processes of their own. */
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';

import { freePort, spawnVigie, startChild, startKafka, startRedis, temporaryDirectory } from '@vigie/testkit';
import { Kafka, logLevel, Partitioners } from 'kafkajs';

import { chunks } from './traffic.mjs';

/** Kafka with `vigie.events` of one partition, and Redis. `stop` ends both. */
export async function startServers() {
  const [kafka, redis] = await Promise.all([startKafka(), startRedis()]);
  const { brokers } = kafka;
  const client = new Kafka({ brokers: [...brokers], clientId: 'bench', logLevel: logLevel.ERROR });
  return {
    brokers,
    redisUrl: redis.url,
    client,
    env: { VIGIE_KAFKA_BROKERS: brokers.join(','), VIGIE_REDIS_URL: redis.url, VIGIE_LOG_LEVEL: 'warn' },
    stop: async () => void (await Promise.all([kafka.stop(), redis.stop()])),
  };
}

/** A topic of one partition with these values; resolves when the broker has all. @param {Kafka} client @param {string} topic @param {readonly Buffer[]} values */
export async function fillTopic(client, topic, values) {
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  const perRequest = Math.max(1, Math.floor(500_000 / (values[0]?.length ?? 1)));
  for (const some of chunks(values, perRequest)) {
    await producer.send({ topic, messages: some.map((value) => ({ key: 'default', value })) });
  }
  await producer.disconnect();
}

/** Runs one of `processes/` to its end and answers the JSON it printed. @param {string} file @param {object} argument @param {NodeJS.ProcessEnv} [env] */
export async function runProcess(file, argument, env = {}) {
  const child = await startProcess(file, argument, env);
  const { code, signal } = await child.exited;
  const line = child.stdout().trim().split('\n').at(-1) ?? '';
  if (code !== 0 || !line.startsWith('{')) {
    throw new Error(`${file} ended with ${code ?? signal}:\n${child.log().slice(-4000)}`);
  }
  return JSON.parse(line);
}

/** Starts one of `processes/`, away from any `vigie.yaml`. @param {string} file @param {object} argument @param {NodeJS.ProcessEnv} [env] */
export async function startProcess(file, argument, env = {}) {
  const path = fileURLToPath(new URL(`processes/${file}.mjs`, import.meta.url));
  return await startChild({
    name: file,
    command: process.execPath,
    args: [path, JSON.stringify(argument)],
    cwd: await temporaryDirectory('bench'),
    env: { ...process.env, ...env },
  });
}

/** `vigie …` on a free port, ready. @param {readonly string[]} args @param {Record<string, string>} [env] */
export async function startVigie(args, env = {}) {
  const port = await freePort();
  const cwd = await temporaryDirectory('bench');
  const vigie = await spawnVigie([...args, '--port', String(port)], {
    cwd,
    env: { VIGIE_LOG_LEVEL: 'warn', ...env },
  });
  const url = `http://127.0.0.1:${port}`;
  return { ...vigie, pid: vigie.pid, url, ready: async () => await vigie.waitFor(`${url}/readyz`, 60_000) };
}

/** A configuration file for `--config`. @param {string} yaml */
export async function configurationFile(yaml) {
  const file = join(await temporaryDirectory('bench'), 'vigie.yaml');
  await writeFile(file, yaml);
  return file;
}
