import type { Terminal } from '../terminal.ts';
import type { Report } from './document.ts';

/** Prints the one document of `--json`, piece by piece: interval rows may be more than fit one string. */
export async function printJson(report: Report, terminal: Pick<Terminal, 'out'>): Promise<void> {
  await terminal.out(`{"events":${JSON.stringify(report.events)},"snapshots":[`);
  let separator = '';
  for (const snapshot of report.snapshots) {
    await terminal.out(`${separator}${JSON.stringify(snapshot)}`);
    separator = ',';
  }
  await terminal.out(']');
  if (report.intervals !== undefined) {
    await terminal.out(',"intervals":[');
    separator = '';
    for (const rows of report.intervals.rows) {
      if (rows.length === 0) continue;
      await terminal.out(`${separator}${rows.map((row) => JSON.stringify(row)).join(',')}`);
      separator = ',';
    }
    await terminal.out(']');
  }
  await terminal.out('}\n');
}
