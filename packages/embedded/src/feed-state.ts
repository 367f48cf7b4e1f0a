import type { FeedCounters, FeedFrame, FeedRow, FeedState } from '@vigie/engine';
import type { RowKey } from '@vigie/contracts';

/** Rows and counters of one centre, merged over the frames of an epoch. */
export interface MergedFeed {
  readonly frame: FeedFrame;
  readonly rows: ReadonlyMap<string, FeedRow>;
  readonly counters: ReadonlyMap<string, FeedCounters>;
}

/**
 * What a frame is to the one held of its centre: `apply` it, ignore it as `fenced` (a lower epoch) or `repeated`, or
 * take it for a `gap`: it changes a state that is not held, and only a complete frame helps.
 */
export function judgeFrame(
  held: FeedFrame | undefined,
  frame: FeedFrame,
): 'apply' | 'fenced' | 'repeated' | 'gap' {
  if (held !== undefined && frame.epoch < held.epoch) return 'fenced';
  if (held !== undefined && frame.epoch === held.epoch && frame.seq <= held.seq) return 'repeated';
  if (frame.complete) return 'apply';
  return held !== undefined && frame.epoch === held.epoch && frame.seq === held.seq + 1 ? 'apply' : 'gap';
}

/** The state after a frame. A row's KPIs are merged one by one; its other fields are those of the frame. */
export function mergeFrame(held: MergedFeed | undefined, frame: FeedFrame): MergedFeed {
  const before = frame.complete ? undefined : held;
  const unchanged = frame.rows.length + frame.removed.length + frame.counters.length === 0;
  if (before !== undefined && unchanged) return { ...before, frame };
  const rows = new Map(before?.rows);
  const counters = new Map(before?.counters);
  for (const key of frame.removed) rows.delete(rowName(key));
  for (const row of frame.rows) {
    const name = rowName(row);
    rows.set(name, { ...row, kpis: { ...rows.get(name)?.kpis, ...row.kpis } });
  }
  for (const entry of frame.counters) counters.set(JSON.stringify([entry.queue, entry.channel]), entry);
  return { frame, rows, counters };
}

export function feedState(merged: MergedFeed): FeedState {
  const { partition, epoch, seq, header } = merged.frame;
  return {
    partition,
    epoch,
    seq,
    header,
    rows: [...merged.rows.values()],
    counters: [...merged.counters.values()],
  };
}

function rowName(key: RowKey): string {
  return JSON.stringify([key.queue, key.channel, key.window]);
}
