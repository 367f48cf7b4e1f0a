import { setTimeout as sleep } from 'node:timers/promises';

import { type CanonicalEvent, semanticBody } from '@vigie/contracts';
import type { EventLog } from '@vigie/engine';
import {
  configVersionOf,
  EVERYBODY,
  type MetricFamily,
  type Principal,
  type RunningService,
  type ServiceContext,
} from '@vigie/service-kit';

import { Accounts } from './accounts.ts';
import { Budget } from './budget.ts';
import { Centres } from './centres.ts';
import { startConnectors } from './connectors.ts';
import { startHeartbeats } from './heartbeats.ts';
import { addEventsRoute } from './http.ts';
import { Intake, type IntakeResult } from './intake.ts';
import { MAX_IN_FLIGHT_BYTES, WARM_UP_RETRY_MS } from './limits.ts';
import { LogUnavailableError, LogWriter } from './log-writer.ts';
import { openPositions } from './positions.ts';
import type { Candidate } from './request-body.ts';
import type { SystemEvent } from './system-events.ts';

export interface IngestAdapters {
  readonly log: EventLog;
}

export interface RunningIngest extends RunningService {
  /**
   * The way of `POST /v1/events` for callers of the same process. Resolves once the log has every accepted event; when
   * it rejects, nothing was acknowledged and the same events may be submitted again.
   *
   * @throws {LogUnavailableError} when the log can't be reached, or ingest is stopping.
   */
  submit(events: readonly CanonicalEvent[]): Promise<IntakeResult>;
}

function inFlight({ usedBytes }: Budget): MetricFamily {
  const help = 'Bytes of requests that came and are not answered yet.';
  return { name: 'vigie_ingest_in_flight_bytes', help, type: 'gauge', samples: [{ value: usedBytes }] };
}

/**
 * Starts ingest on a context: adds `POST /v1/events`, runs the configured sources, appends heartbeats. It is ready
 * once the log has told the stored configuration versions; until then everything is answered 503. The log stays the
 * caller's to close, after `stop`.
 */
export async function start(context: ServiceContext, adapters: IngestAdapters): Promise<RunningIngest> {
  const { clock, configuration, health, http, logger, metrics } = context;
  const { log } = adapters;
  const accounts = new Accounts();
  const budget = new Budget(MAX_IN_FLIGHT_BYTES);
  const writer = new LogWriter(log, clock, accounts);
  const stopping = new AbortController();
  const body = semanticBody(configuration);

  const append = async (events: readonly SystemEvent[]) => {
    await writer.submit(events);
    for (const { type } of events) accounts.system(type);
  };
  const centres = new Centres({
    log,
    append: async (event) => await append([event]),
    clock,
    semantic: { version: configVersionOf(body), body },
    futureToleranceMs: configuration.semantic.time.futureToleranceMs,
    configured: configuration.centre,
    maxCentres: configuration.limits.centres,
  });
  const intake = new Intake({
    writer,
    centres,
    log,
    accounts,
    clock,
    limits: configuration.semantic.time,
    maxCentres: configuration.limits.centres,
    onDeadLetterFailure: (error, events) =>
      logger.warn({ err: error, events }, 'refused events could not be kept as dead letters'),
  });

  const warm = health.gate('configuration', 'the configuration is not in the event log yet');
  let isWarm = false;
  const warmUp = async () => {
    while (!stopping.signal.aborted && !isWarm) {
      try {
        await centres.warmUp();
        isWarm = true;
        warm.open();
      } catch (error) {
        logger.warn({ err: error }, 'the event log cannot be reached, trying again');
        await sleep(WARM_UP_RETRY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const underWay = new Set<Promise<unknown>>();
  const take = async (
    candidates: readonly Candidate[],
    {
      defaultCentre = configuration.centre,
      isHistory = false,
      principal = EVERYBODY,
    }: { readonly defaultCentre?: string; readonly isHistory?: boolean; readonly principal?: Principal } = {},
  ) => {
    if (stopping.signal.aborted) throw new LogUnavailableError('ingest is stopping');
    if (!isWarm) throw new LogUnavailableError('the configuration is not in the event log yet');
    const taking = intake.take(candidates, { defaultCentre, isHistory, principal });
    underWay.add(taking);
    try {
      return await taking;
    } finally {
      underWay.delete(taking);
    }
  };

  addEventsRoute(http, {
    take,
    budget,
    onOverload: () => (accounts.overloads += 1),
  });
  const removeProbe = health.ready('event_log', () => writer.trouble());
  const removeMetrics = metrics.collect(() => [...accounts.families(), inFlight(budget)]);
  // The embedded log answers at once; a log far away may be away for long, and must not hold up the start.
  const warming = warmUp();
  await Promise.race([warming, sleep(WARM_UP_RETRY_MS)]);
  const connectors = await startConnectors({
    configuration,
    positions: openPositions(configuration.dataDirectory),
    take,
    logger,
  }).catch(async (error: unknown) => {
    stopping.abort();
    await Promise.allSettled([warming]);
    await writer.close();
    removeProbe();
    removeMetrics();
    throw error;
  });
  const stopHeartbeats = startHeartbeats({
    append,
    centres: () => centres.known(),
    sources: () => connectors.sources,
    clock,
  });

  return {
    submit: async (events) => {
      const candidates = events.map((value) => ({ value }));
      return await take(candidates);
    },
    async stop() {
      // Connectors first: what they are just giving is still taken.
      await connectors.stop();
      stopping.abort();
      stopHeartbeats();
      await Promise.allSettled([warming, ...underWay]);
      await writer.close();
      removeProbe();
      removeMetrics();
    },
  };
}
