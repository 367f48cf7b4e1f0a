import type { Presentation, Row, RowKey } from '@vigie/contracts';
import {
  FIELDS,
  MEASURES,
  measuresOf,
  NO_AGENTS,
  Present,
  quarterOf,
  QuarterRows,
  Totals,
  type AgentMeasures,
  type Kpi,
} from '@vigie/metrics';
import type { CentreState } from '../processor/centre-state.ts';
import type { Incomplete } from '../processor/sources.ts';
import { intervalRows, type CountedIn, type IntervalRow, type IntervalSize } from './intervals.ts';
import { computeKpis, makeRow, mergeMeasures } from './measure-rows.ts';
import { closedAt, closedThroughout, oldestUnanswered } from './row-hours.ts';
import { rollUpNames, rowNames, type RollUp } from './row-names.ts';
import { standingWithin } from './standing.ts';
import { finish, type Steps } from './steps.ts';
import { windowStart, type WindowSpec } from './window-spec.ts';

interface Slot {
  readonly totals: Totals;
  maxWaitMs: number | undefined;
}

/** Quarter hours up to an instant, and what is true then, by group. */
interface Until {
  readonly judgedAtMs: number;
  readonly rows: QuarterRows;
  readonly present: ReadonlyMap<number, Present>;
}

/** What figures of the past are computed from. */
export interface PastSource {
  /** What each entity adds that can still matter, in the form of `Contributions`. */
  readonly contributions: readonly (readonly number[])[];
  /**
   * Where whole quarter hours can be read; then `contributions` need not reach further back than the rolling windows.
   * Absent: everything is in the contributions.
   */
  readonly counted?: CountedIn;
}

/** So many contributions are looked at between two pauses. */
const PER_STEP = 20_000;

/**
 * Evaluates any instant, *as known now*, from the contributions of entities: slow and simple, and the reference that
 * the running windows of {@link LiveCentre} are held against.
 */
export class PastFigures {
  readonly #centre: CentreState;
  readonly #source: PastSource;
  /** As made last: a report asks for its days in turn. */
  #rows: Until | undefined;

