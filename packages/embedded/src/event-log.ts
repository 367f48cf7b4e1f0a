import type {
  DeadLetter,
  EventLog,
  LogRecord,
  NewRecord,
  ReportRecord,
  StoredConfigVersion,
} from '@vigie/engine';
import type { Database, RootDatabase } from 'lmdb';

import { type BatchSource, ConsumerGroup } from './consumer-group.ts';
import type { Disk } from './disk.ts';
import { appendedAtMs, decodeRecord, encodeRecord } from './record.ts';

/** A batch ends with the record that fills either. */
const BATCH_RECORDS = 500;
const BATCH_BYTES = 1024 * 1024;
/** Records removed in one transaction of the retention. */
/** Rows of reports that are kept: those of a year and more of a centre with some queues. */
const MAX_REPORTS = 1_000_000;
const RETENTION_STEP = 1_000;
const BYTES_KEY = 'bytes';
const PARTITION = 0;

export interface EmbeddedLogOptions {
  /** Records older than this are removed, unless it is the last one. */
  readonly retentionMs: number;
  /** Above this many bytes the oldest records are removed, whatever their age, and counted. */
  readonly maxLogBytes: number;
  /** The newest dead letters that are kept. */
  readonly maxDeadLetters: number;
  /** Told once, with a sentence, that the disk fails although it has room: the process cannot go on. */
  readonly onDiskLost?: (error: Error) => void;
  /** Wall clock in ms since 1970, for retention alone. */
  readonly now?: () => number;
}

/** What retention has removed since the log was opened. */
export interface EmbeddedLogCounters {
  readonly bytes: number;
  readonly removedByAge: number;
  readonly removedBySize: number;
  readonly removedDeadLetters: number;
}

/** The event log of one process: one partition, number 0. */
export interface EmbeddedLog extends EventLog {
  /** The newest `limit` dead letters, oldest of them first. */
  deadLetters(limit: number): readonly DeadLetter[];
  /** The newest `limit` rows of reports, oldest of them first. */
  reports(limit: number): readonly ReportRecord[];
  counters(): EmbeddedLogCounters;
  /** Removes what retention no longer wants; runs by itself every minute and when the log is too large. */
  enforceRetention(): Promise<void>;
}

const RETENTION_EVERY_MS = 60_000;

/** Opens the log's tables in `root`; the caller owns `root`. */
export function openEventLog(root: RootDatabase, options: EmbeddedLogOptions, disk: Disk): EmbeddedLog {
  return new LmdbEventLog(root, options, disk);
}

class LmdbEventLog implements EmbeddedLog, BatchSource {
  readonly #records: Database<Buffer, number>;
  readonly #sizes: Database<number, string>;
  readonly #dead: Database<DeadLetter, number>;
  readonly #configs: Database<StoredConfigVersion, number>;
  readonly #reports: Database<ReportRecord, number>;
  /** Where the report of a key is. */
  readonly #reportPlaces: Database<number, string>;
  readonly #options: EmbeddedLogOptions;
  readonly #disk: Disk;
  readonly #now: () => number;
  readonly #group = new ConsumerGroup(this);
  readonly #waiting = new Set<() => void>();
  readonly #timer: NodeJS.Timeout;
  /** Next offset to give out; records between `#end` and it are on their way to the disk. */
  #next: number;
  #end: number;
  #bytes: number;
  #retention: Promise<void> | undefined;
  #firstDead: number;
  #nextDead: number;
  #nextConfig: number;
  #nextReport: number;
  #removedByAge = 0;
  #removedBySize = 0;
  #removedDeadLetters = 0;
  #closed = false;

