import type { KpiValue, RowKey } from '@vigie/contracts';
import type { FeedCounters, FeedFrame, FeedHeader, FeedRow, FeedState } from '@vigie/engine';

/**
 * How a centre's state lies in a hash. A complete frame writes each row whole (`r`); later frames write the row's state
 * (`s`) and, one by one, the KPIs that changed (`k`), which override it: nothing has to be read to merge.
 */
const rowField = (kind: 'r' | 's', { queue, channel, window }: RowKey): string =>
  kind + JSON.stringify([queue, channel, window]);
const kpiField = ({ queue, channel, window }: RowKey, kpi: string): string =>
  `k${JSON.stringify([queue, channel, window, kpi])}`;
const counterField = ({ queue, channel }: FeedCounters): string => `c${JSON.stringify([queue, channel])}`;

export interface FieldChanges {
  readonly deleted: readonly string[];
  /** Field and value in turn. */
  readonly written: readonly string[];
}

/** `kpis`: every KPI that the centre has had since its last complete frame; rows removed lose all of them. */
export function fieldChanges(frame: FeedFrame, kpis: ReadonlySet<string>): FieldChanges {
  const written: string[] = [];
  const deleted: string[] = [];
  if (!frame.complete) {
    for (const key of frame.removed) {
      deleted.push(rowField('r', key), rowField('s', key));
      for (const kpi of kpis) deleted.push(kpiField(key, kpi));
    }
  }
  for (const row of frame.rows) {
    if (frame.complete) {
      written.push(rowField('r', row), JSON.stringify(row));
      continue;
    }
    const { state, since } = row;
    written.push(rowField('s', row), JSON.stringify({ state, since }));
    for (const [kpi, value] of Object.entries(row.kpis))
      written.push(kpiField(row, kpi), JSON.stringify(value));
  }
  for (const entry of frame.counters) written.push(counterField(entry), JSON.stringify(entry));
  return { deleted, written };
}

/** The state that a hash holds; `undefined` when it was deleted meanwhile. */
export function stateOf(partition: number, hash: Readonly<Record<string, string>>): FeedState | undefined {
  const { epoch, seq, header } = hash;
  if (epoch === undefined || seq === undefined || header === undefined) return undefined;
  const rows = new Map<
    string,
    RowKey & Pick<FeedRow, 'state' | 'since'> & { kpis: Record<string, KpiValue> }
  >();
  const counters: FeedCounters[] = [];
  const later: (() => void)[] = [];
  for (const [field, value] of Object.entries(hash)) {
    const name = field.slice(1);
    if (field.startsWith('r[')) rows.set(name, JSON.parse(value));
    else if (field.startsWith('c[')) counters.push(JSON.parse(value));
    else if (field.startsWith('s[')) {
      later.push(() => {
        const [queue, channel, window] = JSON.parse(name) as [string, string, string];
        rows.set(name, { queue, channel, window, ...JSON.parse(value), kpis: rows.get(name)?.kpis ?? {} });
      });
    }
  }
  for (const apply of later) apply();
  for (const [field, value] of Object.entries(hash)) {
    if (!field.startsWith('k[')) continue;
    const [queue, channel, window, kpi] = JSON.parse(field.slice(1)) as [string, string, string, string];
    const row = rows.get(JSON.stringify([queue, channel, window]));
    if (row !== undefined) row.kpis[kpi] = JSON.parse(value) as KpiValue;
  }
  return {
    partition,
    epoch: Number(epoch),
    seq: Number(seq),
    header: JSON.parse(header) as FeedHeader,
    rows: [...rows.values()],
    counters,
  };
}
