import { Kafka, type KafkaConfig, logLevel, Partitioners, type SASLOptions } from 'kafkajs';

/** What the adapter writes its own words and those of kafkajs to; a pino logger is one. */
export interface KafkaLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface KafkaLogOptions {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Consumer group of {@link EventLog.consume}. */
  readonly groupId: string;
  /** For topics that have to be created; one that exists keeps its number of partitions. */
  readonly partitions: number;
  readonly replication: number;
  /** Retention of the event and dead-letter topics, when they have to be created. */
  readonly retentionMs: number;
  /** Default `vigie`: `vigie.events`, `vigie.events.dlq`, `vigie.config`, `vigie.reports`. */
  readonly topicPrefix?: string;
  readonly logger?: KafkaLogger;
  readonly sasl?: SASLOptions;
  readonly tls?: KafkaConfig['ssl'];
}

export interface Topics {
  readonly events: string;
  readonly deadLetters: string;
  readonly config: string;
  readonly reports: string;
}

export function topicNames(prefix = 'vigie'): Topics {
  return {
    events: `${prefix}.events`,
    deadLetters: `${prefix}.events.dlq`,
    config: `${prefix}.config`,
    reports: `${prefix}.reports`,
  };
}

/** Time limits, in ms. An append is answered within `appendMs`, a question within `requestMs` twice at most. */
export const LIMITS = {
  connectMs: 3_000,
  requestMs: 5_000,
  appendMs: 10_000,
  readToEndMs: 20_000,
  /**
   * Of a question to the group, above the session: of a member that died while joining the brokers know only when its
   * session is over, and until then they hold the others' SyncGroup.
   */
  groupRequestMs: 9_000,
  /** While the group is being agreed on its answers count as progress, for this long at most. */
  rejoinMs: 30_000,
  /** Of a consumer that neither fetches nor heartbeats although the brokers answer. */
  stallMs: 10_000,
  /** Of the same, until the brokers are asked every second whether it is they who are away. */
  quietMs: 2_000,
  sessionMs: 6_000,
  rebalanceMs: 8_000,
  heartbeatMs: 1_000,
  /** Costs no latency (the broker wakes the poll) but delays leaving the group and resuming by up to its value. */
  pollMs: 300,
} as const;

const LEVELS: Readonly<Record<number, keyof KafkaLogger>> = {
  [logLevel.ERROR]: 'error',
  [logLevel.WARN]: 'warn',
  [logLevel.INFO]: 'debug',
  [logLevel.DEBUG]: 'debug',
};

/** Retries end after about three seconds: longer ones are the caller's decision. */
export function kafkaClient(options: KafkaLogOptions, requestMs: number = LIMITS.requestMs): Kafka {
  const { logger } = options;
  return new Kafka({
    brokers: [...options.brokers],
    clientId: options.clientId,
    connectionTimeout: LIMITS.connectMs,
    requestTimeout: requestMs,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
    logLevel: logger === undefined ? logLevel.NOTHING : logLevel.WARN,
    logCreator:
      () =>
      ({ level, namespace, log: { message, timestamp: _timestamp, ...fields } }) =>
        logger?.[LEVELS[level] ?? 'debug']({ ...fields, namespace }, `kafkajs: ${message}`),
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
    ...(options.tls === undefined ? {} : { ssl: options.tls }),
  });
}

const choose = Partitioners.DefaultPartitioner();

/** The partition of a centre: murmur2 of its name, as the Java client's default partitioner has it. */
export function partitionOf(centre: string, partitions: number): number {
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({
    partitionErrorCode: 0,
    partitionId,
    leader: 0,
    replicas: [],
    isr: [],
  }));
  return choose({ topic: '', partitionMetadata, message: { key: centre, value: null } });
}

/** Rejects with `what` when `promise` has not settled after `limitMs`; what it stands for may still happen. */
export async function within<T>(promise: Promise<T>, limitMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} within ${limitMs} ms`)), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
    promise.catch(() => undefined);
  }
}