  constructor(root: RootDatabase, options: EmbeddedLogOptions, disk: Disk) {
    this.#options = options;
    this.#disk = disk;
    this.#now = options.now ?? Date.now;
    this.#records = root.openDB({ name: 'log', encoding: 'binary' });
    this.#sizes = root.openDB({ name: 'log.sizes', encoding: 'msgpack' });
    this.#dead = root.openDB({ name: 'log.dead', encoding: 'msgpack' });
    this.#configs = root.openDB({ name: 'log.config', encoding: 'msgpack' });
    this.#reports = root.openDB({ name: 'log.reports', encoding: 'msgpack' });
    this.#reportPlaces = root.openDB({ name: 'log.report-places', encoding: 'msgpack' });
    this.#next = afterLast(this.#records);
    this.#end = this.#next;
    this.#bytes = this.#sizes.get(BYTES_KEY) ?? 0;
    this.#nextDead = afterLast(this.#dead);
    this.#firstDead = first(this.#dead) ?? this.#nextDead;
    this.#nextConfig = afterLast(this.#configs);
    this.#nextReport = afterLast(this.#reports);
    this.#timer = setInterval(() => void this.enforceRetention().catch(() => undefined), RETENTION_EVERY_MS);
    this.#timer.unref();
  }

  async partitions(): Promise<number> {
    return 1;
  }

  async placement(): Promise<(centre: string) => number> {
    return () => PARTITION;
  }

