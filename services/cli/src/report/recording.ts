import {
  ConfigError,
  judgeTimeliness,
  parseEvent,
  resolveSemantic,
  type Configuration,
  type ParsedEvent,
} from '@vigie/contracts';
import { CentreState } from '@vigie/engine';
import type { Accounts } from './document.ts';

export interface RecordingOptions {
  readonly configuration: Configuration;
  /** Judge late and future by it; absent: not judged. */
  readonly allowedLatenessMs: number | undefined;
}

/** Centres kept apart in one recording; beyond it the input is no recording of anything. */
export const MAX_CENTRES = 1000;

export type Taken =
  | { readonly ok: true; readonly parsed: ParsedEvent; readonly onTime: boolean; readonly centre: string }
  | { readonly ok: false; readonly reason: string };

/**
 * The events of a recording, in any order: what became of each, and per centre the state they add up to. Pure: no
 * clock, no I/O.
 */
export class Recording {
  readonly #options: RecordingOptions;
  readonly #centres = new Map<string, CentreState>();
  readonly #counts = { read: 0, applied: 0, duplicate: 0, late: 0, future: 0, rejected: 0 };
  readonly #spans = new Map<string, { firstMs: number; lastMs: number; events: number }>();
  #lines: number | undefined;

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  /** Counts an event that is none. */
  reject(): void {
    this.#counts.read += 1;
    this.#counts.rejected += 1;
  }

  countLines(lines: number): void {
    this.#lines = (this.#lines ?? 0) + lines;
  }

  /** Checks and judges one event; it has an effect only once {@link apply} is called for it. */
  take(value: unknown): Taken {
    const result = parseEvent(value);
    const reason = result.ok ? unusable(result.parsed) : result.rejection.reason;
    if (!result.ok || reason !== undefined) {
      this.reject();
      return { ok: false, reason: reason ?? '' };
    }
    const { parsed } = result;
    const centre = parsed.event.centre ?? this.#options.configuration.centre;
    if (!this.#spans.has(centre) && this.#spans.size >= MAX_CENTRES) {
      this.reject();
      return { ok: false, reason: `centre is "${centre}": a recording has at most ${MAX_CENTRES} centres` };
    }
    this.#counts.read += 1;
    const kind = this.#timeliness(parsed);
    if (kind !== 'on_time') this.#counts[kind] += 1;
    else this.#note(centre, parsed.timeMs);
    return { ok: true, parsed, onTime: kind === 'on_time', centre };
  }

  /** Adds what an event says; to be called once for each that was taken on time. */
  apply(parsed: ParsedEvent, centre: string): void {
    this.#counts[this.stateOf(centre).apply(parsed)] += 1;
  }

  /** The state of a centre; of one that no event names, an empty one. */
  stateOf(centre: string): CentreState {
    let state = this.#centres.get(centre);
    if (state === undefined) {
      const { semantic, limits } = this.#options.configuration;
      state = new CentreState(
        centre,
        semantic,
        { ...limits, factsPerEntity: Number.POSITIVE_INFINITY },
        () => {},
      );
      this.#centres.set(centre, state);
    }
    return state;
  }

  /** First and last event time of a centre, ms; `undefined` when none was accepted. */
  spanOf(centre: string): { readonly firstMs: number; readonly lastMs: number } | undefined {
    return this.#spans.get(centre);
  }

  /** Centres with accepted events, and how many each has. */
  get centres(): ReadonlyMap<string, { readonly events: number }> {
    return this.#spans;
  }

  /** True once there is an event that could be read, whatever its age. */
  get hasValid(): boolean {
    return this.#counts.read > this.#counts.rejected;
  }

  get accounts(): Accounts {
    const states = [...this.#centres.values()];
    const total = (name: 'held' | 'conflicts'): number =>
      states.reduce((sum, { counts }) => sum + counts[name], 0);
    return {
      ...(this.#lines === undefined ? {} : { lines: this.#lines }),
      ...this.#counts,
      held: total('held'),
      conflicts: total('conflicts'),
    };
  }

  #timeliness({ timeMs, ingestedMs }: ParsedEvent): 'on_time' | 'late' | 'future' {
    const { allowedLatenessMs, configuration } = this.#options;
    if (allowedLatenessMs === undefined || ingestedMs === undefined) return 'on_time';
    const { futureToleranceMs } = configuration.semantic.time;
    return judgeTimeliness(timeMs, ingestedMs, { allowedLatenessMs, futureToleranceMs }).kind;
  }

  #note(centre: string, timeMs: number): void {
    const span = this.#spans.get(centre);
    if (span === undefined) this.#spans.set(centre, { firstMs: timeMs, lastMs: timeMs, events: 1 });
    else {
      span.firstMs = Math.min(span.firstMs, timeMs);
      span.lastMs = Math.max(span.lastMs, timeMs);
      span.events += 1;
    }
  }
}

/** Why a well-formed event cannot be used: the configuration it carries is none. */
function unusable({ event }: ParsedEvent): string | undefined {
  if (event.type !== 'vigie.config.changed') return undefined;
  try {
    resolveSemantic(event.data.body);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return `data.body: ${error.problems[0]?.message ?? error.message}`;
    throw error;
  }
}
