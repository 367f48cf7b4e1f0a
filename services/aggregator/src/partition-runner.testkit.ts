import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConfiguration, SYSTEM_SOURCE } from '@vigie/contracts';
import {
  windowSpecs,
  type CheckpointStore,
  type DeadLetter,
  type EventLog,
  type LiveFeed,
  type LogRecord,
  type PartitionOptions,
  type RecordBatch,
  type ReportRecord,
} from '@vigie/engine';
import { createLogger } from '@vigie/service-kit';
import { PartitionRunner, type RunnerParts } from './partition-runner.ts';

/** The embedded adapters, which only tests may know. */
interface Embedded {
  readonly log: EventLog & {
    deadLetters(limit: number): readonly DeadLetter[];
    reports(limit: number): readonly ReportRecord[];
  };
  readonly checkpoints: CheckpointStore;
  readonly feed: LiveFeed;
  close(): Promise<void>;
}
type Open = (
  directory: string,
  options: { readonly retentionMs: number; readonly maxLogBytes: number; readonly maxDeadLetters: number },
) => Promise<Embedded>;

/** What a test looks at and changes; made anew by {@link setUp}. */
export const world = {
  directory: '',
  embedded: undefined as unknown as Embedded,
  seeks: [] as bigint[],
  fenced: 0,
  fatal: [] as Error[],
  running: [] as PartitionRunner[],
  /** What the log has: from, and up to. */
  logStart: 0n,
  logEnd: 0n,
  partitions: 1,
};

const checked = checkConfiguration({});
if (!checked.ok) throw new Error('the empty configuration is right');
const { configuration } = checked;
export const NOW = Date.parse('2026-11-21T10:00:00Z');
const began = performance.now();
const encoder = new TextEncoder();

export function record(offset: number, ...events: readonly object[]): LogRecord {
  const lines = events.map((event) => JSON.stringify(event)).join('\n');
  return { offset: BigInt(offset), key: 'default', value: encoder.encode(lines) };
}

export function queued(contact: string): object {
  const time = new Date(NOW - 60_000).toISOString();
  const data = { contact: { id: contact, segmentId: `${contact}/1` }, queue: { id: 'sales' } };
  return {
    specversion: '1.0',
    id: `q-${contact}`,
    source: 'test://acd',
    type: 'vigie.contact.queued',
    time,
    data,
  };
}

/** As the log would deliver it, which then has these records. */
export function batchOf(records: readonly LogRecord[], isStale = () => false): RecordBatch {
  const endOffset = (records.at(-1)?.offset ?? -1n) + 1n;
  if (endOffset > world.logEnd) world.logEnd = endOffset;
  return { partition: 0, records, endOffset, isStale };
}

export function ingested(event: object, agoMs: number): object {
  return { ...event, ingestedtime: new Date(NOW - agoMs).toISOString() };
}

/** Since when the figures of the last hour are incomplete. */
export function incomplete(runner: PartitionRunner): number | undefined {
  return runner.processor.centre('default').facts.sources.incomplete(NOW - 3_600_000, NOW)?.sinceMs;
}

/** The embedded log, but for what it says that it has. */
export function logAsTold(): EventLog {
  const { log } = world.embedded;
  return {
    partitions: async () => world.partitions,
    placement: async () => (centre) => (centre === 'elsewhere' ? 1 : 0),
    append: async (...args) => await log.append(...args),
    deadLetter: async (...args) => await log.deadLetter(...args),
    configVersions: async () => await log.configVersions(),
    storeConfigVersion: async (...args) => await log.storeConfigVersion(...args),
    storeReports: async (...args) => await log.storeReports(...args),
    consume: async (...args) => await log.consume(...args),
    bounds: async () => ({ start: world.logStart, end: world.logEnd }),
    ping: async () => await log.ping(),
    close: async () => await log.close(),
  };
}

export function parts(checkpoints: CheckpointStore = world.embedded.checkpoints): RunnerParts {
  const { presentation, semantic, limits, windows } = configuration;
  const options: PartitionOptions = {
    partition: 0,
    base: semantic,
    presentation,
    windows: windowSpecs({ windows }),
    limits,
    retainMs: 30 * 3_600_000,
    systemSource: SYSTEM_SOURCE,
  };
  return {
    log: logAsTold(),
    checkpoints,
    feed: world.embedded.feed,
    logger: createLogger({ name: 'test', level: 'silent' as never }),
    clock: () => NOW + performance.now() - began,
    url: 'http://127.0.0.1:1',
    options: () => options,
    lastEpoch: () => 0,
    seek: (_partition, offset) => void world.seeks.push(offset),
    publishProgress: async () => {},
    onFatal: (error) => void world.fatal.push(error),
    onFenced: () => void world.fenced++,
  };
}

export async function take(of: RunnerParts = parts()): Promise<PartitionRunner> {
  const runner = await PartitionRunner.take(0, of);
  world.running.push(runner);
  return runner;
}

export function waiting(runner: PartitionRunner): number {
  const centre = runner.processor.centre('default');
  return centre.timeline.group(centre.facts.groups.idOf('sales', 'voice')).present.opens[0]!.size;
}

/** A store but for some of its methods. */
export function storeBut(real: CheckpointStore, changed: Partial<CheckpointStore>): CheckpointStore {
  return {
    acquire: async (...args) => await real.acquire(...args),
    commit: async (...args) => await real.commit(...args),
    owner: async (...args) => await real.owner(...args),
    archived: async (...args) => await real.archived(...args),
    ping: async () => await real.ping(),
    close: async () => await real.close(),
    load: async (...args) => await real.load(...args),
    forget: async (...args) => await real.forget(...args),
    isForgotten: async (...args) => await real.isForgotten(...args),
    ...changed,
  };
}

/** The store of `embedded` with another checkpoint in it. */
export function storeWith(
  change: (stored: Awaited<ReturnType<CheckpointStore['load']>> & object) => typeof stored | undefined,
): CheckpointStore {
  const real = world.embedded.checkpoints;
  return storeBut(real, {
    load: async (...args) => {
      const stored = await real.load(...args);
      return stored === undefined ? undefined : change(stored);
    },
  });
}

export async function setUp(openEmbedded: Open): Promise<void> {
  world.directory = mkdtempSync(join(tmpdir(), 'vigie-runner-'));
  world.embedded = await openEmbedded(world.directory, {
    retentionMs: 1e12,
    maxLogBytes: 1e9,
    maxDeadLetters: 100,
  });
  world.seeks = [];
  world.fenced = 0;
  world.fatal = [];
  world.running = [];
  world.logStart = 0n;
  world.logEnd = 0n;
  world.partitions = 1;
}

export async function tearDown(): Promise<void> {
  for (const runner of world.running) await runner.stop({ commit: false });
  await world.embedded.close();
  rmSync(world.directory, { recursive: true, force: true });
}
