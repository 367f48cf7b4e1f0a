import { rm } from 'node:fs/promises';

import { checkConfiguration, type Configuration } from '@vigie/contracts';
import { type Embedded, openEmbedded } from '@vigie/embedded';
import type { EventLog } from '@vigie/engine';
import { createLogger, createServiceContext } from '@vigie/service-kit';
import { temporaryDirectory } from '@vigie/testkit';

import { type RunningIngest, start } from './start.ts';

/** Ingest on a real embedded log, behind a real port. */
export interface IngestUnderTest {
  readonly embedded: Embedded;
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

export async function startIngest(options: StartOptions = {}): Promise<IngestUnderTest> {
  const { clock = Date.now, wrapLog = (log) => log } = options;
  const directory = options.directory ?? (await temporaryDirectory('ingest'));
  const embedded = await openEmbedded(directory, {
    retentionMs: 86_400_000,
    maxLogBytes: 1024 ** 3,
    maxDeadLetters: 10_000,
  });
  const configuration = configurationOf({ ...options.file, server: { port: 0 }, dataDirectory: directory });
  const context = await createServiceContext({
    name: 'ingest',
    loaded: { configuration, notYetInForce: [], logLevel: 'silent', allowOpen: false, file: undefined },
    logger: createLogger({ name: 'ingest', level: 'silent' }),
    clock,
  });
  const ingest = await start(context, { log: wrapLog(embedded.log) });
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

/** Every event in the log, in order, as its record's centre and its parsed line. */
export async function readLog(
  log: EventLog,
): Promise<{ centre: string | null; offset: bigint; event: Record<string, unknown> }[]> {
  const found: { centre: string | null; offset: bigint; event: Record<string, unknown> }[] = [];
  const { end } = await log.bounds(0);
  if (end === 0n) return found;
  await new Promise<void>((done, failed) => {
    const consumer = log.consume(
      {
        assigned: async () => 'earliest',
        async batch({ records }) {
          for (const { offset, key, value } of records) {
            if (offset >= end) continue;
            for (const line of Buffer.from(value ?? [])
              .toString()
              .split('\n')) {
              found.push({ centre: key, offset, event: JSON.parse(line) as Record<string, unknown> });
            }
          }
          if ((records.at(-1)?.offset ?? 0n) >= end - 1n)
            void consumer.then((c) => c.stop()).then(done, failed);
        },
        revoked: async () => undefined,
      },
      failed,
    );
    consumer.catch(failed);
  });
  return found;
}
