import { setTimeout as sleep } from 'node:timers/promises';
import {
  CentrePublisher,
  makeCommit,
  type PartitionProcessor,
  type CheckpointCommit,
  type CheckpointStore,
  type DeadLetter,
  type Epoch,
  type EventLog,
  type LiveFeed,
  type LogRecord,
  type PartitionId,
  type RecordBatch,
} from '@vigie/engine';
import { Attempts, type Logger } from '@vigie/service-kit';
import { Reports } from './reports.ts';
import { newFigures } from './runner-figures.ts';
import { Settling } from './settling.ts';
import {
  foreignRecord,
  takePartition,
  type RebuildReason,
  type TakenPartition,
  type TakingParts,
} from './taking.ts';

/** Viewers see a change at most this much later while frames are cheap, ms. */
export const PUBLISH_EVERY_MS = 100;
/** Publishing takes at most one part in so many of the time, while that is not seldomer than a heartbeat. */
const PUBLISH_SHARE = 5;
/** State and offset are stored this often while something changes, ms. */
export const COMMIT_EVERY_MS = 250;
/** While it catches up, when a crash costs no more than reading so much of it again, ms: each commit has all judged. */
const CATCHING_UP_COMMIT_EVERY_MS = 3000;
/** With nothing but heartbeats in the log the offset is stored this often, ms. */
const IDLE_COMMIT_EVERY_MS = 10_000;
/** A stop waits for so long until the group has been told the last offset, ms. */
const PROGRESS_WITHIN_MS = 1000;
/** A viewer hears from the owner at least this often, ms. */
const HEARTBEAT_EVERY_MS = 1000;

export interface RunnerParts extends TakingParts {
  readonly log: EventLog;
  readonly checkpoints: CheckpointStore;
  readonly feed: LiveFeed;
  readonly logger: Logger;
  /** Asks the log for a partition again from an offset: a gap is fetched once more before it is believed. */
  readonly seek: (partition: PartitionId, offset: bigint) => void;
  readonly publishProgress: (partition: PartitionId, nextOffset: bigint) => Promise<void>;
  /** The state can no longer be trusted: the process ends, and another restores the last checkpoint. */
  readonly onFatal: (error: Error) => void;
  /** Another owner has taken the partition of that runner. */
  readonly onFenced: (runner: PartitionRunner) => void;
}

/**
 * Owns one partition: restores it, applies what the log delivers, publishes live figures every 100 ms (seldomer when
 * that takes long) and commits state and offset together every 250 ms. Decides nothing about figures: that is the processor's.
 */
export class PartitionRunner {
  readonly partition: PartitionId;
  readonly processor: PartitionProcessor;
  readonly epoch: Epoch;
  /** Why its figures were built from the log; absent when they were restored. */
  readonly rebuilt: RebuildReason | undefined;
  readonly figures = newFigures();
  readonly #parts: RunnerParts;
  readonly #publishers = new Map<string, CentrePublisher>();
  readonly #reports: Reports;
  readonly #caughtUpAt: bigint;
  readonly #recoveringSince: number;
  #seq: number;
  #pending: CheckpointCommit | undefined;
  #pendingOffset = 0n;
  #committedOffset = 0n;
  #committing: Promise<void> | undefined;
  readonly #settling: Settling;
  /** An offset on its way to the group. */
  #progress: Promise<void> | undefined;
  #publishing = false;
  /** Not before this is the next frame made; of the clock that nobody sets. */
  #publishAt = 0;
  #dirty = true;
  #heard = false;
  #lastCommitAt = 0;
  #lastFrameAt = 0;
  #refetchedGap: bigint | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;
  readonly #commits = new Attempts('its checkpoint cannot be written');
  readonly #frames = new Attempts('its live figures cannot be written');

  private constructor(parts: RunnerParts, taken: TakenPartition) {
    this.#parts = parts;
    this.partition = taken.partition;
    this.processor = taken.processor;
    this.epoch = taken.epoch;
    this.rebuilt = taken.rebuilt;
    this.#seq = taken.seq;
    this.#caughtUpAt = taken.caughtUpAt;
    this.#recoveringSince = parts.clock();
    this.#settling = new Settling(taken.processor, () => this.#stopped);
    this.#reports = new Reports(taken.processor, parts, () => (this.#dirty = true));
  }

  /** Takes the partition as {@link takePartition} does, and is ready for records. */
  static async take(partition: PartitionId, parts: RunnerParts): Promise<PartitionRunner> {
    return new PartitionRunner(parts, await takePartition(partition, parts));
  }

  /** Why state or figures do not reach the store at present. */
  get trouble(): string | undefined {
    return this.#commits.trouble ?? this.#frames.trouble;
  }

  /** Where the log is to deliver from: one record that is known already, by which the log is known again. */
  get fromOffset(): bigint {
    const { nextOffset } = this.processor;
    return nextOffset > 0n ? nextOffset - 1n : nextOffset;
  }

