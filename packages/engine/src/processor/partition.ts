import {
  type AlarmRule,
  ConfigError,
  judgeTimeliness,
  parseEvent,
  preview,
  type Presentation,
  type SemanticConfig,
} from '@vigie/contracts';
import { SINCE_EVER } from '../checkpoint/windows.ts';
import type { DeadLetter, LogRecord, PartitionId } from '../ports/event-log.ts';
import type { WindowSpec } from '../query/window-spec.ts';
import type { CentreLimits } from './centre-state.ts';
import { LiveCentre } from './live-centre.ts';
import { LogTrace, type StoredLogTrace } from './log-trace.ts';
import { linesOf } from './record-lines.ts';

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
/** Of a log that is read behind the clock, how often what is at rest is packed, and for how long it must have been. */
const PACK_EVERY_MS = 5 * MINUTE_MS;
/** Records ingested longer ago than one of these move the clock by it. */
const STEPS_MS = [5 * MINUTE_MS, MINUTE_MS];

/** Each event read ends in exactly one of these: `read = applied + duplicate + late + future + rejected`. */
export interface PartitionAccounts {
  applied: number;
  duplicate: number;
  late: number;
  future: number;
  rejected: number;
}

export interface PartitionOptions {
  readonly partition: PartitionId;
  /** Holds for a centre until its first `config.changed`. */
  readonly base: SemanticConfig;
  readonly presentation: Presentation;
  readonly windows: readonly WindowSpec[];
  readonly alarms?: readonly AlarmRule[];
  readonly limits: CentreLimits & { readonly centres: number };
  readonly retainMs: number;
  /** How long rows of quarter hours are kept in the archive, ms; 35 days by default. */
  readonly keepIntervalsMs?: number;
  /** How long rows of whole days are kept there, ms; 400 days by default. */
  readonly keepDaysMs?: number;
  /** Names the code that judges: windows that another one filled are filled anew from the records after a restart. */
  readonly release?: string;
  /** `source` of what Vigie itself appends: counted apart, in no account. */
  readonly systemSource: string;
}

/**
 * The state of one partition: pure and deterministic, no I/O, no clock. Records go in by {@link applyRecord}, time by
 * {@link advance}; figures are read off its centres.
 */
