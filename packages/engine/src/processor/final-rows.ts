import { QUARTER_MS, quarterOf, type GroupRow, type Timeline } from '@vigie/metrics';
import type { ArchivedRows } from '../ports/checkpoint-store.ts';

/** Which rows were handed over with a commit. */
export interface Handover {
  readonly seq: number;
  /** Quarters that begin before it. */
  readonly untilMs: number;
  /** Of these also what was counted since they were handed over first: up to here. */
  readonly againUntilMs: number;
}

/** What a checkpoint keeps of it. */
export interface StoredFinality {
  /** The latest ingest time of what was applied, ms; `null` before the first. */
  readonly consumedIngestMs: number | null;
  readonly handovers: readonly Handover[];
  /** Intervals that end by then were told to `vigie.reports`; `null`: none yet. */
  readonly reportedUntilMs: number | null;
  /** Those that end by then were told again, with what is certain only later; absent: none was told yet. */
  readonly maturedUntilMs?: number;
  /** Those that end by then were rebuilt; absent: none was. */
  readonly rebuiltUntilMs?: number;
}

/**
 * When the rows of a centre become final, and their way out of memory: a row whose events are all in never changes
 * again; once it is older than what pages keep, it is handed over to the checkpoint store for good, in one commit.
 * What is counted of such a quarter later (cases that mature, figures that are imported) makes a further row, which is
 * handed over in its turn: the parts of a row add up.
 */
export class FinalRows {
  readonly #timeline: Timeline;
  readonly #allowedLatenessMs: number;
  readonly #retainMs: number;
  #consumedIngestMs = Number.NEGATIVE_INFINITY;
  #handovers: Handover[] = [];
  /** Rows that are on their way to the store. */
  #leaving: readonly GroupRow[] = [];
  reportedUntilMs: number | undefined;
  maturedUntilMs: number | undefined;
  /** The log begins there: rows of before are parts of what they were, and are told to nobody. `undefined`: all is there. */
  wholeFromMs: number | undefined;
  /** An explicit rebuild reads the log: what was told late is to reach final rows, too. */
  isHeld = false;
  /** Rows that end by then were told before they were rebuilt, maybe otherwise. */
  rebuiltUntilMs: number | undefined;
  /** Whole days that go with the next commit. */
  #days: ArchivedRows[] = [];

  constructor(
    timeline: Timeline,
    options: { readonly allowedLatenessMs: number; readonly retainMs: number },
  ) {
    this.#timeline = timeline;
    this.#allowedLatenessMs = options.allowedLatenessMs;
    this.#retainMs = options.retainMs;
  }

