import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { checkConfiguration, type Configuration } from '@vigie/contracts';
import type { DeadLetter, EventLog, RecordBatch } from '@vigie/engine';
import { createLogger, createServiceContext } from '@vigie/service-kit';

import { type RunningIngest, start } from './start.ts';

/** A durable log in a directory. */
export interface OpenLog {
  readonly log: EventLog & { deadLetters(limit: number): readonly DeadLetter[] };
  close(): Promise<void>;
}

/** For a log that keeps everything that a test writes. */
export const LOG_OPTIONS = { retentionMs: 86_400_000, maxLogBytes: 1024 ** 3, maxDeadLetters: 10_000 };

/** Ingest on a real log, behind a real port. */
export interface IngestUnderTest {
  readonly embedded: OpenLog;
  readonly ingest: RunningIngest;
  readonly url: string;
  readonly directory: string;
  post(
    contentType: string | undefined,
    body: RequestInit['body'],
    headers?: Record<string, string>,
  ): Promise<Answer>;
  metric(line: string): Promise<number | undefined>;
  stop(): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export interface StartOptions {
  readonly file?: Record<string, unknown>;
  /** Data directory to go on with. */
  readonly directory?: string;
  readonly clock?: () => number;
  readonly wrapLog?: (log: EventLog) => EventLog;
}

export function configurationOf(file: Record<string, unknown>): Configuration {
  const result = checkConfiguration(file);
  if (!result.ok) throw new Error(result.problems.map(({ message }) => message).join('\n'));
  return result.configuration;
}

/** How tests start ingest, on logs that `open` opens. */
export function ingestOn(open: (directory: string) => Promise<OpenLog>) {
  return async (options: StartOptions = {}): Promise<IngestUnderTest> => await startIngest(open, options);
}

async function startIngest(
  open: (directory: string) => Promise<OpenLog>,
  options: StartOptions,
): Promise<IngestUnderTest> {
  const { clock = Date.now, wrapLog = (log) => log } = options;
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'vigie-ingest-')));
  const embedded = await open(directory);
  const configuration = configurationOf({ ...options.file, server: { port: 0 }, dataDirectory: directory });
  const context = await createServiceContext({
    name: 'ingest',
    loaded: { configuration, notYetInForce: [], logLevel: 'silent', allowOpen: false, file: undefined },
    logger: createLogger({ name: 'ingest', level: 'silent' }),
    clock,
  });
  const ingest = await start(context, { log: wrapLog(embedded.log) }).catch(async (error: unknown) => {
    await context.close();
    await embedded.close();
    throw error;
  });
  await context.serve();
  return {
    embedded,
    ingest,
    url: context.url,
    directory,
    async post(contentType, body, headers = {}) {
      const response = await fetch(`${context.url}/v1/events`, {
        method: 'POST',
        headers: { ...(contentType === undefined ? {} : { 'content-type': contentType }), ...headers },
        body: body ?? null,
        duplex: 'half',
      } as RequestInit);
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Record<string, unknown>,
      };
    },
    async metric(line) {
      const text = await (await fetch(`${context.url}/metrics`)).text();
      const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
      return found === undefined ? undefined : Number(found.slice(line.length + 1));
    },
    async stop() {
      await ingest.stop();
      await context.close();
      await embedded.close();
      if (options.directory === undefined) await rm(directory, { recursive: true });
    },
  };
}

interface LoggedEvent {
  readonly centre: string | null;
  readonly offset: bigint;
  readonly event: Record<string, unknown>;
}

/** Every event in the log, in order, with its record's centre and offset. */
export async function readLog(log: EventLog): Promise<LoggedEvent[]> {
  const found: LoggedEvent[] = [];
  const { end } = await log.bounds(0);
  if (end === 0n) return found;
  let reachEnd = () => {};
  let fail: (error: Error) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    reachEnd = resolve;
    fail = reject;
  });
  const batch = async ({ records }: RecordBatch) => {
    for (const { offset, key, value } of records) {
      if (offset >= end) continue;
      for (const line of Buffer.from(value ?? [])
        .toString()
        .split('\n')) {
        found.push({ centre: key, offset, event: JSON.parse(line) as Record<string, unknown> });
      }
    }
    if ((records.at(-1)?.offset ?? 0n) >= end - 1n) reachEnd();
  };
  const handler = { assigned: async () => 'earliest' as const, batch, revoked: async () => {} };
  const consumer = await log.consume(handler, fail);
  await ended;
  await consumer.stop();
  return found;
}