  /** Begins to publish and to commit. */
  start(): void {
    this.#timer = setInterval(() => this.#tick(), PUBLISH_EVERY_MS);
    this.#tick();
  }

  /** Applies a batch. Records already applied are skipped; a gap is fetched once more, then accepted and counted. */
  async apply(batch: RecordBatch): Promise<void> {
    this.figures.batches++;
    for (const record of batch.records) {
      const expected = this.processor.nextOffset;
      if (record.offset > expected && this.#refetchedGap === expected)
        await this.#acceptGap(expected, record);
      if (this.#stopped || batch.isStale()) {
        this.figures.stale++;
        return;
      }
      if (record.offset < expected) {
        const isLast = record.offset + 1n === expected && this.processor.log.isLast(record);
        if (isLast === false && record.offset + 1n === expected)
          return this.#fail(foreignRecord(this.partition, record.offset));
        continue;
      }
      if (record.offset > expected && this.#refetchedGap !== expected) {
        this.#refetchedGap = expected;
        this.#parts.seek(this.partition, expected);
        return;
      }
      const before = this.#activity();
      const letters = this.#applyRecord(record);
      if (letters === undefined) return;
      if (this.#activity() !== before) this.#dirty = true;
      this.#heard = true;
      if (letters.length > 0) await this.#deadLetter(letters);
      if (this.#settling.isDue) await this.#settle();
    }
    this.figures.lag = batch.endOffset - this.processor.nextOffset;
  }

  /** Stops, and with `commit` stores what was applied since the last commit, so that the next owner need not replay. */
  async stop(options: { readonly commit: boolean }): Promise<void> {
    if (this.#stopped) return;
    clearInterval(this.#timer);
    await this.#committing;
    await this.#reports.idle();
    if (options.commit && (this.#dirty || this.#heard)) await this.#commit();
    if (this.#progress !== undefined)
      await Promise.race([this.#progress, sleep(PROGRESS_WITHIN_MS, undefined, { ref: false })]);
    this.#stopped = true;
  }

  /** Fetched again it is the same: its records are gone, or there never were any. */
  async #acceptGap(expected: bigint, found: LogRecord): Promise<void> {
    const { start } = await this.#parts.log.bounds(this.partition);
    const said = { partition: this.partition, expected: expected.toString(), found: found.offset.toString() };
    if (start <= expected) {
      this.figures.holes++;
      this.#parts.logger.info(said, 'a hole in the offsets of the log: no record is missing');
      return;
    }
    this.figures.gaps++;
    this.processor.log.lost();
    this.#parts.logger.error(
      { ...said, logStart: start.toString() },
      'records are gone from the log before they were read: the figures of their time are incomplete',
    );
  }

  #fail(error: Error): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#parts.onFatal(error);
  }

  /** Bad input never throws; what does is a fault of ours, and goes on only from a state that was whole. */
  #applyRecord(record: LogRecord): readonly DeadLetter[] | undefined {
    try {
      return this.processor.applyRecord(record);
    } catch (error) {
      this.#fail(
        new Error(`record ${record.offset} of partition ${this.partition} could not be applied`, {
          cause: error,
        }),
      );
      return undefined;
    }
  }

  /** Everything that makes a commit worth while: heartbeats alone do not. */
  #activity(): number {
    const { applied, duplicate, late, future, rejected } = this.processor.accounts;
    return (
      applied +
      duplicate +
      late +
      future +
      rejected +
      (this.processor.systemRecords.get('vigie.config.changed') ?? 0)
    );
  }

  async #settle(): Promise<void> {
    try {
      await this.#settling.run();
    } catch (error) {
      this.#fail(new Error(`partition ${this.partition} could not be judged`, { cause: error }));
    }
  }

  async #deadLetter(letters: Parameters<EventLog['deadLetter']>[0]): Promise<void> {
    try {
      await this.#parts.log.deadLetter(letters);
    } catch (error) {
      this.figures.deadLetterFailures += letters.length;
      this.#parts.logger.error({ err: error, count: letters.length }, 'dead letters could not be written');
    }
  }

  #tick(): void {
    if (this.#stopped) return;
    const now = this.#parts.clock();
    this.processor.tellTime(now);
    this.figures.recovering &&= this.processor.nextOffset < this.#caughtUpAt;
    // until then the records move it: seconds that passed meanwhile are judged with what was known in them
    if (!this.figures.recovering) this.processor.advance(now);
    for (const { alarms } of this.processor.centres.values()) if (alarms.takeUnstored()) this.#dirty = true;
    void this.#publish(now);
    const since = now - this.#lastCommitAt;
    const every = this.figures.recovering ? CATCHING_UP_COMMIT_EVERY_MS : COMMIT_EVERY_MS;
    const due = this.#dirty ? since >= every : this.#heard && since >= IDLE_COMMIT_EVERY_MS;
    if (due && this.#committing === undefined) {
      this.#committing = this.#commit().finally(() => (this.#committing = undefined));
    }
    this.#reports.tell();
  }

  async #publish(now: number): Promise<void> {
    const beganAt = performance.now();
    if (this.#publishing || beganAt < this.#publishAt) return;
    const { recovering } = this.figures;
    // Nobody can use figures of a partition that is catching up: they are said as seldom as a heartbeat.
    if (recovering && now - this.#lastFrameAt < HEARTBEAT_EVERY_MS) return;
    this.#publishing = true;
    let busyMs = 0;
    let failed = false;
    const oldest = this.processor.takeOldestUnpublished();
    const heartbeat = now - this.#lastFrameAt >= HEARTBEAT_EVERY_MS;
    if (heartbeat) this.#lastFrameAt = now;
    try {
      for (const centre of this.processor.centres.values()) {
        const publisher = this.#publisher(centre.name);
        const frameAt = performance.now();
        const frame = publisher.frame(recovering ? this.#recoveringSince : undefined, heartbeat);
        try {
          const published =
            frame === undefined ? undefined : this.#frames.watch(this.#parts.feed.publish(frame));
          // What the store takes to answer is not ours: only what kept this process from other work counts.
          busyMs += performance.now() - frameAt;
          if ((await published) === 'fenced') return this.#fenced();
          if (frame !== undefined && !recovering) centre.corrections.shown(frame.header.asOfMs);
        } catch (error) {
          failed = true;
          publisher.reset();
          this.figures.publishFailures++;
          this.#parts.logger.warn(
            { err: error, partition: this.partition },
            'live figures could not be published',
          );
        }
      }
      if (!recovering && !failed) this.figures.shown = true;
      if (oldest !== undefined && !recovering) {
        this.figures.delay.observe((this.#parts.clock() - oldest) / 1000);
      }
    } finally {
      this.#publishing = false;
      // Ticks come a little early or late: half of one is let go.
      this.#publishAt = beganAt + publishPauseMs(busyMs) - PUBLISH_EVERY_MS / 2;
    }
  }

  #publisher(name: string): CentrePublisher {
    let publisher = this.#publishers.get(name);
    if (publisher === undefined) {
      const { partition, epoch } = this;
      const nextOffset = (): bigint => this.processor.nextOffset;
      publisher = new CentrePublisher(this.processor.centre(name), { partition, epoch, nextOffset });
      this.#publishers.set(name, publisher);
    }
    return publisher;
  }

  /** Writes state and offset. One whose reply was lost is written again as it was, until the store has answered. */
  async #commit(): Promise<void> {
    const startedAt = this.#parts.clock();
    if (this.#pending === undefined) {
      await this.#settle();
      if (this.#stopped) return;
      this.#dirty = false;
      this.#heard = false;
      this.#pendingOffset = this.processor.nextOffset;
      const replaces = this.#seq === 0;
      this.#pending = { ...makeCommit(this.processor, ++this.#seq), replaces };
    }
    this.#lastCommitAt = startedAt;
    try {
      const result = await this.#commits.watch(
        this.#parts.checkpoints.commit(this.partition, this.epoch, this.#pending),
      );
      if (result === 'fenced') return this.#fenced();
      this.#pending = undefined;
      this.#committedOffset = this.#pendingOffset;
      for (const centre of this.processor.centres.values()) centre.stored();
      this.figures.commits++;
      this.figures.lastCommitMs = this.#parts.clock() - startedAt;
    } catch (error) {
      this.#dirty = true;
      this.figures.commitFailures++;
      this.#parts.logger.warn(
        { err: error, partition: this.partition },
        'the checkpoint could not be written',
      );
      return;
    }
    this.#progress ??= this.#tellProgress().finally(() => (this.#progress = undefined));
  }

  /** For lag tools only, and never read: nothing waits for it, and after a failure the next commit tells it again. */
  async #tellProgress(): Promise<void> {
    try {
      for (let told: bigint | undefined; told !== this.#committedOffset;) {
        told = this.#committedOffset;
        await this.#parts.publishProgress(this.partition, told);
      }
    } catch (error) {
      this.figures.progressFailures++;
      this.#parts.logger.debug(
        { err: error, partition: this.partition },
        'the group was not told the offset',
      );
    }
  }

  #fenced(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#parts.logger.warn(
      { partition: this.partition, epoch: this.epoch },
      'another owner has the partition',
    );
    this.#parts.onFenced(this);
  }
}

/** From one frame to the next, ms, when making and handing over the first took `busyMs`. */
export function publishPauseMs(busyMs: number): number {
  return Math.min(HEARTBEAT_EVERY_MS, Math.max(PUBLISH_EVERY_MS, PUBLISH_SHARE * busyMs));
}
