import { readFile } from 'node:fs/promises';
import type { KafkaSettings, TlsSettings } from '@vigie/contracts';
import type { KafkaLogOptions, KafkaLogger } from './options.ts';

/**
 * How to connect to the configured Kafka. Secrets come from the environment, certificates from their files. Rejects
 * with one sentence for the operator.
 */
export async function kafkaOptions(
  settings: KafkaSettings,
  process: {
    readonly clientId: string;
    readonly retentionMs: number;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly logger: KafkaLogger;
  },
): Promise<KafkaLogOptions> {
  const { brokers, partitions, replication, sasl, tls } = settings;
  const { clientId, env, logger, retentionMs } = process;
  return {
    brokers,
    clientId,
    groupId: CONSUMER_GROUP,
    partitions,
    replication,
    retentionMs,
    logger,
    ...(tls === false ? {} : { tls: await tlsOptions(tls) }),
    ...(sasl === undefined ? {} : { sasl: credentials(sasl, env) }),
  };
}

type Sasl = NonNullable<KafkaSettings['sasl']>;

function credentials(
  { mechanism, username, passwordEnv }: Sasl,
  env: Readonly<Record<string, string | undefined>>,
): NonNullable<KafkaLogOptions['sasl']> {
  const password = env[passwordEnv];
  if (password === undefined || password === '') {
    throw new Error(`${passwordEnv} is not set: kafka.sasl.passwordEnv expects the password there`);
  }
  return { mechanism, username, password } as NonNullable<KafkaLogOptions['sasl']>;
}

/** All aggregators of a deployment share it. */
const CONSUMER_GROUP = 'vigie-aggregator';

async function tlsOptions({ caFile, certFile, keyFile }: TlsSettings) {
  return {
    ...(caFile === undefined ? {} : { ca: [await readFile(caFile)] }),
    ...(certFile === undefined ? {} : { cert: await readFile(certFile) }),
    ...(keyFile === undefined ? {} : { key: await readFile(keyFile) }),
  };
}
