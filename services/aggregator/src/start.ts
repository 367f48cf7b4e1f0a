import { SYSTEM_SOURCE, type Configuration } from '@vigie/contracts';
import {
  windowSpecs,
  type AnswerContext,
  type CheckpointStore,
  type EventLog,
  type LiveFeed,
  type LogConsumer,
  type Owners,
  type PartitionId,
  type PartitionOptions,
} from '@vigie/engine';
import { StartError, type RunningService, type ServiceContext } from '@vigie/service-kit';
import { judgingCode } from './judging-code.ts';
import { aggregatorMetrics } from './metrics.ts';
import { OwnedPartitions } from './owned-partitions.ts';
import { ProgressWatch } from './progress.ts';
import { Questions } from './questions.ts';
import { Webhooks } from './webhooks.ts';

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
  let consumer: LogConsumer | undefined;
  let stopping = false;
  const joined = context.health.gate('consumer_group', 'joining the consumer group');
  let spare: NodeJS.Timeout | undefined;
  const open = (): void => {
    if (restoring.size > 0) return;
    clearInterval(spare);
    if (!stopping) joined.open();
  };
  const owned = new OwnedPartitions(
    {
      log: adapters.log,
      checkpoints: adapters.checkpoints,
      feed: adapters.feed,
      logger: context.logger,
      clock: context.clock,
      url: context.url,
      options: (partition) => optionsOf(context, partition),
      seek: (partition, offset) => consumer?.seek(partition, offset),
      publishProgress: async (partition, nextOffset) =>
        await consumer?.publishProgress(partition, nextOffset),
      onFatal: adapters.onFatal,
    },
    open,
  );
  const { restoring, runners } = owned;
  const questions = new Questions(
    runners,
    adapters.checkpoints,
    context.configuration.retention.intervalsMs,
    answerContextOf(context),
  );
  context.health.ready('partitions', () => {
    if (restoring.size > 0) return `restoring ${restoring.size} partition(s)`;
    // until viewers were told: who asks once it is ready is to find what was acknowledged before
    const unshown = [...runners.values()].filter(({ figures }) => !figures.shown);
    return unshown.length === 0 ? undefined : `catching up on ${unshown.length} partition(s)`;
  });
  const { webhooks: settings } = context.configuration.alarms;
  const silent = settings.find(({ secretEnv }) => (process.env[secretEnv] ?? '') === '');
  if (silent !== undefined) {
    const { name, secretEnv } = silent;
    throw new StartError(
      `alarms.webhooks.${name}: ${secretEnv} is empty: it must hold the secret that signs`,
    );
  }
  const webhooks = new Webhooks({
    settings,
    env: process.env,
    centres: () =>
      [...runners.values()].flatMap(({ figures, processor }) =>
        figures.recovering ? [] : [...processor.centres.values()],
      ),
    clock: context.clock,
    logger: context.logger,
  });
  context.health.ready('log_consumer', () => consumer?.trouble());
  context.health.ready('store', () => {
    const [first] = [...runners.values()].flatMap(({ partition, trouble }) =>
      trouble === undefined ? [] : [`partition ${partition}: ${trouble}`],
    );
    return first;
  });
  const progress = new ProgressWatch(runners, {
    log: adapters.log,
    logger: context.logger,
    seek: (partition, offset) => consumer?.seek(partition, offset),
    onFatal: adapters.onFatal,
  });
  progress.start();
  context.metrics.collect(() => [
    ...aggregatorMetrics([...runners.values()]),
    ...owned.families(),
    ...questions.families(),
    ...webhooks.families(),
  ]);

  const join = async (): Promise<void> => {
    while (!stopping) {
      try {
        consumer = await adapters.log.consume(owned, adapters.onFatal);
        spare = setInterval(open, NOTHING_ASSIGNED_MS).unref();
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
      progress.stop();
      joined.close('stopping');
      await joining;
      clearInterval(spare);
      await webhooks.stop();
      await consumer?.stop();
      await owned.stop();
    },
  };
}

function answerContextOf({ configuration }: ServiceContext): AnswerContext {
  const { presentation, retention } = configuration;
  const { fineMs } = retention;
  return { windows: windowSpecs(configuration), presentation, fineMs, retainMs: retainMsOf(configuration) };
}

/** How long closed records are kept after their last instant, ms. */
function retainMsOf(configuration: Configuration): number {
  const { semantic, retention } = configuration;
  const longest = Math.max(0, ...windowSpecs(configuration).map(({ sizeMs }) => sizeMs ?? 0));
  return Math.max(semantic.time.allowedLatenessMs, retention.fineMs) + longest;
}

function optionsOf(context: ServiceContext, partition: PartitionId): PartitionOptions {
  const { configuration } = context;
  const { semantic, presentation, limits } = configuration;
  return {
    partition,
    base: semantic,
    presentation,
    windows: windowSpecs(configuration),
    alarms: configuration.alarms.rules,
    limits,
    retainMs: retainMsOf(configuration),
    keepIntervalsMs: configuration.retention.intervalsMs,
    keepDaysMs: configuration.retention.daysMs,
    systemSource: SYSTEM_SOURCE,
    release: judgingCode(),
  };
}
