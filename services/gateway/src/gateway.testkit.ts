import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkConfiguration, type Configuration } from '@vigie/contracts';
import {
  QuestionError,
  type FeedFrame,
  type FeedRow,
  type FeedState,
  type LiveFeed,
  type Owners,
} from '@vigie/engine';
import {
  createHealth,
  createHttpServer,
  createLogger,
  createMetrics,
  type Health,
  type ServiceContext,
} from '@vigie/service-kit';
import { start } from './start.ts';

/** A feed that says what the test says, when the test says it. */
export class ScriptedFeed implements LiveFeed {
  #subscribers = new Set<{ readonly onFrame: (frame: FeedFrame) => void; readonly onGap: () => void }>();
  readonly #states = new Map<string, FeedState>();
  readings = 0;
  failing = false;

  /** Keeps the state and tells subscribers; `lost`: they do not hear of it. */
  async publish(frame: FeedFrame, { lost = false } = {}): Promise<'published'> {
    const { complete, removed, ...state } = frame;
    const before = complete ? undefined : this.#states.get(frame.header.centre);
    const rows = new Map((before?.rows ?? []).map((row) => [nameOf(row), row]));
    for (const key of removed) rows.delete(nameOf(key));
    for (const row of frame.rows) {
      rows.set(nameOf(row), { ...row, kpis: { ...rows.get(nameOf(row))?.kpis, ...row.kpis } });
    }
    const counters = new Map(
      (before?.counters ?? []).map((entry) => [`${entry.queue} ${entry.channel}`, entry]),
    );
    for (const entry of frame.counters) counters.set(`${entry.queue} ${entry.channel}`, entry);
    this.#states.set(frame.header.centre, {
      ...state,
      rows: [...rows.values()],
      counters: [...counters.values()],
    });
    if (!lost) for (const { onFrame } of this.#subscribers) onFrame(frame);
    return 'published';
  }
  /** Frames may have been missed. */
  gap(): void {
    for (const { onGap } of this.#subscribers) onGap();
  }
  async readAll(): Promise<readonly FeedState[]> {
    this.readings += 1;
    if (this.failing) throw new Error('the feed is down');
    return [...this.#states.values()];
  }
  async subscribe(onFrame: (frame: FeedFrame) => void, onGap: () => void): Promise<() => Promise<void>> {
    const subscriber = { onFrame, onGap };
    this.#subscribers.add(subscriber);
    return async () => void this.#subscribers.delete(subscriber);
  }
  async ping(): Promise<void> {}
  async close(): Promise<void> {}
}

const nameOf = ({ queue, channel, window }: Pick<FeedRow, 'queue' | 'channel' | 'window'>) =>
  JSON.stringify([queue, channel, window]);

export function configured(file: unknown = {}): Configuration {
  const result = checkConfiguration(file);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join());
  return result.configuration;
}

export interface TestGateway {
  readonly feed: ScriptedFeed;
  readonly http: ServiceContext['http'];
  readonly health: Health;
  readonly url: string;
  readonly liveUrl: string;
  /** Moves the gateway's clock. */
  pass(ms: number): void;
  stop(): Promise<void>;
}

const started = new Set<() => Promise<void>>();

/** Stops every gateway that was started: for `afterEach`. */
export async function stopGateways(): Promise<void> {
  await Promise.all([...started].map((stop) => stop()));
  started.clear();
}

/** A gateway on a free port of 127.0.0.1 with a clock that stands still. */
export async function startGateway(
  file: unknown = {},
  feed = new ScriptedFeed(),
  owners: Owners = { ask: () => Promise.reject(new QuestionError(503, 'there is no owner')) },
  logger = createLogger({ name: 'test', level: 'silent' }),
): Promise<TestGateway> {
  const configuration = configured(file);
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const health = createHealth();
  const metrics = createMetrics({ defaults: false });
  let nowMs = NOW_MS;
  const clock = () => nowMs;
  const bound = { server, port, url };
  const http = createHttpServer(configuration, { health, metrics, logger, bound, clock });
  const service = await start({ configuration, logger, http, url, metrics, health, clock }, { feed, owners });
  await http.ready();
  let stopped: Promise<void> | undefined;
  const stop = () =>
    (stopped ??= (async () => {
      await service.stop();
      await http.close();
    })());
  started.add(stop);
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { feed, http, health, url, liveUrl: `ws://127.0.0.1:${port}/v1/live`, pass, stop };
}

export const NOW_MS = Date.UTC(2026, 10, 21, 10, 15);

export function row(queue: string, kpis: FeedRow['kpis'], more: Partial<FeedRow> = {}): FeedRow {
  return { queue, channel: 'voice', window: '30m', state: 'live', ...more, kpis };
}

export function frame(seq: number, rows: readonly FeedRow[], more: Partial<FeedFrame> = {}): FeedFrame {
  const header = {
    centre: 'default',
    asOfMs: NOW_MS,
    watermarkMs: NOW_MS,
    state: 'live',
    configVersion: 'v1',
  } as const;
  return {
    partition: 0,
    epoch: 1,
    seq,
    header,
    complete: seq === 1,
    rows,
    removed: [],
    counters: [],
    ...more,
  };
}
