import { SYSTEM_SOURCE, type Configuration } from '@vigie/contracts';
import {
  CheckpointNewerError,
  type AnswerContext,
  type CheckpointStore,
  type Epoch,
  type EventLog,
  type LiveFeed,
  type LogConsumer,
  type Owners,
  type PartitionId,
  type PartitionOptions,
  type WindowSpec,
} from '@vigie/engine';
import type { RunningService, ServiceContext } from '@vigie/service-kit';
import { aggregatorMetrics } from './metrics.ts';
import { PartitionRunner, type RunnerParts } from './partition-runner.ts';
import { ForeignLogError } from './taking.ts';
import { Questions } from './questions.ts';
import { Restoring } from './restoring.ts';

/** What the aggregator stands on. */
export interface AggregatorAdapters {
  readonly log: EventLog;
  readonly checkpoints: CheckpointStore;
  readonly feed: LiveFeed;
  /** The process cannot go on: it exits non-zero. */
  readonly onFatal: (error: Error) => void;
}

export interface RunningAggregator extends RunningService {
  /** Answers what takes records, of the centres whose partitions are owned here. */
  readonly owners: Owners;
}

/** Fenced but still assigned for this long: the group and the store disagree, and only a restart settles it. */
const FENCED_GRACE_MS = 15_000;
const RETRY_JOIN_MS = 1000;
/** A member of the group to which nothing is assigned for this long after it joined is one to spare. */
const NOTHING_ASSIGNED_MS = 2000;

/**
 * Joins the consumer group and runs a {@link PartitionRunner} for every partition that is assigned. Does not wait for
 * the log: readiness tells when the partitions are restored.
 */
export async function start(
  context: ServiceContext,
  adapters: AggregatorAdapters,
): Promise<RunningAggregator> {
  const runners = new Map<PartitionId, PartitionRunner>();
  const epochs = new Map<PartitionId, Epoch>();
  const restoring = new Restoring(context.clock);
  let consumer: LogConsumer | undefined;
  let stopping = false;
  const parts: RunnerParts = {
    log: adapters.log,
    checkpoints: adapters.checkpoints,
    feed: adapters.feed,
    logger: context.logger,
    clock: context.clock,
    url: context.url,
    options: (partition) => optionsOf(context, partition),
    lastEpoch: (partition) => epochs.get(partition) ?? 0,
    seek: (partition, offset) => consumer?.seek(partition, offset),
    publishProgress: async (partition, nextOffset) => await consumer?.publishProgress(partition, nextOffset),
    onFatal: adapters.onFatal,
    onFenced: (runner) => {
      setTimeout(() => {
        if (stopping || runners.get(runner.partition) !== runner) return;
        adapters.onFatal(
          new Error(`partition ${runner.partition} is assigned here but another owner has taken it`),
        );
      }, FENCED_GRACE_MS).unref();
    },
  };
  const questions = new Questions(
    runners,
    adapters.checkpoints,
    context.configuration.retention.intervalsMs,
    answerContextOf(context),
  );
  const joined = context.health.gate('consumer_group', 'joining the consumer group');
  let spare: NodeJS.Timeout | undefined;
  const open = (): void => {
    clearInterval(spare);
    if (!stopping) joined.open();
  };
  context.health.ready('partitions', () => {
    if (restoring.size > 0) return `restoring ${restoring.size} partition(s)`;
    const recovering = [...runners.values()].filter((runner) => runner.figures.recovering);
    return recovering.length === 0 ? undefined : `catching up on ${recovering.length} partition(s)`;
  });
  context.metrics.collect(() => [...aggregatorMetrics([...runners.values()]), ...questions.families()]);

  const join = async (): Promise<void> => {
    while (!stopping) {
      try {
        consumer = await adapters.log.consume(
          {
            assigned: async (partition) => {
              const taken = restoring.during(partition, () => PartitionRunner.take(partition, parts));
              const runner = await taken.catch((error: unknown) => {
                if (error instanceof CheckpointNewerError || error instanceof ForeignLogError)
                  adapters.onFatal(error);
                throw error;
              });
              epochs.set(partition, runner.epoch);
              runners.set(partition, runner);
              runner.start();
              if (restoring.size === 0) open();
              return runner.fromOffset;
            },
            batch: async (batch) => await runners.get(batch.partition)?.apply(batch),
            revoked: async (partition) => {
              const runner = runners.get(partition);
              runners.delete(partition);
              await runner?.stop({ commit: true });
            },
          },
          adapters.onFatal,
        );
        spare = setInterval(() => {
          if (restoring.size === 0) open();
        }, NOTHING_ASSIGNED_MS).unref();
        return;
      } catch (error) {
        context.logger.warn({ err: error }, 'the consumer group cannot be joined yet');
        await new Promise((resolve) => setTimeout(resolve, RETRY_JOIN_MS));
      }
    }
  };
  const joining = join();
  return {
    owners: questions,
    async stop() {
      stopping = true;
      joined.close('stopping');
      await joining;
      clearInterval(spare);
      await consumer?.stop();
      for (const runner of runners.values()) await runner.stop({ commit: true });
    },
  };
}

function answerContextOf({ configuration }: ServiceContext): AnswerContext {
  const { presentation, retention } = configuration;
  const { fineMs } = retention;
  return { windows: windowsOf(configuration), presentation, fineMs, retainMs: retainMsOf(configuration) };
}

/** How long closed records are kept after their last instant, ms. */
function retainMsOf(configuration: Configuration): number {
  const { semantic, retention } = configuration;
  const longest = Math.max(0, ...windowsOf(configuration).map(({ sizeMs }) => sizeMs ?? 0));
  return Math.max(semantic.time.allowedLatenessMs, retention.fineMs) + longest;
}

function windowsOf({ windows }: Configuration): readonly WindowSpec[] {
  return windows.map(({ id, lengthMs }) => ({ name: id, sizeMs: lengthMs }));
}

function optionsOf(context: ServiceContext, partition: PartitionId): PartitionOptions {
  const { configuration } = context;
  const { semantic, presentation, limits } = configuration;
  const specs = windowsOf(configuration);
  return {
    partition,
    base: semantic,
    presentation,
    windows: specs,
    limits,
    retainMs: retainMsOf(configuration),
    keepIntervalsMs: configuration.retention.intervalsMs,
    keepDaysMs: configuration.retention.daysMs,
    systemSource: SYSTEM_SOURCE,
  };
}
