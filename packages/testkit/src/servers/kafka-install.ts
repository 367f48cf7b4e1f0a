/**
 * Kafka without Docker: the broker's jars from Maven Central, kept in the user's cache, keyed by version. A class data
 * archive beside them halves the time a broker needs to start.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { cacheDirectory, MissingServerError, requireTool } from './tools.ts';

export const KAFKA_VERSION = '4.3.1';
/** Without a binding for its logger the broker runs but logs nothing. */
const LOG4J_VERSION = '2.25.4';

const run = promisify(execFile);

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>vigie</groupId><artifactId>kafka-jars</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>${LOG4J_VERSION}</version></dependency>
  </dependencies>
</project>
`;

const LOG4J = `status=error
appenders=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{HH:mm:ss.SSS} %-5p %c{1}: %m%n
rootLogger.level=warn
rootLogger.appenderRefs=out
rootLogger.appenderRef.out.ref=out
`;

export interface KafkaInstallation {
  readonly directory: string;
  readonly classpath: string;
  readonly log4jFile: string;
  /** A class data archive, once a first broker has ended and left one. */
  readonly archiveFile: string;
}

const installationDirectory = (): string =>
  join(cacheDirectory(), `kafka-${KAFKA_VERSION}-log4j-${LOG4J_VERSION}`);

/** False when {@link installKafka} would have to download. */
export function isKafkaInstalled(): boolean {
  return existsSync(installationDirectory());
}

/** The jars of the broker, downloaded once (44 MB, about half a minute). Safe when several processes ask at once. */
export async function installKafka(): Promise<KafkaInstallation> {
  const directory = installationDirectory();
  if (!isKafkaInstalled()) await download(directory);
  return {
    directory,
    classpath: await classpathOf(join(directory, 'libs')),
    log4jFile: join(directory, 'log4j2.properties'),
    archiveFile: join(directory, 'classes.jsa'),
  };
}

/** Every jar by name and in a fixed order: the archive is only valid for the classpath it was made with. */
async function classpathOf(libs: string): Promise<string> {
  const jars = (await readdir(libs)).filter((name) => name.endsWith('.jar')).sort();
  return jars.map((name) => join(libs, name)).join(':');
}

async function download(directory: string): Promise<void> {
  requireTool('java');
  const maven = requireTool('mvn');
  await mkdir(cacheDirectory(), { recursive: true });
  const scratch = await mkdtemp(join(cacheDirectory(), 'kafka-download-'));
  try {
    await writeFile(join(scratch, 'pom.xml'), POM);
    await writeFile(join(scratch, 'log4j2.properties'), LOG4J);
    const goal = [
      'dependency:copy-dependencies',
      '-DincludeScope=runtime',
      `-DoutputDirectory=${scratch}/libs`,
    ];
    await run(maven, ['-B', '-q', '-f', join(scratch, 'pom.xml'), ...goal], { maxBuffer: 16 * 1024 * 1024 });
    // whoever is first wins; the other's download is the same
    await rename(scratch, directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error;
    });
  } catch (cause) {
    throw new MissingServerError(
      `the jars of Kafka ${KAFKA_VERSION} could not be fetched from Maven Central: check the network and Maven's settings, then run \`npm test\` again, or set VIGIE_KAFKA_BROKERS to a running broker`,
      { cause },
    );
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