  /** Writes of one turn of the event loop, whoever made them, are one transaction and one flush to disk. */
  async append(records: readonly NewRecord[]): Promise<void> {
    this.#assertOpen();
    if (records.length === 0) return;
    const atMs = this.#now();
    const encoded = records.map((record) => encodeRecord({ ...record, appendedAtMs: atMs }));
    const added = sum(encoded);
    const writes: Promise<unknown>[] = encoded.map((bytes) => this.#records.put(this.#next++, bytes));
    const end = this.#next;
    this.#bytes += added;
    writes.push(this.#sizes.put(BYTES_KEY, this.#bytes));
    try {
      await this.#disk.write(async () => await Promise.all(writes));
    } catch (error) {
      this.#bytes -= added;
      throw error;
    }
    // Promises of commits settle in the order of the writes, so the end never falls.
    this.#end = Math.max(this.#end, end);
    for (const wake of this.#waiting) wake();
    if (this.#bytes > this.#options.maxLogBytes) void this.enforceRetention().catch(() => undefined);
  }

  async deadLetter(letters: readonly DeadLetter[]): Promise<void> {
    this.#assertOpen();
    if (letters.length === 0) return;
    const writes = letters.map(async (letter) => await this.#dead.put(this.#nextDead++, letter));
    for (; this.#firstDead < this.#nextDead - this.#options.maxDeadLetters; this.#firstDead += 1) {
      this.#removedDeadLetters += 1;
      writes.push(this.#dead.remove(this.#firstDead));
    }
    await this.#disk.write(async () => await Promise.all(writes));
  }

  deadLetters(limit: number): readonly DeadLetter[] {
    return [...this.#dead.getRange({ reverse: true, limit })].map(({ value }) => value).reverse();
  }

  async configVersions(): Promise<readonly StoredConfigVersion[]> {
    this.#assertOpen();
    return [...this.#configs.getRange()].map(({ value }) => value);
  }

  async storeConfigVersion(version: StoredConfigVersion): Promise<void> {
    this.#assertOpen();
    const writes: Promise<unknown>[] = [];
    for (const { key, value } of this.#configs.getRange()) {
      const same = value.centre === version.centre && value.version === version.version;
      if (same && value.effectiveFrom === version.effectiveFrom) writes.push(this.#configs.remove(key));
    }
    writes.push(this.#configs.put(this.#nextConfig++, version));
    await this.#disk.write(async () => await Promise.all(writes));
  }

  /** The newest {@link MAX_REPORTS} are kept. */
  async storeReports(reports: readonly ReportRecord[]): Promise<void> {
    this.#assertOpen();
    if (reports.length === 0) return;
    const writes: Promise<boolean>[] = [];
    for (const report of reports) {
      const { key } = report;
      const held = this.#reportPlaces.get(key);
      if (held !== undefined) writes.push(this.#reports.put(held, report));
      else {
        const place = this.#nextReport++;
        writes.push(this.#reports.put(place, report), this.#reportPlaces.put(key, place));
      }
    }
    for (const { key: place, value } of this.#reports.getRange({ end: this.#nextReport - MAX_REPORTS })) {
      writes.push(this.#reports.remove(place), this.#reportPlaces.remove(value.key));
    }
    await this.#disk.write(async () => await Promise.all(writes));
  }

  reports(limit: number): readonly ReportRecord[] {
    return [...this.#reports.getRange({ reverse: true, limit })].map(({ value }) => value).reverse();
  }

  async consume(
    ...[handler, onFatal]: Parameters<EventLog['consume']>
  ): Promise<Awaited<ReturnType<EventLog['consume']>>> {
    this.#assertOpen();
    return this.#group.join(handler, onFatal);
  }

  async bounds(partition: number): Promise<{ readonly start: bigint; readonly end: bigint }> {
    this.#assertOpen();
    if (partition !== PARTITION)
      throw new RangeError(`partition ${partition}: this log has only partition 0`);
    return { start: BigInt(this.start()), end: BigInt(this.#end) };
  }

  async ping(): Promise<void> {
    this.#assertOpen();
    this.#sizes.get(BYTES_KEY);
  }

  counters(): EmbeddedLogCounters {
    return {
      bytes: this.#bytes,
      removedByAge: this.#removedByAge,
      removedBySize: this.#removedBySize,
      removedDeadLetters: this.#removedDeadLetters,
    };
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#group.stopAll();
    await this.#retention?.catch(() => undefined);
  }

  async enforceRetention(): Promise<void> {
    this.#retention ??= this.#removeOld();
    await this.#retention;
  }

  start(): number {
    return first(this.#records) ?? this.#end;
  }

  end(): number {
    return this.#end;
  }

  read(offset: number): { readonly records: readonly LogRecord[]; readonly nextOffset: number } {
    const records: LogRecord[] = [];
    let bytes = 0;
    let nextOffset = offset;
    for (const { key, value } of this.#records.getRange({
      start: offset,
      end: this.#end,
      limit: BATCH_RECORDS,
    })) {
      if (records.length > 0 && bytes + value.byteLength > BATCH_BYTES) break;
      records.push(decodeRecord(key, value));
      bytes += value.byteLength;
      nextOffset = key + 1;
    }
    return { records, nextOffset };
  }

  async appended(offset: number, signal: AbortSignal): Promise<void> {
    if (this.#end > offset || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', settle);
        resolve();
      };
      const wake = (): void => {
        if (this.#end > offset) settle();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', settle, { once: true });
    });
  }

  /** Until nothing is to be removed: what is appended meanwhile counts too. */
  async #removeOld(): Promise<void> {
    await Promise.resolve();
    try {
      while (!this.#closed) {
        const writes = this.#removeStep();
        if (writes.length === 0) return;
        await this.#disk.write(async () => await Promise.all(writes));
      }
    } finally {
      this.#retention = undefined;
    }
  }

  /** The last record always stays: it is what the next offset is known by. */
  #removeStep(): Promise<boolean>[] {
    const { retentionMs, maxLogBytes } = this.#options;
    const oldestMs = this.#now() - retentionMs;
    const writes: Promise<boolean>[] = [];
    for (const { key, value } of this.#records.getRange({ end: this.#end - 1, limit: RETENTION_STEP })) {
      const tooOld = appendedAtMs(value) < oldestMs;
      if (!tooOld && this.#bytes <= maxLogBytes) break;
      if (tooOld) this.#removedByAge += 1;
      else this.#removedBySize += 1;
      this.#bytes -= value.byteLength;
      writes.push(this.#records.remove(key));
    }
    if (writes.length > 0) writes.push(this.#sizes.put(BYTES_KEY, this.#bytes));
    return writes;
  }

  #assertOpen(): void {
    if (this.#closed) throw new Error('the event log is closed');
  }
}

function first(table: Database<unknown, number>): number | undefined {
  for (const key of table.getKeys({ limit: 1 })) return key;
  return undefined;
}

function afterLast(table: Database<unknown, number>): number {
  for (const key of table.getKeys({ reverse: true, limit: 1 })) return key + 1;
  return 0;
}

function sum(buffers: readonly Buffer[]): number {
  return buffers.reduce((bytes, buffer) => bytes + buffer.byteLength, 0);
}
