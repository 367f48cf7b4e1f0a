import type { KpiValue } from '@vigie/contracts';
import { csvLine, figureCells, intervalColumns, intervalLines, type FigureLine } from '@vigie/engine';
import { kpiOf, type Unit } from '@vigie/metrics';
import { shown, type Terminal } from '../terminal.ts';
import type { Report } from './document.ts';

const SNAPSHOT_COLUMNS = ['at', 'queue', 'channel', 'window'];
const FIGURE_COLUMNS = ['kpi', 'value', 'n', 'status', 'target', 'reason', 'since', 'partial', 'by'];

/** One line a queue, window and KPI: the interval rows if there are any, else the snapshots. */
function* linesOf(report: Report): Generator<FigureLine> {
  if (report.intervals !== undefined) {
    for (const rows of report.intervals.rows) yield* intervalLines(rows);
    return;
  }
  for (const { asOf, rows } of report.snapshots)
    for (const { queue, channel, window, kpis } of rows)
      for (const [kpi, figure] of Object.entries(kpis))
        yield { cells: { at: asOf, queue, channel, window, ...figureCells(kpi, figure) }, kpi, figure };
}

const columnsOf = (report: Report): readonly string[] =>
  report.intervals === undefined
    ? [...SNAPSHOT_COLUMNS, ...FIGURE_COLUMNS]
    : intervalColumns(report.intervals.by);

/** RFC 4180: a header, then a line each; `value` is a plain number, empty where there is none. */
export async function printCsv(report: Report, terminal: Pick<Terminal, 'out'>): Promise<void> {
  const columns = columnsOf(report);
  const out = new Chunks(terminal);
  await out.add(csvLine(columns));
  for (const { cells } of linesOf(report))
    await out.add(csvLine(columns.map((column) => cells[column] ?? '')));
  await out.flush();
}

const TABLE_COLUMNS = ['queue', 'channel', 'window', 'kpi', 'value', 'n', 'status'];
const INTERVAL_TABLE_COLUMNS = ['channel', 'label', 'kpi', 'value', 'n'];
/** Lines whose widths are measured together: a long table is aligned piece by piece. */
const LINES_A_BLOCK = 2000;

/** For people: aligned columns, units written out. */
export async function printTable(report: Report, terminal: Pick<Terminal, 'out'>): Promise<void> {
  const { lines, ...events } = report.events;
  const accounts = Object.entries({ ...(lines === undefined ? {} : { lines }), ...events });
  await terminal.out(`events: ${accounts.map(([name, count]) => `${name} ${count}`).join(', ')}\n`);
  const columns =
    report.intervals === undefined
      ? TABLE_COLUMNS
      : [report.intervals.by ?? 'queue', ...INTERVAL_TABLE_COLUMNS];
  const multiple = report.intervals === undefined && report.snapshots.length > 1;
  const wanted = multiple ? ['at', ...columns] : columns;
  const [snapshot] = report.snapshots;
  if (report.intervals === undefined && snapshot !== undefined && !multiple)
    await terminal.out(`figures at ${snapshot.asOf}, centre ${shown(snapshot.centre)}\n`);
  let block: string[][] = [];
  let header: readonly string[] | undefined = wanted;
  const flush = async (): Promise<void> => {
    if (block.length > 0) await terminal.out(aligned(header === undefined ? block : [[...header], ...block]));
    block = [];
    header = undefined;
  };
  for (const { cells, kpi, figure } of linesOf(report)) {
    const value = figureText(figure, kpiOf(kpi)?.unit ?? 'count');
    block.push(wanted.map((column) => shown(column === 'value' ? value : (cells[column] ?? ''))));
    if (block.length >= LINES_A_BLOCK) await flush();
  }
  await flush();
}

/** A figure as a person reads it; `–` and the reason where there is none. */
function figureText({ value, reason }: KpiValue, unit: Unit): string {
  if (value === null) return `– ${reason ?? ''}`.trimEnd();
  if (unit === 'ratio') return `${(value * 100).toFixed(1)} %`;
  if (unit === 'seconds') return `${value.toFixed(1)} s`;
  return unit === 'count' ? String(value) : value.toFixed(2);
}

/** Characters, not UTF-16 units. */
const widthOf = (cell: string): number => Array.from(cell).length;

/** Columns of equal width, two spaces apart. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, index) => (widths[index] = Math.max(widths[index] ?? 0, widthOf(cell))));
  const padded = (cell: string, index: number): string =>
    cell + ' '.repeat((widths[index] ?? 0) - widthOf(cell));
  return rows.map((row) => `${row.map(padded).join('  ').trimEnd()}\n`).join('');
}

/** Writes in pieces of some kilobytes. */
class Chunks {
  readonly #terminal: Pick<Terminal, 'out'>;
  #parts: string[] = [];
  #length = 0;

  constructor(terminal: Pick<Terminal, 'out'>) {
    this.#terminal = terminal;
  }

  async add(text: string): Promise<void> {
    this.#parts.push(text);
    this.#length += text.length;
    if (this.#length > 65_536) await this.flush();
  }

  async flush(): Promise<void> {
    const text = this.#parts.join('');
    this.#parts = [];
    this.#length = 0;
    if (text !== '') await this.#terminal.out(text);
  }
}
