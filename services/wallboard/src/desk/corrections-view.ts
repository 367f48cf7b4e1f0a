import type { Correction } from '@vigie/contracts';

import { nameOfRow } from '../names.ts';
import type { Moment } from './moment.ts';
import { valueText } from '../value-text.ts';

export interface CorrectionView {
  readonly id: string;
  readonly told: string;
  readonly queue: string;
  readonly quarter: string;
  readonly reason: string;
  readonly changes: readonly { readonly kpi: string; readonly fromTo: string }[];
  readonly contacts: string;
}

/** So many of the contacts are named. */
const NAMED = 3;

/** Corrections of figures that were shown, newest first; `kpis`: only those that the page shows. */
export function correctionsView(
  corrections: readonly Correction[],
  of: { readonly queue: string | null; readonly kpis: readonly string[] | null },
  { context, desk }: Moment,
): readonly CorrectionView[] {
  const { formats, names, language, text } = context;
  return [...corrections]
    .filter(({ queue }) => of.queue === null || of.queue === '_all' || queue === of.queue)
    .sort((one, other) => other.id - one.id)
    .map((correction) => ({
      id: String(correction.id),
      told: formats.time(Date.parse(correction.at)),
      queue:
        correction.queue === '_all'
          ? text.total
          : nameOfRow({ ...correction, window: '', state: 'live', kpis: {} }, names, new Set(), text),
      quarter: `${formats.hourMinute(Date.parse(correction.start))}–${formats.hourMinute(Date.parse(correction.end))}`,
      reason: desk.correctionReasons[correction.reason] ?? correction.reason,
      changes: Object.entries(correction.kpis)
        .filter(([kpi]) => of.kpis === null || of.kpis.includes(kpi))
        .map(([kpi, { from, to }]) => {
          const known = names.kpis.get(kpi);
          const said = (value: number | null): string => valueText(known?.unit ?? 'number', value, formats);
          return { kpi: known?.name[language] ?? kpi, fromTo: desk.fromTo(said(from.value), said(to.value)) };
        }),
      contacts: [
        ...correction.contacts.slice(0, NAMED),
        ...(correction.contacts.length > NAMED ? ['…'] : []),
      ].join(', '),
    }))
    .filter(({ changes }) => changes.length > 0);
}
