import { formatInstant, type SnapshotDocument } from '@vigie/contracts';
import type { CentreView } from './centre-view.ts';
import type { Selection } from './content.ts';
import { RowReader, rowAt } from './figures.ts';

/** The figures of a centre as one document, at the instant of the feed's last word; ages are those of its `asOf`. */
export function snapshotDocument(centre: CentreView, selection: Selection, nowMs: number): SnapshotDocument {
  const status = centre.status(nowMs);
  const { asOfMs, watermarkMs } = centre;
  return {
    centre: centre.id,
    asOf: formatInstant(asOfMs),
    watermark: watermarkMs === null ? null : formatInstant(watermarkMs),
    ...status,
    configVersion: centre.header?.configVersion ?? '',
    rows: [...new RowReader(centre, selection).all(status).values()].map((row) => rowAt(row, asOfMs)),
  };
}
