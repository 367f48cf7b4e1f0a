import type { Row, RowKey } from '@vigie/contracts';

/** The rows a subscriber holds, by {@link rowKey}. */
export type Rows = ReadonlyMap<string, Row>;

/** One name for a queue, channel and window; JSON, because any character may stand in a queue's name. */
export function rowKey(row: RowKey): string {
  return JSON.stringify([row.queue, row.channel, row.window]);
}

/** The rows of a snapshot: nothing of what was held before remains. */
export function replaceRows(rows: readonly Row[]): Rows {
  return new Map(rows.map((row) => [rowKey(row), row]));
}

/** What is held after a delta: its KPIs replace those of the same id, its other fields those of the row. */
export function mergeRows(held: Rows, changed: readonly Row[], removed: readonly RowKey[] = []): Rows {
  if (changed.length === 0 && removed.length === 0) return held;
  const merged = new Map(held);
  for (const key of removed) merged.delete(rowKey(key));
  for (const row of changed) {
    const key = rowKey(row);
    const before = merged.get(key);
    merged.set(key, before === undefined ? row : { ...row, kpis: { ...before.kpis, ...row.kpis } });
  }
  return merged;
}
