import { Totals, type MeasurePlan } from './measures.ts';

export const QUARTER_MS = 15 * 60_000;

/** Start of the UTC quarter hour that contains an instant. */
export function quarterOf(timeMs: number): number {
  return Math.floor(timeMs / QUARTER_MS) * QUARTER_MS;
}

/** What one group counted in one UTC quarter hour. */
export interface QuarterRow {
  readonly totals: Totals;
  /** Largest value offered as a maximum; `undefined` when none was. */
  max: number | undefined;
  /** The largest value was taken back: the true maximum must be found in the records. */
  maxLost: boolean;
  /** Changed since the last {@link QuarterRows.takeDirty}. */
  dirty: boolean;
}

/** A row with its place. */
export interface GroupRow {
  readonly quarter: number;
  readonly group: number;
  readonly row: QuarterRow;
}

/**
 * UTC quarter-hour rows by group: whatever interval, day, zone or day start is asked for is a sum of them. They hold
 * exactly what is dated up to the instant the centre's clock has reached.
 */
export class QuarterRows {
  readonly #plan: MeasurePlan;
  readonly #byQuarter = new Map<number, Map<number, QuarterRow>>();
  #dirty: GroupRow[] = [];

  /** The quarter asked for last: nearly always the next one too. */
  #lastQuarter = Number.NaN;
  #lastRows: Map<number, QuarterRow> | undefined;

  /** Quarters that begin before it are final: only codes that are `lasting` move them. */
  finalBefore = Number.NEGATIVE_INFINITY;
  /** By code: it counts what is certain only long after its instant. */
  readonly #lasting: readonly boolean[];
  /** Contributions that would have moved what is final. */
  refused = 0;

  constructor(plan: MeasurePlan, lasting: readonly boolean[] = []) {
    this.#plan = plan;
    this.#lasting = lasting;
  }

  apply(group: number, at: number, code: number, value: number, sign: number): void {
    const effects = this.#plan.effects[code]!;
    if (!effects.isCounted) return;
    const quarter = quarterOf(at);
    if (!this.admits(quarter, code)) {
      this.refused++;
      return;
    }
    const row = this.row(quarter, group);
    row.totals.apply(effects, value, sign);
    if (effects.isMax) {
      if (sign > 0) row.max = Math.max(row.max ?? value, value);
      else if (row.max === value) row.maxLost = true;
    }
    if (row.dirty) return;
    row.dirty = true;
    this.#dirty.push({ quarter, group, row });
  }

  /** May a contribution of that code move the rows of a quarter (still)? */
  admits(quarter: number, code: number): boolean {
    return quarter >= this.finalBefore || this.#lasting[code] === true;
  }

  /** The row, if there is one. */
  peek(quarter: number, group: number): QuarterRow | undefined {
    return this.#byQuarter.get(quarter)?.get(group);
  }

  /** The row, made empty when there is none. */
  row(quarter: number, group: number): QuarterRow {
    let rows = quarter === this.#lastQuarter ? this.#lastRows : this.#byQuarter.get(quarter);
    if (rows === undefined) this.#byQuarter.set(quarter, (rows = new Map()));
    this.#lastQuarter = quarter;
    this.#lastRows = rows;
    let row = rows.get(group);
    if (row === undefined)
      rows.set(
        group,
        (row = { totals: new Totals(this.#plan), max: undefined, maxLost: false, dirty: false }),
      );
    return row;
  }

  /** The earliest quarter that has a row. */
  get firstQuarter(): number | undefined {
    let first: number | undefined;
    for (const quarter of this.#byQuarter.keys()) if (first === undefined || quarter < first) first = quarter;
    return first;
  }

  /** Calls `visit` for every row that begins in `[from, to)`. */
  forEach(from: number, to: number, visit: (quarter: number, group: number, row: QuarterRow) => void): void {
    for (const [quarter, rows] of this.#byQuarter) {
      if (quarter < from || quarter >= to) continue;
      for (const [group, row] of rows) visit(quarter, group, row);
    }
  }

  /** Calls `visit` for every row of the groups given. */
  forEachOf(
    groups: ReadonlySet<number>,
    visit: (quarter: number, group: number, row: QuarterRow) => void,
  ): void {
    if (groups.size === 0) return;
    for (const [quarter, rows] of this.#byQuarter) {
      for (const group of groups) {
        const row = rows.get(group);
        if (row !== undefined) visit(quarter, group, row);
      }
    }
  }

  /** The rows changed since the last call. */
  takeDirty(): readonly GroupRow[] {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const { row } of dirty) row.dirty = false;
    return dirty;
  }

  /** Takes out the quarters that begin in `[from, to)`. */
  take(from: number, to: number): readonly GroupRow[] {
    const taken: GroupRow[] = [];
    for (const [quarter, rows] of this.#byQuarter) {
      if (quarter < from || quarter >= to) continue;
      for (const [group, row] of rows) taken.push({ quarter, group, row });
      this.#byQuarter.delete(quarter);
    }
    if (taken.length === 0) return taken;
    this.#lastQuarter = Number.NaN;
    this.#dirty = this.#dirty.filter(({ quarter }) => quarter < from || quarter >= to);
    return taken;
  }
}