  /** Without a source: everything that the centre's entities add. */
  constructor(centre: CentreState, source?: PastSource) {
    this.#centre = centre;
    centre.settle();
    this.#source = source ?? {
      contributions: [...centre.entities.since(Number.NEGATIVE_INFINITY)].flatMap((entity) =>
        centre.contributionsOf(entity),
      ),
    };
  }

  /** Rows of every known queue and of the totals, at an instant, for the windows asked for. */
  rowsAt(
    atMs: number,
    windows: readonly WindowSpec[],
    presentation: Presentation | undefined,
  ): readonly Row[] {
    return finish(this.rowsAtInSteps(atMs, windows, presentation));
  }

  /** The same with pauses; `selected` leaves out what nobody asked for. */
  *rowsAtInSteps(
    atMs: number,
    windows: readonly WindowSpec[],
    presentation: Presentation | undefined,
    selected: {
      readonly row?: (key: RowKey) => boolean;
      readonly kpi?: ((kpi: Kpi) => boolean) | undefined;
    } = {},
  ): Steps<readonly Row[]> {
    const zone = this.#centre.versions.zoneAt(atMs);
    const dayStart = zone.dayStart(atMs);
    const slots = windows.map(() => new Map<number, Slot>());
    const today = new Map<number, Slot>();
    const present = new Map<number, Present>();
    const starts = windows.map((window) => windowStart(window, atMs, zone));
    const todayFrom = this.#addQuarters(today, dayStart, atMs);
    yield* this.#forEach(atMs, (group, at, code, value) => {
      getOr(present, group, () => new Present(MEASURES)).apply(MEASURES.effects[code]!, value, 1);
      if (at >= todayFrom) addTo(today, group, code, value);
      for (let w = 0; w < windows.length; w++)
        if (windows[w]!.sizeMs !== undefined && at >= starts[w]!) addTo(slots[w]!, group, code, value);
    });
    const missing = (window: WindowSpec): Incomplete | undefined =>
      this.#centre.sources.incomplete(window.sizeMs === undefined ? dayStart : atMs - window.sizeMs, atMs);
    const rows: Row[] = [];
    for (const { queue, channel, groups, agents: agentGroup } of rowNames(this.#centre, atMs)) {
      const hours = {
        closed: closedAt(this.#centre, groups, atMs),
        oldestUnanswered: oldestUnanswered(this.#centre, groups, (id) => present.get(id), atMs),
      };
      for (const [index, window] of windows.entries()) {
        const key = { queue, channel, window: window.name };
        if (selected.row?.(key) === false) continue;
        const held = window.sizeMs === undefined ? today : slots[index]!;
        const rolling = window.sizeMs !== undefined;
        const parts = groups.map((group) => {
          const slot = held.get(group);
          return measuresOf({
            totals: slot?.totals ?? new Totals(MEASURES),
            today: today.get(group)?.totals ?? new Totals(MEASURES),
            present: present.get(group) ?? new Present(MEASURES),
            maxWaitMs: slot?.maxWaitMs,
            nowMs: atMs,
            ...{ rolling, daily: !rolling, words: this.#centre.words },
          });
        });
        const state = standingWithin(missing(window));
        const agents: AgentMeasures = {
          totals: held.get(agentGroup ?? -1)?.totals ?? NO_AGENTS.totals,
          levels: present.get(agentGroup ?? -1)?.levels ?? NO_AGENTS.levels,
          fromMs: starts[index]!,
          toMs: atMs,
        };
        const measures = { ...mergeMeasures(parts), agents, ...hours };
        const kpis = computeKpis({ queue, channel }, measures, presentation, selected.kpi);
        rows.push(makeRow(key, state, kpis));
      }
      yield;
    }
    return rows;
  }

  /**
   * Rows of every queue and `_all`, or with `by` of every team or site, for each interval of the local days from
   * `fromMs` to `toMs`, judged at `judgedAtMs`: what is dated later is not yet there.
   */
  intervals(options: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly size: IntervalSize;
    readonly judgedAtMs: number;
    readonly allowedLatenessMs: number;
    readonly by?: { readonly rollUp: RollUp; readonly presentation: Presentation } | undefined;
  }): readonly IntervalRow[] {
    const { fromMs, toMs, size, judgedAtMs, allowedLatenessMs, by } = options;
    const { rows, present } = this.#until(judgedAtMs);
    const names =
      by === undefined
        ? rowNames(this.#centre, judgedAtMs)
        : rollUpNames(this.#centre, judgedAtMs, by.presentation, by.rollUp);
    const counted: CountedIn = (from, to, visit) =>
      rows.forEach(from, to, (_quarter, group, { totals, max }) => visit(group, totals, max));
    const zone = this.#centre.versions.zoneAt(judgedAtMs);
    const finalUntilMs = judgedAtMs - allowedLatenessMs;
    const { words, versions } = this.#centre;
    const matureUntilMs = finalUntilMs - versions.at(judgedAtMs).cases.fcrWindowMs;
    const levelsOf = (group: number): Float64Array | undefined => present.get(group)?.levels;
    const closed = closedThroughout(this.#centre);
    const asked = { zone, fromMs, toMs, size, judgedAtMs, finalUntilMs, matureUntilMs, words, closed };
    return [...intervalRows(names, counted, levelsOf, asked)].flat();
  }

  #until(judgedAtMs: number): Until {
    if (this.#rows?.judgedAtMs === judgedAtMs) return this.#rows;
    const rows = new QuarterRows(MEASURES);
    const present = new Map<number, Present>();
    const visit = (group: number, at: number, code: number, value: number): void => {
      rows.apply(group, at, code, value, 1);
      getOr(present, group, () => new Present(MEASURES)).moveLevels(MEASURES.effects[code]!, 1);
    };
    finish(this.#forEach(judgedAtMs, visit));
    return (this.#rows = { judgedAtMs, rows, present });
  }

  /** Adds the whole quarters of a day before `atMs`; answers from when on contributions tell the rest. */
  #addQuarters(today: Map<number, Slot>, dayStart: number, atMs: number): number {
    const until = quarterOf(atMs);
    if (this.#source.counted === undefined || until < dayStart) return dayStart;
    this.#source.counted(dayStart, until, (group, totals, maxWaitMs) => {
      const slot = slotOf(today, group);
      slot.totals.add(totals);
      if (maxWaitMs !== undefined) slot.maxWaitMs = Math.max(slot.maxWaitMs ?? 0, maxWaitMs);
    });
    return until;
  }

  /** Calls `visit` for every contribution dated up to `atMs`. */
  *#forEach(
    atMs: number,
    visit: (group: number, at: number, code: number, value: number) => void,
  ): Steps<void> {
    let left = PER_STEP;
    for (const contributions of this.#source.contributions) {
      for (let i = 0; i < contributions.length; i += FIELDS) {
        if (contributions[i + 1]! > atMs) continue;
        const { matures } = MEASURES.effects[contributions[i + 2]!]!;
        if (matures === undefined)
          visit(contributions[i]!, contributions[i + 1]!, contributions[i + 2]!, contributions[i + 3]!);
        else visit(contributions[i]!, contributions[i + 3]!, matures, 0);
      }
      left -= contributions.length / FIELDS;
      if (left > 0) continue;
      left = PER_STEP;
      yield;
    }
  }
}

function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}

function slotOf(slots: Map<number, Slot>, group: number): Slot {
  return getOr(slots, group, () => ({ totals: new Totals(MEASURES), maxWaitMs: undefined }));
}

function addTo(slots: Map<number, Slot>, group: number, code: number, value: number): void {
  const effects = MEASURES.effects[code]!;
  const slot = slotOf(slots, group);
  slot.totals.apply(effects, value, 1);
  if (effects.isMax) slot.maxWaitMs = Math.max(slot.maxWaitMs ?? 0, value);
}
