import type { EventLog } from '@vigie/engine';

import type { Accounts } from './accounts.ts';
import { type EncodedEvent, GroupCommit } from './group-commit.ts';
import * as limits from './limits.ts';

/** The log refused: what was submitted may or may not be there, and must be sent again. */
export class LogUnavailableError extends Error {
  override readonly name = 'LogUnavailableError';
}

interface Submission {
  left: number;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/**
 * The only writer of the event log: group commit with one append under way at a time, so that events of a centre are
 * in the log in the order they were submitted.
 */
export class LogWriter {
  readonly #log: Pick<EventLog, 'append'>;
  readonly #clock: () => number;
  readonly #accounts: Accounts;
  readonly #group = new GroupCommit<Submission>({
    maxRecordBytes: limits.MAX_RECORD_BYTES,
    maxAppendBytes: limits.MAX_APPEND_BYTES,
    idleLingerMs: limits.IDLE_LINGER_MS,
    loadedLingerMs: limits.LOADED_LINGER_MS,
    loadedSubmissions: limits.LOADED_SUBMISSIONS,
  });
  #timer: NodeJS.Timeout | undefined;
  #appendingSinceMs: number | undefined;
  #refusingSinceMs: number | undefined;
  #refusal = '';
  #idle: (() => void) | undefined;
  #isClosed = false;

  constructor(log: Pick<EventLog, 'append'>, clock: () => number, accounts: Accounts) {
    this.#log = log;
    this.#clock = clock;
    this.#accounts = accounts;
  }

  /**
   * Resolves once the log has all of the events.
   *
   * @throws {LogUnavailableError} when that is not known; some of them may be there.
   */
  async submit(events: readonly EncodedEvent[]): Promise<void> {
    if (events.length === 0) return;
    if (this.#isClosed) throw new LogUnavailableError('ingest is stopping');
    await new Promise<void>((done, failed) => {
      this.#group.add({ left: events.length, done, failed }, events, this.#clock());
      this.#schedule();
    });
  }

  /** Why nothing can be accepted, once that has lasted for longer than {@link limits.LOG_PATIENCE_MS}. */
  trouble(nowMs = this.#clock()): string | undefined {
    if (this.#refusingSinceMs !== undefined && nowMs - this.#refusingSinceMs > limits.LOG_PATIENCE_MS) {
      return `the event log has refused for ${nowMs - this.#refusingSinceMs} ms: ${this.#refusal}`;
    }
    if (this.#appendingSinceMs !== undefined && nowMs - this.#appendingSinceMs > limits.LOG_PATIENCE_MS) {
      return `the event log has not answered for ${nowMs - this.#appendingSinceMs} ms`;
    }
    return undefined;
  }

  /** Takes nothing more, and resolves when what was submitted has been written or refused. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#appendingSinceMs === undefined && this.#group.dueAtMs() === undefined) return;
    const idle = new Promise<void>((resolve) => {
      this.#idle = resolve;
    });
    this.#schedule();
    await idle;
  }

  #schedule(): void {
    const dueAtMs = this.#group.dueAtMs();
    if (dueAtMs === undefined || this.#appendingSinceMs !== undefined) return;
    const waitMs = this.#isClosed ? 0 : dueAtMs - this.#clock();
    if (waitMs <= 0) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      void this.#append();
    } else {
      this.#timer ??= setTimeout(() => {
        this.#timer = undefined;
        void this.#append();
      }, waitMs);
    }
  }

  async #append(): Promise<void> {
    const nowMs = this.#clock();
    const commit = this.#appendingSinceMs === undefined ? this.#group.take(nowMs) : undefined;
    if (commit === undefined) return;
    this.#appendingSinceMs = nowMs;
    try {
      await this.#log.append(commit.records);
      this.#refusingSinceMs = undefined;
      this.#accounts.records += commit.records.length;
      for (const { value } of commit.records) this.#accounts.recordBytes += value.length;
      for (const [submission, events] of commit.parts) {
        submission.left -= events;
        if (submission.left === 0) submission.done();
      }
    } catch (error) {
      this.#refuse(commit.parts.keys(), error);
    }
    this.#appendingSinceMs = undefined;
    if (this.#group.dueAtMs() === undefined) this.#idle?.();
    else this.#schedule();
  }

  /** What waits behind a refused append is refused with it: its senders learn at once, and come back. */
  #refuse(submissions: Iterable<Submission>, error: unknown): void {
    this.#accounts.appendFailures += 1;
    this.#refusingSinceMs ??= this.#clock();
    this.#refusal = error instanceof Error ? error.message : String(error);
    const refusal = new LogUnavailableError(`the event log refused: ${this.#refusal}`, { cause: error });
    for (const submission of submissions) submission.failed(refusal);
    for (const submission of this.#group.clear()) submission.failed(refusal);
  }
}
