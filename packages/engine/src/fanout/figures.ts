import type { KpiValue, Row } from '@vigie/contracts';
import type { CentreView } from './centre-view.ts';
import { rowFilter, type Selection } from './content.ts';
import type { Standing } from '../query/standing.ts';
import { atInstant } from './rows.ts';

/** A row as it is held for viewers: ages as the feed gave them. */
export type HeldRow = Row;

/** Reads the rows of a selection off a centre. */
export class RowReader {
  readonly #centre: CentreView;
  readonly #matches: ReturnType<typeof rowFilter>;
  readonly #kpis: readonly string[] | undefined;

  constructor(centre: CentreView, selection: Selection) {
    this.#centre = centre;
    this.#matches = rowFilter(selection);
    this.#kpis = selection.kpis;
  }

  /** The selected rows by name, in the order to be shown. */
  all(status: Standing): Map<string, HeldRow> {
    const found = new Map<string, HeldRow>();
    for (const name of this.#centre.names()) {
      const row = this.one(name, status);
      if (row !== undefined) found.set(name, row);
    }
    return found;
  }

  /** The row of a name; `undefined` when there is none, or it is not selected. */
  one(name: string, status: Standing): HeldRow | undefined {
    const row = this.#centre.row(name, status);
    if (row === undefined || !this.#matches(row)) return undefined;
    return this.#kpis === undefined ? row : { ...row, kpis: picked(row.kpis, this.#kpis) };
  }
}

function picked(kpis: Row['kpis'], ids: readonly string[]): Row['kpis'] {
  const chosen: Record<string, KpiValue> = {};
  for (const id of ids) {
    const value = kpis[id];
    if (value !== undefined) chosen[id] = value;
  }
  return chosen;
}

/** A row to be sent: its ages are those at `asOfMs`. */
export function rowAt(row: HeldRow, asOfMs: number): Row {
  let kpis: Record<string, KpiValue> | undefined;
  for (const id in row.kpis) {
    const value = row.kpis[id];
    if (value?.since === undefined) continue;
    kpis ??= { ...row.kpis };
    kpis[id] = atInstant(value, asOfMs);
  }
  return kpis === undefined ? row : { ...row, kpis };
}
