import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { describe, expect, test } from 'vitest';

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const FIXTURES = join(ROOT, 'test', 'fixtures');

/** The built command, as users run it. */
function vigie(args: readonly string[], input = '') {
  const program = [join(ROOT, 'bin', 'vigie.js'), ...args];
  return spawnSync(process.execPath, program, { input, encoding: 'utf8', maxBuffer: 1 << 28 });
}

interface Figure {
  readonly value: number | null;
  readonly n?: number;
}
interface Row {
  readonly queue: string;
  readonly channel: string;
  readonly window: string;
  readonly kpis: Readonly<Record<string, Figure>>;
}
interface Expected {
  readonly options?: object;
  readonly at?: string;
  readonly rows?: readonly Row[];
  readonly events: object;
}
interface Document {
  readonly events: object;
  readonly snapshots: readonly { readonly asOf: string; readonly rows: readonly Row[] }[];
}

const scenarios = readdirSync(FIXTURES, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({
    name,
    expected: JSON.parse(readFileSync(join(FIXTURES, name, 'expected.json'), 'utf8')) as Expected,
  }))
  // the others need options and are run in process, beside the command
  .filter(({ expected }) => expected.options === undefined && expected.at !== undefined);

describe('node bin/vigie.js report', () => {
  test('gives the figures worked out by hand', () => {
    for (const { name, expected } of scenarios.filter((_, index) => index % 5 === 0)) {
      const { at = '', rows = [], events } = expected;
      const file = join(FIXTURES, name, 'events.ndjson');
      const { status, stdout } = vigie(['report', file, '--at', at, '--json']);
      expect({ name, status }).toEqual({ name, status: 0 });
      const document = JSON.parse(stdout) as Document;
      expect({ name, events: document.events }).toEqual({ name, events });
      for (const row of rows) {
        const found = document.snapshots[0]?.rows.find(
          ({ queue, channel, window }) =>
            queue === row.queue && channel === row.channel && window === row.window,
        );
        for (const [kpi, { value, n }] of Object.entries(row.kpis)) {
          const where = `${name}: ${row.queue} ${kpi}`;
          const actual = found?.kpis[kpi];
          expect({ where, n: actual?.n }).toEqual({ where, n });
          if (value === null) expect({ where, value: actual?.value }).toEqual({ where, value });
          else expect(actual?.value, where).toBeCloseTo(value, 9);
        }
      }
    }
  });

  test('reads standard input, and ends with status 1 when nothing in it is valid', () => {
    const { status, stdout, stderr } = vigie(['report', '-', '--json'], 'no event\n');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^-:1: the line is not JSON/);
    expect((JSON.parse(stdout) as Document).snapshots).toEqual([]);
  });

  test('ends with status 2 when it is asked wrongly', () => {
    const { status, stderr } = vigie(['raport', '-']);
    expect(status).toBe(2);
    expect(stderr).toMatch(/Did you mean report/);
  });

  test('ends quietly when its reader has seen enough', () => {
    const log = join(ROOT, 'packages', 'sources', 'fixtures', 'asterisk', 'run-a', 'queue_log');
    const command = `"${process.execPath}" bin/vigie.js report "${log}" --format asterisk-queue-log --csv --interval 15m | head -n 1`;
    const { stdout, stderr } = spawnSync('sh', ['-c', command], { cwd: ROOT, encoding: 'utf8' });
    expect(stdout).toMatch(/^queue,channel,start/);
    expect(stderr).toBe('');
  });
});
