import { readFile } from 'node:fs/promises';
import type { RedisSettings, TlsSettings } from '@vigie/contracts';
import type { RedisConnectionOptions, RedisLogger } from './connection.ts';

/**
 * How to connect to the configured Redis. Certificates are read from their files. Rejects with one sentence for the
 * operator.
 */
export async function redisOptions(
  settings: RedisSettings,
  logger: RedisLogger,
): Promise<RedisConnectionOptions> {
  const tls = settings.tls === false ? {} : { tls: await tlsOptions(settings.tls) };
  const common = { ...tls, logger };
  const { sentinels, cluster, url } = settings;
  if (cluster !== undefined) return { ...common, cluster: cluster.nodes.map(hostPort) };
  if (sentinels !== undefined) {
    if (sentinels.passwordEnv !== undefined) {
      throw new Error('redis.sentinels.passwordEnv: sentinels with a password are not supported yet');
    }
    return { ...common, name: sentinels.name, sentinels: sentinels.nodes.map(hostPort) };
  }
  if (url === undefined) throw new Error('redis has neither url, sentinels nor cluster');
  return { ...common, url };
}

async function tlsOptions({ caFile, certFile, keyFile }: TlsSettings) {
  const read = async (name: 'ca' | 'cert' | 'key', file: string | undefined) =>
    file === undefined ? {} : { [name]: await readFile(file) };
  return {
    ...(await read('ca', caFile)),
    ...(await read('cert', certFile)),
    ...(await read('key', keyFile)),
  };
}

function hostPort(text: string): { readonly host: string; readonly port: number } {
  const at = text.lastIndexOf(':');
  return { host: text.slice(0, at).replace(/^\[(.*)\]$/, '$1'), port: Number(text.slice(at + 1)) };
}
