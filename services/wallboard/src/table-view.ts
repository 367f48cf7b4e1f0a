import type { Row, Status } from '@vigie/contracts';

import { DASH, type Figure, figureOf, isNobodyWaiting } from './figure.ts';
import { formatDuration } from './format.ts';
import { keepsStatus, type Rung } from './ladder.ts';
import { opensNext } from './names.ts';
import { WALL_KPIS, type WallKpi } from './rows.ts';
import { statusOf, worstStatus } from './status.ts';
import { ageOfRow, type Context, type RowAge, wordOf } from './view-context.ts';

export interface CellView {
  readonly kpi: string;
  readonly text: string;
  /** Small print beside it: target and sample. */
  readonly note: string;
  readonly status: Status;
  /** `absent`: this figure has no meaning for this row, which is not the same as no data. */
  readonly kind: Figure['kind'] | 'absent';
}

export interface RowView {
  readonly key: string;
  readonly name: string;
  readonly status: Status;
  readonly statusWord: string;
  readonly rung: Rung;
  readonly mark: string;
  readonly cells: readonly CellView[];
}

export interface ColumnView {
  readonly kpi: CellView['kpi'];
  readonly label: string;
  /** Full name from the catalogue. */
  readonly hint: string;
}

/** A row's name among the rows of the page. */
export const keyOfRow = (row: Row): string => JSON.stringify([row.queue, row.channel]);

/** The columns: those of written conversations only where there are some. */
export function columnsOf(queues: readonly Row[], { text, names, language }: Context): readonly ColumnView[] {
  const written = queues.some(({ channel }) => channel !== 'voice' && channel !== 'video');
  const column = (kpi: WallKpi, label: string): ColumnView => ({
    kpi,
    label,
    hint: names.kpis.get(kpi)?.name[language] ?? '',
  });
  return [
    column('waiting_now', text.waiting),
    column('longest_wait_now', text.longestWait),
    column('service_level_live', text.serviceLevel),
    column('abandonment_rate', text.abandonment),
    column('asa', text.asa),
    { kpi: 'outcomes', label: `${text.answered} / ${text.abandoned}`, hint: '' },
    ...(written
      ? [
          column('avg_first_response_time', text.firstResponse),
          column('awaiting_reply_now', text.awaitingReply),
        ]
      : []),
  ];
}

/** Figures that only conversations in writing have; an empty cell elsewhere, which is not "no data". */
const WRITTEN_ONLY: readonly CellView['kpi'][] = ['avg_first_response_time', 'awaiting_reply_now'];

/** One row of the table, in words. */
export function rowView(row: Row, name: string, columns: readonly ColumnView[], context: Context): RowView {
  const age = ageOfRow(row, context);
  const { text } = context;
  const status = keepsStatus(age.rung) ? worstStatus(row, WALL_KPIS) : 'none';
  const spokenOnly = row.channel === 'voice' || row.channel === 'video';
  const cells = columns.map(({ kpi }): CellView => {
    if (spokenOnly && WRITTEN_ONLY.includes(kpi))
      return { kpi, text: '', note: '', status: 'none', kind: 'absent' };
    if (kpi === 'outcomes') return outcomes(row, age.rung, context);
    return cellView(row, kpi, age, context);
  });
  const mark = markOf(row, age, context);
  return { key: keyOfRow(row), name, status, statusWord: wordOf(status, text), rung: age.rung, mark, cells };
}

/** One figure of a row, in words. */
export function cellView(row: Row, kpi: string, age: RowAge, context: Context): CellView {
  const { text, formats, atMs } = context;
  if (age.rung === 'gone') return { kpi, text: DASH, note: '', status: 'none', kind: 'nothing' };
  const held = row.kpis[kpi];
  if (kpi === 'longest_wait_now' && isNobodyWaiting(row)) {
    return { kpi, text: formatDuration(0), note: '', status: 'none', kind: 'value' };
  }
  const figure = figureOf(kpi, held, age.rung === 'dimmed' ? age.asOfMs : atMs, formats, text);
  const space = figure.unit === '' ? '' : formats.percentText(0, 0).replace(/[0%]/g, '');
  const parts = [
    held?.target === undefined || figure.kind !== 'value' || kpi !== 'service_level_live'
      ? ''
      : `/ ${formats.percentText(held.target, 0)}`,
    kpi === 'service_level_live' && figure.kind === 'value' && held?.n !== undefined
      ? text.sample(formats.count(held.n))
      : '',
  ];
  return {
    kpi,
    text: `${figure.number}${figure.fraction}${space}${figure.unit}`,
    note: parts.filter((part) => part !== '').join(' · '),
    status: keepsStatus(age.rung) ? statusOf(held) : 'none',
    kind: figure.kind,
  };
}

function outcomes(row: Row, rung: Rung, { text, formats, atMs }: Context): CellView {
  const shown = (id: WallKpi): string =>
    rung === 'gone' ? DASH : figureOf(id, row.kpis[id], atMs, formats, text).number;
  return {
    kpi: 'outcomes',
    text: `${shown('answered')} / ${shown('abandoned')}`,
    note: '',
    status: 'none',
    kind: 'value',
  };
}

/** What is to be said of a row as a whole: that it is old, or lacks something, or when it opens. */
export function markOf(row: Row, age: RowAge, { names, atMs, text, formats }: Context): string {
  if (age.rung === 'gone') return `${text.reasons.no_data} ${text.since(formats.hourMinute(age.asOfMs))}`;
  if (age.rung === 'dimmed') return text.asOf(formats.time(age.asOfMs));
  if (row.state === 'incomplete') return text.incomplete;
  if (!Object.values(row.kpis).some(({ reason }) => reason === 'closed')) return '';
  const opensMs = opensNext([row], names, atMs);
  return opensMs === null ? '' : text.opens(formats.hourOfDay(opensMs, atMs));
}
