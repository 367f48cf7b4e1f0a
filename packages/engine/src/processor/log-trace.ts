import { crc32 } from '../checkpoint/envelope.ts';
import type { LogRecord } from '../ports/event-log.ts';
import type { Gap } from './sources.ts';

/** What a checkpoint keeps of it. Absent in checkpoints written before it was kept. */
export interface StoredLogTrace {
  /** Partitions of the topic; `null`: not known. */
  readonly partitions: number | null;
  /** CRC-32 of the value of the record before the next offset; `null` before the first. */
  readonly fingerprint: number | null;
  /** The latest ingest time in what was applied, ms. */
  readonly ingestedMs: number | null;
  readonly gaps: readonly Gap[];
  /** Since then records are missing, and none has been read yet that tells until when, ms. */
  readonly lostSinceMs?: number;
}

/** Where the gap of a log whose beginning is gone begins: nobody knows. */
export const SINCE_EVER_MS = 0;
/** Gaps remembered; the oldest go first. */
const MAX_GAPS = 100;

/** By what a partition knows its log again, and what was missing in it. */
export class LogTrace {
  /** How many partitions the log has; `undefined` until somebody has asked it. */
  partitions: number | undefined;
  /** Stretches of ingest time of which records were gone before they were read. */
  readonly gaps: Gap[] = [];
  readonly #aftermathMs: number;
  #last: LogRecord | undefined;
  #fingerprint: number | undefined;
  #ingestedMs: number | undefined;
  /** Records are missing since then, up to the next one that tells its ingest time. */
  #lostSinceMs: number | undefined;

  /** `aftermathMs`: for so long something that began before a gap may be open because its end is in it. */
  constructor(aftermathMs: number) {
    this.#aftermathMs = aftermathMs;
  }

  /** From when on the log has everything, ms; `undefined` when its beginning was there. */
  get wholeFromMs(): number | undefined {
    const [first] = this.gaps;
    return first?.fromMs === SINCE_EVER_MS ? first.toMs : undefined;
  }

  /** The latest ingest time in what was read, ms; `undefined`: none yet. */
  get ingestedMs(): number | undefined {
    return this.#ingestedMs;
  }

  /** That record was applied. */
  passed(record: LogRecord): void {
    this.#last = record;
  }

  /** Something with this ingest time was read. Answers whether a gap ends with it. */
  ingested(ingestedMs: number): boolean {
    this.#ingestedMs = Math.max(this.#ingestedMs ?? ingestedMs, ingestedMs);
    if (this.#lostSinceMs === undefined) return false;
    const toMs = Math.max(ingestedMs, this.#lostSinceMs);
    this.gaps.push({
      source: LOG_SOURCE,
      fromMs: this.#lostSinceMs,
      toMs,
      feltUntilMs: toMs + this.#aftermathMs,
    });
    if (this.gaps.length > MAX_GAPS) this.gaps.shift();
    this.#lostSinceMs = undefined;
    return true;
  }

  /** The records that should have come next are gone. */
  lost(): void {
    this.#lostSinceMs ??= this.#ingestedMs ?? SINCE_EVER_MS;
  }

  /** Is this the record that was applied last? `undefined`: it is not known. */
  isLast(record: LogRecord): boolean | undefined {
    const known = this.#known();
    return known === undefined ? undefined : known === fingerprintOf(record);
  }

  store(): StoredLogTrace {
    return {
      partitions: this.partitions ?? null,
      fingerprint: this.#known() ?? null,
      ingestedMs: this.#ingestedMs ?? null,
      gaps: this.gaps,
      ...(this.#lostSinceMs === undefined ? {} : { lostSinceMs: this.#lostSinceMs }),
    };
  }

  restore({ partitions, fingerprint, ingestedMs, gaps, lostSinceMs }: StoredLogTrace): void {
    this.partitions = partitions ?? undefined;
    this.#fingerprint = fingerprint ?? undefined;
    this.#ingestedMs = ingestedMs ?? undefined;
    this.gaps.push(...gaps);
    this.#lostSinceMs = lostSinceMs;
  }

  /** Computed when it is asked for: records come more often than commits. */
  #known(): number | undefined {
    if (this.#last !== undefined) {
      this.#fingerprint = fingerprintOf(this.#last);
      this.#last = undefined;
    }
    return this.#fingerprint;
  }
}

/** `source` of the gaps of the log itself. */
const LOG_SOURCE = 'vigie://log';

function fingerprintOf({ value }: LogRecord): number {
  return value === null ? 0 : crc32(value);
}
