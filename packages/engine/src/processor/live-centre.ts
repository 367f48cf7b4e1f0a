import type {
  AlarmRule,
  CorrectionReason,
  EventType,
  ParsedEvent,
  Presentation,
  SemanticConfig,
} from '@vigie/contracts';
import { FIELDS, LASTING, MEASURES, Timeline, zoneOf } from '@vigie/metrics';
import { ToldLevels } from '../checkpoint/windows.ts';
import { AlarmBoard } from './alarm-board.ts';
import { CentreState, type CentreLimits } from './centre-state.ts';
import { Corrections } from './corrections.ts';
import { Counters } from './counters.ts';
import { FinalRows } from './final-rows.ts';
import type { Entity } from './entity.ts';
import { StatusBoard } from './status-board.ts';
import { Sweep } from './sweep.ts';
import type { WindowSpec } from '../query/window-spec.ts';

export interface LiveCentreOptions {
  readonly base: SemanticConfig;
  readonly limits: CentreLimits;
  /** The rolling ones in rising order of size, `today` anywhere. */
  readonly windows: readonly WindowSpec[];
  /** What figures are judged by. */
  readonly targetsOf: Presentation['targetsOf'];
  /** Those of this centre. */
  readonly alarms?: readonly AlarmRule[];
  /** How long closed entities are kept after their last instant, ms: at least the allowed lateness. */
  readonly retainMs: number;
  /** The instant its clock starts at, ms. */
  readonly now: number;
}

/**
 * A centre whose figures are kept up to date: the facts of {@link CentreState}, and the windows, levels, rows and counters
 * that their contributions move. Time enters by {@link advance} alone.
 */
export class LiveCentre {
  readonly facts: CentreState;
  readonly #timeline: Timeline;
  readonly #counters = new Counters();
  readonly statuses: StatusBoard;
  readonly alarms: AlarmBoard;
  /** Which rows are final, and where they go. */
  readonly finality: FinalRows;
  /** Late truth that changed figures which were shown. */
  readonly corrections: Corrections;
  /** Levels as the last commit told them. */
  readonly toldLevels = new ToldLevels();
  /** What is being applied changes the past for this reason. */
  #reason: CorrectionReason | undefined;
  readonly windows: readonly WindowSpec[];
  readonly targetsOf: Presentation['targetsOf'];
  readonly #sweep: Sweep;
  /** Groups that nobody was told of since their figures or statuses moved. */
  #untold = new Set<number>();
  /** Groups whose figures moved since the last whole second. */
  #unjudged = new Set<number>();

