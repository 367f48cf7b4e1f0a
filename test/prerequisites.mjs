/** Brings the servers that the tests start: programs from the system's packages, Kafka's jars from Maven Central. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Throws with one sentence when something is missing and cannot be installed. */
export async function installPrerequisites() {
  // built by the type check that ran before
  const { installKafka, isKafkaInstalled, TOOLS, whereIs } =
    await import('../packages/testkit/dist/index.js');
  const ownKafka = !process.env.VIGIE_KAFKA_BROKERS;
  const needed = ['prometheus', 'promtool', 'chromium', 'docker-compose'];
  if (!process.env.VIGIE_REDIS_URL) needed.push('redis-server');
  if (ownKafka) needed.push('java', ...(isKafkaInstalled() ? [] : ['mvn']));

  const missing = () => needed.filter((tool) => whereIs(tool) === undefined);
  const packages = [...new Set(missing().map((tool) => TOOLS[tool].package))];
  if (packages.length > 0) {
    const names = packages.join(' ');
    if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
      throw new Error(
        `missing for the tests: ${missing().join(', ')}; install them (Debian, Ubuntu: apt-get install ${names})`,
      );
    }
    console.log(`installing with apt-get: ${names}`);
    apt('update');
    apt('install', '--yes', '--no-install-recommends', ...packages);
    if (missing().length > 0)
      throw new Error(`still missing after apt-get install ${names}: ${missing().join(', ')}`);
  }
  if (ownKafka) {
    if (!isKafkaInstalled()) console.log("fetching Kafka's jars from Maven Central");
    await installKafka();
  }
}

function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr } = spawnSync('apt-get', ['-qq', ...args], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${stdout}${stderr}`);
}
