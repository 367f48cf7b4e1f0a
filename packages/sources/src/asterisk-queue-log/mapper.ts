import { fitsId, formatInstant, type CanonicalEvent, type EventType } from '@vigie/contracts';
import { Calls, type CallsState } from './calls.ts';
import { translate, type Draft, type LineContext, type SkipReason } from './events.ts';
import { parseLine, splitGluedStart, type QueueLogLine } from './line.ts';
import { DEFAULT_LIMITS, type QueueLogOptions } from './options.ts';
import { Ticks, type TicksState } from './ticks.ts';

/** Why a line made no event. The first five are lines understood and meant to be silent. */
export type LineFate = SkipReason | 'blank' | 'malformed' | 'half_line' | 'late' | 'too_long';

export interface QueueLogCounts {
  /** Lines given to the mapper; equals the lines that made events plus the sum of `skipped`. */
  readonly lines: number;
  readonly events: number;
  readonly skipped: Readonly<Partial<Record<LineFate, number>>>;
  /** Names of events nobody knows, the first 32 of them; the others are under `_other`. */
  readonly unknownEvents: Readonly<Record<string, number>>;
  /** Open calls forgotten by cap or age. */
  readonly forgottenCalls: number;
}

/** What became of one line. A rejected one was meant to say something and could not be read. */
export interface MappedLine {
  readonly events: readonly CanonicalEvent[];
  /** Time of the line, milliseconds since 1970; `undefined` when it has none. */
  readonly timeMs?: number;
  readonly skipped?: LineFate;
  readonly rejected?: { readonly reason: LineFate; readonly detail: string };
}

/** Everything the mapper remembers, JSON-safe; its form may change between versions, so keep `version` with it. */
export interface QueueLogState {
  readonly version: 1;
  readonly calls: CallsState;
  readonly ticks: TicksState;
}

const MAX_UNKNOWN_NAMES = 32;
/** Rows are written by several threads: one may be this much older than the one before. */
const SAME_HOUR_MS = 60_000;

/**
 * Turns the lines of a `queue_log`, in their order, into canonical events. Deterministic: the same lines from the same
 * state give the same events with the same ids, wherever the file is cut, rotated or read again. May start in the
 * middle: a stay whose entry it did not see has no `segmentId`, its outcome still carries the wait.
 */
export class QueueLogMapper {
  readonly #options: QueueLogOptions;
  readonly #calls: Calls;
  readonly #ticks: Ticks;
  readonly #reports: Readonly<Record<'hold' | 'acw' | 'ring', boolean>>;
  readonly #unknown = new Map<string, number>();
  readonly #skipped = new Map<LineFate, number>();
  #lines = 0;
  /** Time of the last row: a clock put back shows an hour twice, and the rows go on in it. */
  #lastMs = -Infinity;
  #events = 0;

  constructor(options: QueueLogOptions, state?: QueueLogState) {
    const usable = state?.version === 1 ? state : undefined;
    this.#options = options;
    this.#reports = { hold: false, acw: false, ring: false, ...options.reports };
    this.#calls = new Calls({ ...DEFAULT_LIMITS, ...options.limits }, usable?.calls);
    this.#ticks = new Ticks(usable?.ticks);
  }

