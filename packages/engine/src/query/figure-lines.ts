import type { KpiValue } from '@vigie/contracts';
import type { IntervalRow } from './intervals.ts';
import type { RollUp } from './row-names.ts';

/** A figure with the names of its row, as text: one line of CSV or of a table. */
export interface FigureLine {
  readonly cells: Readonly<Record<string, string>>;
  readonly kpi: string;
  readonly figure: KpiValue;
}

/** Columns of interval rows: they carry no targets and nothing of now. */
export function intervalColumns(by: RollUp | undefined): readonly string[] {
  const figure = ['kpi', 'value', 'n', 'reason', 'partial', 'by'];
  return [by ?? 'queue', 'channel', 'start', 'end', 'label', 'final', ...figure];
}

/** One line a figure of every row; `final` is that of the figure. */
export function* intervalLines(rows: Iterable<IntervalRow>): Generator<FigureLine> {
  for (const { start, end, label, final, provisional, kpis, ...name } of rows) {
    for (const [kpi, figure] of Object.entries(kpis)) {
      const isFinal = String(final && !provisional.includes(kpi));
      yield {
        cells: { ...name, start, end, label, final: isFinal, ...figureCells(kpi, figure) },
        kpi,
        figure,
      };
    }
  }
}

/** A figure's own cells; empty where there is nothing to say. */
export function figureCells(kpi: string, figure: KpiValue): Readonly<Record<string, string>> {
  const { value, n, status, target, reason, since, partial, by } = figure;
  return {
    kpi,
    value: value === null ? '' : String(value),
    n: n === undefined ? '' : String(n),
    status: status ?? '',
    target: target === undefined ? '' : String(target),
    reason: reason ?? '',
    since: since ?? '',
    partial: partial?.join(' ') ?? '',
    by: Object.entries(by ?? {})
      .map(([part, count]) => `${part}=${count}`)
      .join(' '),
  };
}

/** RFC 4180: one line with its end. */
export function csvLine(cells: readonly string[]): string {
  const quoted = cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell));
  return `${quoted.join(',')}\r\n`;
}
