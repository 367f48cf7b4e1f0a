import type { KpiValue, RowKey } from '@vigie/contracts';
import type { FeedCounters, FeedFrame, FeedHeader, FeedRow, FeedState } from '@vigie/engine';

/**
 * How a centre's state lies in a hash. A complete frame writes each row whole (`r`); later frames write the row's state
 * (`s`) and, one by one, the KPIs that changed (`k`), which override it: nothing has to be read to merge.
 */
const rowName = ({ queue, channel, window }: RowKey): string => JSON.stringify([queue, channel, window]);
/** Of KPIs, not of rows: no more than the catalogue has. */
const kpiEnds = new Map<string, string>();
function kpiEnd(kpi: string): string {
  let end = kpiEnds.get(kpi);
  if (end === undefined) kpiEnds.set(kpi, (end = `,${JSON.stringify(kpi)}]`));
  return end;
}
/** `name`: of the row, `["queue","channel","window"]`; its part is written once for all KPIs. */
const kpiField = (name: string, kpi: string): string => `k${name.slice(0, -1)}${kpiEnd(kpi)}`;
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
      const name = rowName(key);
      deleted.push(`r${name}`, `s${name}`);
      for (const kpi of kpis) deleted.push(kpiField(name, kpi));
    }
  }
  for (const row of frame.rows) {
    const name = rowName(row);
    if (frame.complete) {
      written.push(`r${name}`, JSON.stringify(row));
      continue;
    }
    const { state, since } = row;
    written.push(`s${name}`, JSON.stringify({ state, since }));
    for (const [kpi, value] of Object.entries(row.kpis))
      written.push(kpiField(name, kpi), JSON.stringify(value));
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