  /** Maps one whole line, without its line end. Never throws: what can't be read is counted and told. */
  map(text: string): MappedLine {
    const glued = splitGluedStart(text);
    if (glued === undefined) return this.#mapOne(text);
    const half = this.drop(
      'half_line',
      `a half line, on which the PBX went on at its next start: ${glued[0].length} characters`,
    );
    return { ...this.#mapOne(glued[1]), ...(half.rejected === undefined ? {} : { rejected: half.rejected }) };
  }

  /**
   * Takes a line into the state but makes no event of it, and counts it as late: for lines from before the allowed
   * lateness, at the first start.
   */
  passOver(text: string): MappedLine {
    const { timeMs, events, skipped } = this.map(text);
    this.#events -= events.length;
    if (skipped === undefined) this.#count('late');
    return { events: [], skipped: skipped ?? 'late', ...(timeMs === undefined ? {} : { timeMs }) };
  }

  /** Forgets every call and second, as at a place where the log does not go on from what was read before. */
  forget(): void {
    this.#calls.clear();
    this.#ticks.clear();
    this.#lastMs = -Infinity;
  }

  /** Counts a line that is not worth parsing (half, too long) and tells its rejection. */
  drop(reason: LineFate, detail: string): MappedLine {
    this.#lines += 1;
    return this.#reject(reason, detail);
  }

  get counts(): QueueLogCounts {
    return {
      lines: this.#lines,
      events: this.#events,
      skipped: Object.fromEntries(this.#skipped),
      unknownEvents: Object.fromEntries(this.#unknown),
      forgottenCalls: this.#calls.forgotten,
    };
  }

  /** A copy of what the mapper remembers: a new one made with it goes on with the next line. */
  state(): QueueLogState {
    return { version: 1, calls: this.#calls.state(), ticks: this.#ticks.state() };
  }

  #mapOne(text: string): MappedLine {
    this.#lines += 1;
    const parsed = parseLine(text, this.#options.instantsOf, this.#lastMs - SAME_HOUR_MS);
    if (!parsed.ok) {
      if (parsed.reason === 'malformed') return this.#reject('malformed', parsed.detail);
      this.#count('blank');
      return { events: [], skipped: 'blank' };
    }
    const { line } = parsed;
    const timeMs = Math.round(line.epochSeconds * 1000);
    this.#lastMs = timeMs;
    const context = this.#contextOf(line, text);
    const outcome = translate(line, context);
    if ('skip' in outcome) {
      this.#count(outcome.skip);
      if (outcome.skip === 'unknown_event') this.#countUnknown(line.event);
      return { events: [], timeMs, skipped: outcome.skip };
    }
    if ('reject' in outcome) return { ...this.#reject('malformed', outcome.reject), timeMs };
    const events = outcome.drafts.map((draft) => this.#finish(draft, line, context));
    this.#events += events.length;
    return { events, timeMs };
  }

  #contextOf(line: QueueLogLine, text: string): LineContext {
    const { source, hash, callbackKeys = [], agents } = this.#options;
    const second = Math.floor(line.epochSeconds);
    const sequence = this.#ticks.nextSequence(second);
    // The state holds hashes of lines, never lines: callers' numbers stand in them.
    const digest = hash(JSON.stringify([source, text]));
    const twin = this.#ticks.ordinal(second, digest);
    const id = twin === 0 ? digest : `${digest}~${twin}`;
    return {
      sequence,
      calls: this.#calls,
      reports: this.#reports,
      isCallbackKey: (key) => callbackKeys.includes(key),
      agentId: (member) => short(agents?.get(member) ?? member, hash),
      eventId: id,
      segmentId: (callId, queue) => {
        const ordinal = this.#ticks.ordinal(second, `${callId}|${queue}`);
        return short(`${callId}/${queue}/${second}/${ordinal}`, hash);
      },
      shortId: (text) => short(text, hash),
    };
  }

  #finish(draft: Draft, line: QueueLogLine, context: LineContext): CanonicalEvent {
    const { centre, source } = this.#options;
    const id = context.eventId;
    const event = {
      specversion: '1.0',
      id: draft.suffix === undefined ? id : `${id}.${draft.suffix}`,
      source,
      type: `vigie.${draft.type}` as EventType,
      time: formatInstant(Math.round((draft.at?.epochSeconds ?? line.epochSeconds) * 1000)),
      sequence: draft.at?.sequence ?? context.sequence,
      subject: draft.subject,
      ...(centre === undefined ? {} : { centre }),
      data: {
        ...draft.data,
        clock: { resolutionMs: line.isRow ? 1 : 1000, kind: 'vendor' },
        origin: { vendor: 'asterisk', event: line.event },
      },
    };
    // Every type's fields are set in events.ts; a test validates all of the recordings' events against the schemas.
    return event as unknown as CanonicalEvent;
  }

  #reject(reason: LineFate, detail: string): MappedLine {
    this.#count(reason);
    return { events: [], skipped: reason, rejected: { reason, detail } };
  }

  #count(fate: LineFate): void {
    this.#skipped.set(fate, (this.#skipped.get(fate) ?? 0) + 1);
  }

  #countUnknown(event: string): void {
    const name =
      this.#unknown.has(event) || this.#unknown.size < MAX_UNKNOWN_NAMES ? event.slice(0, 64) : '_other';
    this.#unknown.set(name, (this.#unknown.get(name) ?? 0) + 1);
  }
}

/** The text itself where it may be an id, else its hash. */
function short(text: string, hash: (text: string) => string): string {
  return fitsId(text) ? text : hash(text);
}
