import {
  formatInstant,
  type DeltaMessage,
  type KpiValue,
  type Row,
  type RowKey,
  type SnapshotMessage,
} from '@vigie/contracts';
import { sameStanding } from '../query/standing.ts';
import type { CentreView, CentreStatus } from './centre-view.ts';
import type { Selection } from './content.ts';
import { RowReader, rowAt, type HeldRow } from './figures.ts';
import type { Changed } from './merged-feed.ts';
import { rowKeyOf, sameValue } from './rows.ts';

/**
 * What all subscribers of one content share. It holds what was sent last; {@link flush} answers the difference to what
 * is now, whatever happened in between. `seq` has no gaps within an epoch; a new epoch begins with a snapshot. It goes on
 * rising over epochs: a store that was set back brings an epoch again, and no place in the channel may be used twice.
 */
export class LiveChannel {
  readonly id: string;
  readonly centre: CentreView;
  readonly #reader: RowReader;
  #sent = new Map<string, HeldRow>();
  #status: CentreStatus | undefined;
  #dirty: Set<string> | 'all' = 'all';
  #epoch = -1;
  #seq = 0;

  constructor(id: string, centre: CentreView, selection: Selection) {
    this.id = id;
    this.centre = centre;
    this.#reader = new RowReader(centre, selection);
  }

  /** Names what {@link snapshot} would say: the same text, the same message. */
  get position(): string {
    return `${this.#epoch} ${this.#seq} ${this.centre.asOfMs}`;
  }

  /** Rows of the centre that changed; they are looked at in the next {@link flush}. */
  touch(changed: Changed): void {
    if (this.#dirty === 'all') return;
    if (changed === 'all') this.#dirty = 'all';
    else for (const name of changed) this.#dirty.add(name);
  }

  /** What subscribers must be told now; `undefined` when they know it all. */
  flush(nowMs: number): DeltaMessage | SnapshotMessage | undefined {
    const status = this.centre.status(nowMs);
    const { epoch } = this.centre;
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#seq += 1;
      this.#sent = this.#reader.all(status);
      this.#settle(status);
      return this.snapshot();
    }
    const before = this.#status;
    // the document's state covers that of its rows
    const sameState = sameStanding(before, status);
    if (!sameState) this.#dirty = 'all';
    const { rows, removed } = this.#differences(status);
    this.#settle(status);
    const told = sameState && before?.reason === status.reason;
    if (told && rows.length === 0 && removed.length === 0) return undefined;
    this.#seq += 1;
    const sent = rows.map((row) => rowAt(row, this.centre.asOfMs));
    const message = { op: 'delta' as const, ...this.#frame(status), rows: sent };
    return removed.length === 0 ? message : { ...message, removed };
  }

  /** All that was sent so far, as one message: for who joins after a {@link flush}, or fell behind. */
  snapshot(): SnapshotMessage {
    const rows = [...this.#sent.values()].map((row) => rowAt(row, this.centre.asOfMs));
    const status = this.#status ?? { state: 'stale' };
    return { op: 'snapshot', ...this.#frame(status), rows };
  }

  #frame(status: CentreStatus) {
    const { asOfMs, watermarkMs } = this.centre;
    return {
      channel: this.id,
      epoch: this.#epoch,
      seq: this.#seq,
      asOf: formatInstant(asOfMs),
      watermark: watermarkMs === null ? null : formatInstant(watermarkMs),
      ...status,
    };
  }

  #settle(status: CentreStatus): void {
    this.#status = status;
    this.#dirty = new Set();
  }

  #differences(status: CentreStatus): { readonly rows: Row[]; readonly removed: RowKey[] } {
    const rows: Row[] = [];
    const removed: RowKey[] = [];
    const names =
      this.#dirty === 'all' ? new Set([...this.centre.names(), ...this.#sent.keys()]) : this.#dirty;
    for (const name of names) {
      const before = this.#sent.get(name);
      const after = this.#reader.one(name, status);
      if (after === undefined) {
        if (before !== undefined && this.#sent.delete(name)) removed.push(rowKeyOf(name));
        continue;
      }
      if (before !== undefined && lostKpi(before, after)) {
        // a delta can only add and replace: what lost a figure is taken away and given anew
        removed.push(rowKeyOf(name));
        rows.push(after);
      } else {
        const changed = difference(before, after);
        if (changed !== undefined) rows.push(changed);
      }
      this.#sent.set(name, after);
    }
    return { rows, removed };
  }
}

const lostKpi = (before: HeldRow, after: HeldRow): boolean => {
  for (const id in before.kpis) if (!(id in after.kpis)) return true;
  return false;
};

/** The row with the KPIs that changed; `undefined` when nothing did. */
function difference(before: HeldRow | undefined, after: HeldRow): HeldRow | undefined {
  if (before === undefined) return after;
  const kpis: Record<string, KpiValue> = {};
  let changed = !sameStanding(before, after);
  for (const id in after.kpis) {
    const value = after.kpis[id];
    if (value === undefined || sameValue(before.kpis[id], value)) continue;
    kpis[id] = value;
    changed = true;
  }
  return changed ? { ...after, kpis } : undefined;
}