  /** Something with this ingest time was applied. */
  consumed(ingestedMs: number): void {
    if (ingestedMs > this.#consumedIngestMs) this.#consumedIngestMs = ingestedMs;
  }

  /** Intervals that end by then never change again: no event about them is accepted any more. */
  get finalUntilMs(): number {
    return this.isHeld ? Number.NEGATIVE_INFINITY : this.#consumedIngestMs - this.#allowedLatenessMs;
  }

  /** The rebuild has read what was to be read: what is old is final again. */
  release(): void {
    this.isHeld = false;
    this.settle();
    this.rebuiltUntilMs = this.finalUntilMs;
  }

  /** Rows of quarters that begin before it are in the store. */
  get storedUntilMs(): number {
    return this.#handovers.at(-1)?.untilMs ?? Number.NEGATIVE_INFINITY;
  }

  /** Rows that are in neither the pages nor, maybe, the store yet. */
  get leaving(): readonly GroupRow[] {
    return this.#leaving;
  }

  /** May a quarter hour be final that nobody was told yet? Goes by what is counted already: nothing is judged for it. */
  get mayBeUntold(): boolean {
    const from = this.reportedUntilMs ?? this.#timeline.rows.firstQuarter;
    return from !== undefined && from < quarterOf(this.finalUntilMs);
  }

  /** Have rows become final that were not settled yet? */
  get isBehind(): boolean {
    return this.#timeline.rows.finalBefore < quarterOf(this.finalUntilMs);
  }

  /** From now on rows that have become final stay as they are. To be called when all that was applied is counted. */
  settle(): void {
    if (!this.isHeld && this.#consumedIngestMs > Number.NEGATIVE_INFINITY)
      this.#timeline.rows.finalBefore = quarterOf(this.finalUntilMs);
  }

  /** Takes out the rows to be handed over with the commit of that number. */
  take(seq: number): readonly GroupRow[] {
    const { rows, now } = this.#timeline;
    const told = this.reportedUntilMs ?? Number.NEGATIVE_INFINITY;
    const untilMs = Math.min(quarterOf(now - this.#retainMs) - QUARTER_MS, rows.finalBefore, told);
    const againUntilMs = Math.min(untilMs - MATURING_MS, this.storedUntilMs);
    if (untilMs <= this.storedUntilMs) return [];
    const wholeFromMs = this.wholeFromMs ?? Number.NEGATIVE_INFINITY;
    const taken = [
      ...rows.take(Number.NEGATIVE_INFINITY, againUntilMs),
      ...rows.take(this.storedUntilMs, untilMs),
    ].filter(({ quarter }) => quarter >= wholeFromMs);
    for (const { quarter, group, row } of taken) this.#timeline.maxOfRow(quarter, group, row);
    this.#leaving = [...this.#leaving, ...taken];
    // Of older ones every page and delta was written since.
    const recent = this.#handovers.filter((_, index, all) => {
      const next = all[index + 1];
      return next === undefined || next.seq > seq - REMEMBERED_COMMITS;
    });
    this.#handovers = [...recent, { seq, untilMs, againUntilMs }];
    return taken;
  }

  /** A whole day goes to the store with the next commit. */
  addDay(day: ArchivedRows): void {
    this.#days.push(day);
  }

  takeDays(): readonly ArchivedRows[] {
    const days = this.#days;
    this.#days = [];
    return days;
  }

  /** Everything taken so far is in the store. */
  stored(): void {
    this.#leaving = [];
  }

  /** Is a row of a checkpoint's blob one that was handed over later than the blob was written? */
  isHandedOver(quarter: number, blobSeq: number): boolean {
    const first = this.#handovers.find(({ untilMs }) => quarter < untilMs);
    if (first === undefined) return false;
    return (
      blobSeq < first.seq ||
      this.#handovers.some(({ seq, againUntilMs }) => quarter < againUntilMs && blobSeq < seq)
    );
  }

  store(): StoredFinality {
    return {
      consumedIngestMs: Number.isFinite(this.#consumedIngestMs) ? this.#consumedIngestMs : null,
      handovers: this.#handovers,
      reportedUntilMs: this.reportedUntilMs ?? null,
      ...(this.maturedUntilMs === undefined ? {} : { maturedUntilMs: this.maturedUntilMs }),
      ...(Number.isFinite(this.rebuiltUntilMs) ? { rebuiltUntilMs: this.rebuiltUntilMs! } : {}),
    };
  }

  restore({
    consumedIngestMs,
    handovers,
    reportedUntilMs,
    maturedUntilMs,
    rebuiltUntilMs,
  }: StoredFinality): void {
    this.#consumedIngestMs = consumedIngestMs ?? Number.NEGATIVE_INFINITY;
    this.#handovers = [...handovers];
    this.reportedUntilMs = reportedUntilMs ?? undefined;
    this.maturedUntilMs = maturedUntilMs;
    this.rebuiltUntilMs = rebuiltUntilMs;
    this.settle();
  }
}

/** What is counted of a row after it was handed over is kept in memory for so long: nearly all of it has come by then. */
const MATURING_MS = 8 * 86_400_000;
/** No blob of a checkpoint is older than so many commits: all pages are rewritten in that many. */
const REMEMBERED_COMMITS = 512;
