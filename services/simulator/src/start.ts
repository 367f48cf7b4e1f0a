import type { CanonicalEvent } from '@vigie/contracts';
import type { RunningService, ServiceContext } from '@vigie/service-kit';

import { play, type Post } from './play.ts';
import { chooseRun, loadRun, type RunState, saveRun } from './run-state.ts';
import { createTraffic, DEFAULT_RATE } from './traffic/create-traffic.ts';

/** A wall is full of life at once: this much lies already behind when the first run begins. */
export const BACKFILL_MS = 45 * 60_000;
export const DEFAULT_SEED = 1;
/** Longer runs are not gone through again after a restart: a new one begins. */
const MAX_RUN_MS = 7 * 86_400_000;
const SAVE_EVERY_MS = 5000;

export interface SimulatorAdapters {
  /** Takes events over; ingest's own `submit`, or {@link httpPost}. Called with one batch at a time. */
  readonly post: Post;
}

export interface SimulatorOptions {
  readonly seed?: number;
  /** Contacts a minute, the mean of a day. */
  readonly rate?: number;
  readonly backfillMs?: number;
}

/**
 * Plays simulated traffic for as long as the service runs. A run that was interrupted is gone on with after a restart,
 * with the contacts that were open: how far it came is kept in the data directory.
 */
export async function start(
  { clock, configuration, logger }: Pick<ServiceContext, 'clock' | 'configuration' | 'logger'>,
  { post }: SimulatorAdapters,
  { seed = DEFAULT_SEED, rate = DEFAULT_RATE, backfillMs = BACKFILL_MS }: SimulatorOptions = {},
): Promise<RunningService> {
  const { dataDirectory } = configuration;
  const saved = await loadRun(dataDirectory);
  let run = chooseRun(saved, { seed, rate }, { nowMs: clock(), backfillMs, maxRunMs: MAX_RUN_MS });
  const stopping = new AbortController();
  const save = async (state: RunState) => {
    await saveRun(dataDirectory, state).catch((error: unknown) => {
      logger.warn({ err: error }, 'the state of the simulation could not be saved');
    });
  };
  const timer = setInterval(() => void save(run), SAVE_EVERY_MS);
  const playing = play({
    events: eventsFrom(run),
    post,
    signal: stopping.signal,
    clock,
    onFailure: (error) => logger.warn({ err: error }, 'simulated events were not taken, trying again'),
    onPosted: (postedToMs) => (run = { ...run, postedToMs }),
  }).catch((error: unknown) => {
    logger.error({ err: error }, 'the simulation has ended: its events are refused');
  });
  logger.info({ seed, rate, goesOn: run === saved }, 'simulating traffic');
  return {
    async stop() {
      stopping.abort();
      clearInterval(timer);
      await playing;
      await save(run);
    },
  };
}

/** The events of a run that may not have been posted yet. */
export function* eventsFrom({ seed, rate, startMs, postedToMs }: RunState): Generator<CanonicalEvent> {
  for (const event of createTraffic({ seed, rate, startMs })) {
    // Those of the last instant may have been cut off by the end of a batch; taken twice they do no harm.
    if (Date.parse(event.time) >= postedToMs) yield event;
  }
}
