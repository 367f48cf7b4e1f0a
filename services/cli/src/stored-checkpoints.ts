import type { Configuration } from '@vigie/contracts';
import type { CheckpointStore } from '@vigie/engine';
import { CATALOGUE } from '@vigie/metrics';
import { createLogger, loadConfiguration, type Variables } from '@vigie/service-kit';
import { FailedError } from './errors.ts';

/** The checkpoints that a configuration names, opened by a command. */
export interface StoredCheckpoints {
  readonly configuration: Configuration;
  readonly checkpoints: CheckpointStore;
  readonly partitions: number;
  close(): Promise<void>;
}

/** Which checkpoints are meant. */
export interface CheckpointFlags {
  readonly config?: string;
  readonly data?: string;
}

/** Opens them. Throws a {@link FailedError} when a running service has the data directory. */
export async function openCheckpoints(
  { config, data }: CheckpointFlags,
  env: Variables,
): Promise<StoredCheckpoints> {
  const kpis = CATALOGUE.map(({ id }) => id);
  const { configuration } = await loadConfiguration({ file: config, env, kpis, flags: { data } });
  return { configuration, ...(await storeOf(configuration)) };
}

async function storeOf({
  redis,
  kafka,
  dataDirectory,
  retention,
}: Configuration): Promise<Omit<StoredCheckpoints, 'configuration'>> {
  if (redis !== undefined) {
    const { openRedisCheckpoints, redisOptions } = await import('@vigie/redis');
    const logger = createLogger({ name: 'vigie', level: 'silent' });
    const checkpoints = openRedisCheckpoints(await redisOptions(redis, logger));
    return {
      checkpoints,
      partitions: kafka?.partitions ?? 12,
      close: async () => await checkpoints.close(),
    };
  }
  const { openEmbedded } = await import('@vigie/embedded');
  try {
    const options = { retentionMs: retention.logMs, maxLogBytes: Infinity, maxDeadLetters: Infinity };
    const embedded = await openEmbedded(dataDirectory, options);
    return {
      checkpoints: embedded.checkpoints,
      partitions: await embedded.log.partitions(),
      close: async () => await embedded.close(),
    };
  } catch (error) {
    throw new FailedError(
      `${(error as Error).message}: stop the service, or look at a copy of the directory`,
    );
  }
}