export class PartitionProcessor {
  readonly options: PartitionOptions;
  readonly centres = new Map<string, LiveCentre>();
  readonly accounts: PartitionAccounts = { applied: 0, duplicate: 0, late: 0, future: 0, rejected: 0 };
  /** What Vigie itself appended, by type. */
  readonly systemRecords = new Map<string, number>();
  /** Ingest time of the oldest event applied since somebody asked; for the delay until figures are out. */
  #oldestUnpublishedMs: number | undefined;
  /** First offset not yet applied. */
  nextOffset = 0n;
  /** Does the log put the records of that centre into this partition? */
  isOurs: (centre: string) => boolean = () => true;
  /** By what the log is known again, and what was missing in it. */
  readonly log: LogTrace;
  /** Stored windows are whole once every page was written after this commit; see `checkpoint/windows.ts`. */
  windowsSince = SINCE_EVER;
  #now: number;
  #clockMs = Number.POSITIVE_INFINITY;
  /** Until that offset was applied no row becomes final: see {@link holdFinal}. */
  #heldUntil: bigint | undefined;
  /** Up to here the clock follows the ingest times of records. */
  #followUntilMs = Number.NEGATIVE_INFINITY;
  /** When of the log what was at rest was packed last, though the clock stood still. */
  #packedAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: PartitionOptions, now: number) {
    this.options = options;
    this.#now = now;
    const { maxHandlingAgeMs, maxSegmentAgeMs } = options.base.time;
    this.log = new LogTrace(Math.max(maxHandlingAgeMs, maxSegmentAgeMs));
  }

  get now(): number {
    return this.#now;
  }

  /** Reach of the longest rolling window, ms. */
  get windowDepthMs(): number {
    return Math.max(0, ...this.options.windows.map(({ sizeMs }) => sizeMs ?? 0));
  }

  /** The centre of that name, made at its first event. */
  centre(name: string): LiveCentre {
    let centre = this.centres.get(name);
    if (centre === undefined) {
      const { base, limits, presentation, retainMs, windows } = this.options;
      const { targetsOf } = presentation;
      const alarms = (this.options.alarms ?? []).filter((rule) => rule.centre === name);
      centre = new LiveCentre(name, { base, limits, retainMs, targetsOf, alarms, windows, now: this.#now });
      centre.facts.sources.logGaps = this.log.gaps;
      centre.finality.wholeFromMs = this.log.wholeFromMs;
      centre.facts.sources.clockMs = this.#clockMs;
      centre.finality.isHeld = this.#heldUntil !== undefined;
      this.centres.set(name, centre);
    }
    return centre;
  }

  /** Applies the lines of one record. Answers what was refused, for the dead-letter topic. Never throws for bad input. */
  applyRecord(record: LogRecord): readonly DeadLetter[] {
    const letters: DeadLetter[] = [];
    this.nextOffset = record.offset + 1n;
    this.log.passed(record);
    const refuse = (line: number, text: string, code: string, reason: string): void => {
      if (code === 'late' || code === 'future') this.accounts[code]++;
      else this.accounts.rejected++;
      const position = { partition: this.options.partition, offset: record.offset, line };
      letters.push({ centre: record.key ?? '', code, reason, line: text, position });
    };
    for (const { index, text, fault } of linesOf(record.value)) {
      if (fault === undefined)
        this.#applyLine(text, record.key, (code, reason) => refuse(index, text, code, reason));
      else refuse(index, text, fault.code, fault.reason);
    }
    if (this.#heldUntil !== undefined && this.nextOffset >= this.#heldUntil) this.#release();
    return letters;
  }

  /**
   * An explicit rebuild: no row becomes final until everything before that offset was applied, so that history which was
   * imported late counts in its own time. To be called before the first record.
   */
  holdFinal(untilOffset: bigint): void {
    if (untilOffset <= this.nextOffset) return;
    this.#heldUntil = untilOffset;
    for (const { finality } of this.centres.values()) finality.isHeld = true;
  }

  /** What time it is by the owner's clock: nobody vouches for what lies far beyond it. */
  tellTime(nowMs: number): void {
    this.#clockMs = nowMs;
    for (const { facts } of this.centres.values()) facts.sources.clockMs = nowMs;
  }

  /** How many entities have changed and are yet to be judged, which is done at once by whoever reads. */
  get unsettled(): number {
    let unsettled = 0;
    for (const { facts } of this.centres.values()) unsettled += facts.unsettled;
    return unsettled;
  }

  /** Judges `most` of the entities that have changed, ahead of whoever reads next. */
  settle(most: number): void {
    let left = most;
    for (const { facts } of this.centres.values()) left = facts.settle(left);
  }

  /** Up to which offset rows are held; `undefined`: they are not. */
  get heldUntil(): bigint | undefined {
    return this.#heldUntil;
  }

  #release(): void {
    this.#heldUntil = undefined;
    for (const centre of this.centres.values()) {
      centre.settle();
      centre.finality.release();
    }
  }

  /** Ingest time of the oldest event applied since the last call, ms. */
  takeOldestUnpublished(): number | undefined {
    const oldest = this.#oldestUnpublishedMs;
    this.#oldestUnpublishedMs = undefined;
    return oldest;
  }

  /**
   * Records of a log that is caught up with move the clock themselves, to the second of their ingest: what was judged
   * before a crash is judged again as it was. What was ingested more than a minute before `untilMs` moves it by whole
   * minutes, more than five minutes by as many, so that an entity is judged once for all that they told of it; every
   * second of them has its statuses all the same, by what was known at their end. Records ingested after `untilMs` do not
   * move it.
   */
  followRecords(untilMs: number): void {
    this.#followUntilMs = untilMs;
  }

  /** Moves the clock of every centre. */
  advance(now: number): void {
    if (now <= this.#now) return;
    this.#now = now;
    for (const centre of this.centres.values()) centre.advance(now);
  }

  restoreHead(
    nextOffset: bigint,
    asOf: number,
    accounts: PartitionAccounts,
    system: readonly (readonly [string, number])[],
    log: StoredLogTrace | undefined,
  ): void {
    this.nextOffset = nextOffset;
    if (log !== undefined) this.log.restore(log);
    this.#now = asOf;
    Object.assign(this.accounts, accounts);
    for (const [type, count] of system) this.systemRecords.set(type, count);
  }

  /** A centre has one partition and one order: an event of it that somebody put elsewhere belongs to neither. */
  #misplaced(centre: string, key: string | null): string | undefined {
    if (key !== centre) {
      const found = key === null ? 'the record has no key' : `the record has the key ${preview(key)}`;
      return `${found}: expected its centre, "${centre}"`;
    }
    const { partition } = this.options;
    if (this.centres.has(centre) || this.isOurs(centre)) return undefined;
    return `partition ${partition} is not that of the centre "${centre}": the record was put there by another partitioner`;
  }

  /** A record has come that was ingested at an instant: of a partition that is built anew the clock is ahead of it. */
  #follow(atMs: number): void {
    if (atMs > this.#now) return this.advance(atMs);
    if (atMs < this.#packedAtMs + PACK_EVERY_MS) return;
    this.#packedAtMs = atMs;
    for (const centre of this.centres.values()) centre.packQuiet(atMs - PACK_EVERY_MS);
  }

  #followLog(): void {
    for (const { finality } of this.centres.values()) finality.wholeFromMs = this.log.wholeFromMs;
  }

  #applyLine(line: string, key: string | null, refuse: (code: string, reason: string) => void): void {
    let input: unknown;
    try {
      input = JSON.parse(line);
    } catch (error) {
      return refuse('invalid', `the line is no JSON: ${(error as Error).message.slice(0, 200)}`);
    }
    const result = parseEvent(input);
    if (!result.ok) return refuse(result.rejection.code, result.rejection.reason);
    const { parsed } = result;
    const { event, timeMs, ingestedMs } = parsed;
    const misplaced = this.#misplaced(parsed.centre, key);
    if (misplaced !== undefined) return refuse('invalid', misplaced);
    if (ingestedMs !== undefined) {
      if (this.log.ingested(ingestedMs)) this.#followLog();
      const timeliness = judgeTimeliness(timeMs, ingestedMs, this.options.base.time);
      if (timeliness.kind !== 'on_time') {
        return refuse(
          timeliness.kind,
          `time is ${timeliness.byMs} ms beyond what is allowed (${timeliness.kind})`,
        );
      }
    }
    if (!this.centres.has(parsed.centre) && this.centres.size >= this.options.limits.centres) {
      return refuse('invalid', `centre "${parsed.centre}" is one more than limits.centres allows`);
    }
    if (ingestedMs !== undefined && ingestedMs <= this.#followUntilMs) {
      const behindMs = this.#followUntilMs - ingestedMs;
      const stepMs = STEPS_MS.find((step) => behindMs > step) ?? SECOND_MS;
      this.#follow(Math.floor(ingestedMs / stepMs) * stepMs);
    }
    try {
      const account = this.centre(parsed.centre).apply(parsed);
      // history that is imported has its own times: it says nothing of how long the way took
      if (ingestedMs !== timeMs) this.#oldestUnpublishedMs ??= ingestedMs;
      if (event.source === this.options.systemSource) {
        this.systemRecords.set(event.type, (this.systemRecords.get(event.type) ?? 0) + 1);
      } else this.accounts[account]++;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      refuse('invalid', error.message);
    }
  }
}
