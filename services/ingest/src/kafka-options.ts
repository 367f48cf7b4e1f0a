import { readFile } from 'node:fs/promises';

import type { Configuration, TlsSettings } from '@vigie/contracts';
import type { KafkaLogger, KafkaLogOptions } from '@vigie/kafka';
import { StartError } from '@vigie/service-kit';

/** The event log as configured. Secrets come from the environment, certificates from their files. */
export async function kafkaOptions(
  { kafka, retention }: Pick<Configuration, 'kafka' | 'retention'>,
  env: Readonly<Record<string, string | undefined>>,
  logger: KafkaLogger,
): Promise<KafkaLogOptions> {
  if (kafka === undefined) {
    throw new StartError('ingest writes events to Kafka: set kafka.brokers or VIGIE_KAFKA_BROKERS');
  }
  const { brokers, partitions, replication, sasl, tls } = kafka;
  return {
    brokers,
    partitions,
    replication,
    clientId: 'vigie-ingest',
    groupId: 'vigie',
    retentionMs: retention.logMs,
    logger,
    ...(sasl === undefined ? {} : { sasl: credentials(sasl, env) }),
    ...(tls === false ? {} : { tls: await tlsOptions(tls) }),
  };
}

type Sasl = NonNullable<NonNullable<Configuration['kafka']>['sasl']>;

function credentials(
  { mechanism, username, passwordEnv }: Sasl,
  env: Readonly<Record<string, string | undefined>>,
) {
  const password = env[passwordEnv];
  if (password === undefined || password === '') {
    throw new StartError(`${passwordEnv} is not set: kafka.sasl.passwordEnv expects the password there`);
  }
  return { mechanism, username, password } as NonNullable<KafkaLogOptions['sasl']>;
}

async function tlsOptions({
  caFile,
  certFile,
  keyFile,
}: TlsSettings): Promise<NonNullable<KafkaLogOptions['tls']>> {
  const read = async (name: 'ca' | 'cert' | 'key', file: string | undefined) =>
    file === undefined ? {} : { [name]: await readFile(file) };
  return {
    ...(await read('ca', caFile)),
    ...(await read('cert', certFile)),
    ...(await read('key', keyFile)),
  };
}
