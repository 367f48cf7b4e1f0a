import { MEASURES, Totals } from '@vigie/metrics';
import { unsealRows } from '../checkpoint/archive.ts';
import { addRow, groupOf } from '../checkpoint/slice.ts';
import type { ArchivedRows } from '../ports/checkpoint-store.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import type { Stretch } from './intervals.ts';

/**
 * Tells as corrections what an explicit rebuild changed in the rows of a quarter hour that were told as final before:
 * `parts` are all that the archive had of it.
 */
export function correctRebuilt(
  centre: LiveCentre,
  { fromMs, toMs }: Stretch,
  parts: readonly Pick<ArchivedRows, 'startMs' | 'bytes'>[],
): void {
  if (parts.length === 0) return;
  const told = new Map<number, { readonly totals: Totals; maxWaitMs: number | undefined }>();
  const of = (group: number) => {
    let row = told.get(group);
    if (row === undefined) told.set(group, (row = { totals: new Totals(MEASURES), maxWaitMs: undefined }));
    return row;
  };
  for (const { startMs, bytes } of parts) {
    for (const stored of unsealRows(startMs, bytes).rows) {
      const row = of(groupOf(centre, stored));
      const max = addRow(stored, row.totals, centre.facts.words);
      if (max !== undefined) row.maxWaitMs = Math.max(row.maxWaitMs ?? max, max);
    }
  }
  centre.timeline.rows.forEach(fromMs, toMs, (_quarter, group) => void of(group));
  for (const [group, row] of told) centre.corrections.rebuilt(group, fromMs, row, centre.timeline.now);
}
