import type { NewRecord } from '@vigie/engine';

/** One event as it will stand in the log. */
export interface EncodedEvent {
  readonly centre: string;
  /** One line of JSON, without line end. */
  readonly line: string;
  /** Its length in UTF-8. */
  readonly bytes: number;
}

export interface GroupCommitLimits {
  readonly maxRecordBytes: number;
  readonly maxAppendBytes: number;
  readonly idleLingerMs: number;
  readonly loadedLingerMs: number;
  /** A commit of at least this many submissions makes the next one wait for the longer linger. */
  readonly loadedSubmissions: number;
}

/** What goes to the log in one append. */
export interface Commit<S> {
  /** By centre in the order of each centre's first event; the events of a centre in the order they were added. */
  readonly records: readonly NewRecord[];
  /** How many events of each submission are in it: a submission is safe when all of its events are. */
  readonly parts: ReadonlyMap<S, number>;
  readonly events: number;
  readonly bytes: number;
}

interface Waiting<S> {
  readonly event: EncodedEvent;
  readonly submission: S;
}

/**
 * Group commit: what is accepted within the linger becomes one record a centre. Pure: time is an argument, and a
 * submission is whatever the caller wants to hear of again.
 *
 * Guarantees: every added event is in exactly one record; the events of a centre keep their order; no record exceeds
 * `maxRecordBytes` but one of a single larger event; the same holds for a commit and `maxAppendBytes`.
 */
export class GroupCommit<S> {
  readonly #limits: GroupCommitLimits;
  #waiting: Waiting<S>[] = [];
  #next = 0;
  #bytes = 0;
  #firstAddedMs = 0;
  #isLoaded = false;

  constructor(limits: GroupCommitLimits) {
    this.#limits = limits;
  }

  add(submission: S, events: readonly EncodedEvent[], nowMs: number): void {
    if (events.length === 0) return;
    if (this.#next === this.#waiting.length) this.#firstAddedMs = nowMs;
    for (const event of events) {
      this.#waiting.push({ event, submission });
      this.#bytes += event.bytes;
    }
  }

  /** When the next commit should be taken; at once when there is enough for a whole record. `undefined`: nothing waits. */
  dueAtMs(): number | undefined {
    if (this.#next === this.#waiting.length) return undefined;
    if (this.#bytes >= this.#limits.maxRecordBytes) return this.#firstAddedMs;
    return this.#firstAddedMs + (this.#isLoaded ? this.#limits.loadedLingerMs : this.#limits.idleLingerMs);
  }

  /** Takes the next commit out, due or not; `undefined` when nothing waits. What doesn't fit is due from `nowMs`. */
  take(nowMs: number): Commit<S> | undefined {
    if (this.#next === this.#waiting.length) return undefined;
    const byCentre = new Map<string, EncodedEvent[]>();
    const parts = new Map<S, number>();
    let bytes = 0;
    let events = 0;
    for (; this.#next < this.#waiting.length; this.#next += 1) {
      const { event, submission } = this.#waiting[this.#next] as Waiting<S>;
      if (events > 0 && bytes + event.bytes + 1 > this.#limits.maxAppendBytes) break;
      const lines = byCentre.get(event.centre);
      if (lines === undefined) byCentre.set(event.centre, [event]);
      else lines.push(event);
      parts.set(submission, (parts.get(submission) ?? 0) + 1);
      this.#bytes -= event.bytes;
      bytes += event.bytes + 1;
      events += 1;
    }
    if (this.#next === this.#waiting.length) {
      this.#waiting = [];
      this.#next = 0;
    } else if (this.#next > this.#waiting.length / 2) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
    this.#firstAddedMs = nowMs;
    this.#isLoaded = parts.size >= this.#limits.loadedSubmissions;
    const records = [...byCentre].flatMap(([centre, lines]) =>
      recordsOf(centre, lines, this.#limits.maxRecordBytes),
    );
    return { records, parts, events, bytes };
  }

  /** Gives up everything that waits; answers whose it was. */
  clear(): ReadonlySet<S> {
    const submissions = new Set(this.#waiting.slice(this.#next).map(({ submission }) => submission));
    this.#waiting = [];
    this.#next = 0;
    this.#bytes = 0;
    return submissions;
  }
}

function recordsOf(centre: string, events: readonly EncodedEvent[], maxBytes: number): NewRecord[] {
  const records: NewRecord[] = [];
  let lines: string[] = [];
  let bytes = 0;
  const finish = () => {
    records.push({ key: centre, value: Buffer.from(lines.join('\n')) });
    lines = [];
    bytes = 0;
  };
  for (const event of events) {
    if (lines.length > 0 && bytes + 1 + event.bytes > maxBytes) finish();
    bytes += event.bytes + (lines.length > 0 ? 1 : 0);
    lines.push(event.line);
  }
  if (lines.length > 0) finish();
  return records;
}
