import type { AsteriskQueueLogSource, Configuration } from '@vigie/contracts';
import { type Logger, StartError } from '@vigie/service-kit';
import {
  agentAliases,
  QueueLogConnector,
  type QueueLogConnectorOptions,
  type SourceConnector,
} from '@vigie/sources';
import { wallClockOf } from '@vigie/metrics';

import type { VouchedSource } from './heartbeats.ts';
import type { IntakeResult } from './intake.ts';
import type { Positions } from './positions.ts';
import type { Candidate } from './request-body.ts';

export interface ConnectorsOptions {
  readonly configuration: Pick<Configuration, 'sources' | 'presentation' | 'semantic'>;
  readonly positions: Positions;
  readonly take: (
    candidates: readonly Candidate[],
    options: { readonly defaultCentre: string },
  ) => Promise<IntakeResult>;
  readonly logger: Logger;
}

export interface RunningConnectors {
  readonly sources: readonly (VouchedSource & { readonly connector: SourceConnector })[];
  /** Resolves when none of them emits any more. */
  stop(): Promise<void>;
}

/**
 * Runs the configured sources that ingest reads itself. Their events go the way of all others; a source reads on only
 * after the log has what it gave, and where it stands is saved after that.
 */
export async function startConnectors(options: ConnectorsOptions): Promise<RunningConnectors> {
  const stopping = new AbortController();
  const aliases = aliasesOf(options.configuration);
  const running = await Promise.all(
    options.configuration.sources
      .filter((source) => source.type === 'asterisk-queue-log')
      .map(async (source) => await run(source, { ...options, aliases }, stopping.signal)),
  );
  return {
    sources: running.map(({ source }) => source),
    async stop() {
      stopping.abort();
      await Promise.all(
        running.map(async ({ source, done }) => await source.connector.stop().then(() => done)),
      );
    },
  };
}

type Aliases = ReturnType<typeof agentAliases>;

/** What two agents claim at once can't be told apart: that must not start. */
function aliasesOf({ presentation }: ConnectorsOptions['configuration']): Aliases {
  try {
    return agentAliases(Object.fromEntries(presentation.agents));
  } catch (error) {
    throw new StartError((error as Error).message);
  }
}

async function run(
  setting: AsteriskQueueLogSource,
  { configuration, positions, take, logger, aliases }: ConnectorsOptions & { readonly aliases: Aliases },
  signal: AbortSignal,
) {
  const { name, centre } = setting;
  const connector = queueLogConnector(setting, {
    agents: aliases,
    allowedLatenessMs: configuration.semantic.time.allowedLatenessMs,
    instantsOf: wallClockOf(configuration.semantic),
    position: await positions.load(name),
  });
  const done = connector
    .start(async ({ events, position }) => {
      const { rejected } = await take(
        events.map((value) => ({ value })),
        { defaultCentre: centre },
      );
      const [first] = rejected;
      if (first !== undefined) {
        logger.warn({ source: name, rejected: rejected.length, first }, 'events of a source were refused');
      }
      if (position !== undefined) await positions.save(name, position());
    }, signal)
    .catch((error: unknown) => {
      logger.error({ err: error, source: name }, 'a source has stopped for good');
    });
  logger.info({ source: name, type: setting.type }, 'reading a source');
  const { source } = connector;
  return { done, source: { centre, source, upToMs: () => connector.upTo(), connector } };
}

function queueLogConnector(
  { file, label, centre, callbackKeys, reports }: AsteriskQueueLogSource,
  {
    position,
    ...common
  }: Pick<QueueLogConnectorOptions, 'agents' | 'allowedLatenessMs' | 'instantsOf'> & {
    readonly position: unknown;
  },
): SourceConnector {
  return new QueueLogConnector({
    source: `asterisk://${encodeURIComponent(label)}/queue_log`,
    file,
    centre,
    callbackKeys,
    reports,
    ...common,
    ...(position === undefined ? {} : { position }),
  });
}