  constructor(name: string, options: LiveCentreOptions) {
    this.windows = options.windows;
    this.targetsOf = options.targetsOf;
    this.facts = new CentreState(name, options.base, options.limits, (group, at, code, value, sign) => {
      if (sign > 0 && at > this.#timeline.now) this.#counters.recordFuture(group, code);
      if (at < this.corrections.lateBeforeMs) this.#correct(group, at, code, sign);
      this.#timeline.apply(group, at, code, value, sign);
    });
    this.#timeline = new Timeline(MEASURES, {
      rollingMs: options.windows.flatMap(({ sizeMs }) => (sizeMs === undefined ? [] : [sizeMs])),
      zone: zoneOf(options.base.timeZone, options.base.dayStartMs),
      now: options.now,
      parentsOf: this.facts.groups.parentsOf,
      searchMax: (group, from, to) => this.#searchMax(group, from, to),
      counted: (group, code, value, sign) => this.#counters.record(group, code, value, sign),
      lasting: LASTING,
    });
    this.#sweep = new Sweep(this.facts, options.retainMs, options.now);
    const { allowedLatenessMs } = options.base.time;
    this.finality = new FinalRows(this.#timeline, { allowedLatenessMs, retainMs: options.retainMs });
    this.corrections = new Corrections(this.#timeline.rows, () => this.facts.groups, this.facts.words);
    this.statuses = new StatusBoard(this, options.windows, options.targetsOf);
    this.alarms = new AlarmBoard(this, options.windows, options.alarms ?? []);
  }

  /** Windows, levels and rows, up to the facts. */
  get timeline(): Timeline {
    this.settle();
    return this.#timeline;
  }

  /** Cumulative counters, up to the facts. */
  get counters(): Counters {
    this.settle();
    return this.#counters;
  }

  get name(): string {
    return this.facts.name;
  }

  /** Where its clock stands, ms. */
  get now(): number {
    return this.#timeline.now;
  }

  apply(parsed: ParsedEvent): 'applied' | 'duplicate' {
    // What lies in final rows is judged as such, however seldom anybody reads meanwhile.
    if (parsed.timeMs < this.finality.finalUntilMs && this.finality.isBehind) this.settle();
    if (parsed.ingestedMs !== undefined) this.finality.consumed(parsed.ingestedMs);
    const versions = this.facts.versions;
    const reason = REASONS[parsed.event.type];
    // What was told before has reasons of its own.
    if (reason !== undefined) this.facts.settle();
    this.#reason = reason;
    const result = this.facts.apply(parsed);
    this.#reason = undefined;
    if (this.facts.versions !== versions) this.#followZone();
    return result;
  }

  /** Brings windows, levels, rows and counters up to the facts: whoever reads them does. */
  settle(): void {
    this.facts.settle();
    this.#counters.settle();
    this.finality.settle();
  }

  /** Moves the clock: what became due counts, what is old leaves. Earlier than the last: no effect. */
  advance(now: number): void {
    this.#judgeSeconds(now);
    this.#timeline.advance(now);
    this.#counters.settle();
    this.#followZone();
    if (this.#sweep.isDue(now)) {
      this.settle();
      this.#sweep.step(now);
    }
  }

  /** Packs what has nothing dated after an instant that lies before the clock: see {@link Sweep.packQuiet}. */
  packQuiet(byMs: number): void {
    this.#sweep.packQuiet(byMs);
  }

  #correct(group: number, at: number, code: number, sign: number): void {
    this.corrections.note(group, at, code, sign, { reason: this.#reason, entity: this.facts.changing });
  }

  /** Groups whose figures or statuses may have changed since the last call. */
  takeTouched(): ReadonlySet<number> {
    this.#collectTouched();
    const touched = this.#untold;
    this.#untold = new Set();
    return touched;
  }

  /** Judges a group at the next whole second though nothing happened in it: a queue where nobody waits is well, too. */
  judgeNext(group: number): void {
    this.#unjudged.add(group);
  }

  #collectTouched(): void {
    const { groups } = this.facts;
    for (const dirty of this.#timeline.takeDirty()) {
      // Figures of agents' time are judged every second.
      if (groups.nameOf(dirty).scope !== undefined) {
        for (const group of groups.shownBy(dirty)) this.#untold.add(group);
        continue;
      }
      this.#untold.add(dirty);
      this.#unjudged.add(dirty);
    }
  }

  /** Puts the contributions of a restored entity back where the windows and the levels need them. */
  restoreContributions(entity: Entity): void {
    for (const piece of this.facts.contributionsOf(entity))
      for (let i = 0; i < piece.length; i += FIELDS)
        this.#timeline.restore(piece[i]!, piece[i + 1]!, piece[i + 2]!, piece[i + 3]!);
  }

  /** After a restart: "today" from the rows. */
  finishRestore(): void {
    const { timeZone, dayStartMs } = this.facts.versions.at(this.#timeline.now);
    this.#timeline.rebuildToday(zoneOf(timeZone, dayStartMs));
    this.#timeline.rows.takeDirty();
    this.#counters.restored();
  }

  /** The checkpoint that was made last is stored: what it has can no longer be taken back. */
  stored(): void {
    this.finality.stored();
    this.#counters.stored();
  }

  /** Stops at every whole second on the way to `now`; of a longer way than {@link MAX_STEPS}, at the last ones. */
  #judgeSeconds(now: number): void {
    const last = Math.floor(now / 1000);
    const next = Math.floor(this.#timeline.now / 1000) + 1;
    const first = Math.max(next, last - MAX_STEPS + 1);
    for (let second = first; second <= last; second++) {
      this.#timeline.advance(second * 1000);
      if (second === first) {
        // after the clock has moved: most of what is judged is due by then, and need not wait in a bucket first
        this.settle();
        this.corrections.settle(now);
      }
      this.#followZone();
      this.#collectTouched();
      for (const key of this.statuses.step(this.#unjudged)) {
        this.#untold.add(typeof key === 'number' ? key : this.facts.groups.channelsOf(key)[0]!);
      }
      this.#unjudged.clear();
      this.alarms.step();
    }
    if (next <= last) this.#touchAgentTime();
  }

  /** The time agents spend goes on though nothing happens. */
  #touchAgentTime(): void {
    const { groups } = this.facts;
    for (const agents of groups.agentGroups)
      for (const group of groups.shownBy(agents)) this.#untold.add(group);
  }

  #followZone(): void {
    const { timeZone, dayStartMs } = this.facts.versions.at(this.#timeline.now);
    if (timeZone === this.#timeline.zone.name && dayStartMs === this.#timeline.zone.dayStartMs) return;
    this.#timeline.rebuildToday(zoneOf(timeZone, dayStartMs));
  }

  #searchMax(group: number, from: number, to: number): number | undefined {
    let best: number | undefined;
    for (const entity of this.facts.entities.since(from)) {
      for (const piece of this.facts.contributionsOf(entity)) {
        for (let i = 0; i < piece.length; i += FIELDS) {
          const at = piece[i + 1]!;
          if (piece[i] !== group || at < from || at > to) continue;
          if (!this.#timeline.movesMax(piece[i + 2]!)) continue;
          if (best === undefined || piece[i + 3]! > best) best = piece[i + 3]!;
        }
      }
    }
    return best;
  }
}

/** Events that change how the past is judged. */
const REASONS: Readonly<Partial<Record<EventType, CorrectionReason>>> = {
  'vigie.source.restarted': 'restarted',
  'vigie.config.changed': 'configuration',
};
/** Seconds. While events or heartbeats come the clock never jumps so far. */
const MAX_STEPS = 300;
