import type {
  KafkaSettings,
  RedisSettings,
  ServerSettings,
  SourceSetting,
  TlsSettings,
} from './configuration.ts';
import type { SourceSection } from './infrastructure-schema.ts';
import type { ConfigurationFile } from './schema.ts';
import { isHostPort } from './values.ts';

function tlsOf(tls: boolean | TlsSettings | undefined): false | TlsSettings {
  if (tls === undefined || tls === false) return false;
  return tls === true ? {} : tls;
}

export function serverOf(file: ConfigurationFile, defaultPort: number): ServerSettings {
  const basePath = file.server?.basePath ?? '/';
  return {
    host: file.server?.host ?? '127.0.0.1',
    port: file.server?.port ?? defaultPort,
    advertisedUrl: file.server?.advertisedUrl?.replace(/\/+$/, ''),
    basePath: basePath.endsWith('/') ? basePath : `${basePath}/`,
    trustedProxies: file.server?.trustedProxies ?? [],
  };
}

/** `undefined` when no usable broker is named. */
export function kafkaOf(file: ConfigurationFile): KafkaSettings | undefined {
  const { kafka } = file;
  const written = kafka?.brokers ?? [];
  const brokers = (typeof written === 'string' ? written.split(',') : written).map((broker) => broker.trim());
  if (kafka === undefined || brokers.length === 0 || !brokers.every(isHostPort)) return undefined;
  return {
    brokers,
    sasl: kafka.sasl,
    tls: tlsOf(kafka.tls),
    partitions: kafka.partitions ?? 12,
    replication: kafka.replication ?? 1,
  };
}

export function redisOf(file: ConfigurationFile): RedisSettings | undefined {
  const { redis } = file;
  if (redis === undefined) return undefined;
  return { url: redis.url, tls: tlsOf(redis.tls), sentinels: redis.sentinels, cluster: redis.cluster };
}

export function sourceOf(name: string, source: SourceSection, defaultCentre: string): SourceSetting {
  const base = { name, centre: source.centre ?? defaultCentre, label: source.label ?? name };
  switch (source.type) {
    case 'asterisk-queue-log': {
      const { type, file, callbackKeys = [], reports = {} } = source;
      return { ...base, type, file, callbackKeys, reports };
    }
    case 'asterisk-ami': {
      const { type, host, port = 5038, tls = false, username, secretEnv, reports = {} } = source;
      return { ...base, type, host, port, tls, username, secretEnv, reports };
    }
    case 'chatwoot':
      return { ...base, type: source.type, secretEnv: source.secretEnv, botUsers: source.botUsers ?? [] };
    case 'kafka':
      return { ...base, type: source.type, topic: source.topic, format: source.format ?? 'cloudevents' };
  }
}
