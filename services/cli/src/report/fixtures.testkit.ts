import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { checkConfiguration, parseDuration, type KpiValue } from '@vigie/contracts';
import type { IntervalRow } from '@vigie/engine';
import { INTERVALS } from '../commands/report.ts';
import { readEvents } from '../input/read-events.ts';
import { parseAt } from './at.ts';
import type { AgentRow } from '@vigie/engine';
import { queueLogSettings } from '../configuration.ts';
import type { Report } from './document.ts';
import { makeReport, type ReportOptions } from './run.ts';

/** The golden scenarios: `test/fixtures/NAME/{events.ndjson,expected.json,README.md}`. */
const ROOT = new URL('../../../../test/fixtures/', import.meta.url);

export interface ExpectedRow {
  readonly queue: string;
  readonly channel: string;
  readonly window: string;
  readonly state?: string;
  readonly since?: string;
  readonly kpis: Readonly<Record<string, KpiValue>>;
}

/** What a scenario asserts; figures it does not name are not looked at. */
export interface Expected {
  readonly options?: {
    /** As in `vigie.yaml`. */
    readonly config?: object;
    readonly lateness?: string;
    readonly as?: 'known' | 'shown';
    readonly interval?: keyof typeof INTERVALS;
    readonly by?: 'team' | 'site';
  };
  readonly at?: string;
  readonly rows?: readonly ExpectedRow[];
  readonly document?: Readonly<Record<string, unknown>>;
  /** Agents of the first snapshot; what is not named of one is not looked at. */
  readonly agents?: readonly (Partial<Omit<AgentRow, 'kpis'>> & {
    readonly agent: string;
    readonly kpis?: Readonly<Record<string, KpiValue>>;
  })[];
  readonly then?: readonly { readonly at: string; readonly rows: readonly ExpectedRow[] }[];
  readonly intervals?: {
    /** Of each queue and channel. */
    readonly count: number;
    /** Labels of the first and the last one. */
    readonly first: string;
    readonly last: string;
    readonly rows: readonly (Omit<ExpectedRow, 'window'> & {
      readonly team?: string;
      readonly site?: string;
      readonly start: string;
      readonly end: string;
      readonly label: string;
    })[];
  };
  readonly events: Readonly<Record<string, number>>;
}

export function scenarios(): string[] {
  return readdirSync(ROOT, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

export const scenarioFile = (name: string, file: string): string =>
  fileURLToPath(new URL(`${name}/${file}`, ROOT));

export function expectedOf(name: string): Expected {
  return JSON.parse(readFileSync(scenarioFile(name, 'expected.json'), 'utf8')) as Expected;
}

/** Runs a scenario through the core of `vigie report`, with its lines in the order given by `arrange`. */
export async function reportOf(
  name: string,
  arrange: (text: string) => string = (text) => text,
): Promise<Omit<Report, 'intervals'> & { readonly intervals: readonly IntervalRow[] }> {
  const { options = {}, at, then = [] } = expectedOf(name);
  const checked = checkConfiguration(options.config ?? {});
  if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join('\n'));
  const { configuration } = checked;
  const text = arrange(readFileSync(scenarioFile(name, 'events.ndjson'), 'utf8'));
  const stdin = (async function* () {
    yield Buffer.from(text);
  })();
  const batches = readEvents({
    files: ['-'],
    format: 'cloudevents',
    stdin,
    queueLog: queueLogSettings(configuration),
  });
  const instants = [...(at === undefined ? [] : [at]), ...then.map((later) => later.at)];
  const reportOptions: ReportOptions = {
    configuration,
    at: instants.map(parseAt),
    as: options.as ?? 'known',
    allowedLatenessMs: options.lateness === undefined ? undefined : parseDuration(options.lateness),
    interval: options.interval && INTERVALS[options.interval],
    by: options.by,
    centre: undefined,
  };
  const quiet = { rejected: () => undefined, note: () => undefined, progress: () => undefined };
  const { report } = await makeReport(batches, reportOptions, quiet);
  return { ...report, intervals: [...(report.intervals?.rows ?? [])].flat() };
}

/** How the figures found differ from those expected, one line each. */
export function differences(
  expected: Readonly<Record<string, KpiValue>>,
  found: Readonly<Record<string, KpiValue>> | undefined,
): string[] {
  if (found === undefined) return ['there is no such row'];
  return Object.entries(expected).flatMap(([kpi, figure]) => {
    const actual: KpiValue | undefined = found[kpi];
    if (actual === undefined) return [`${kpi} is missing`];
    const pairs = Object.entries(figure).filter(
      ([part, value]) => !isSame(value, actual[part as keyof KpiValue]),
    );
    return pairs.map(
      ([part, value]) =>
        `${kpi}.${part} is ${JSON.stringify(actual[part as keyof KpiValue])}, by hand ${JSON.stringify(value)}`,
    );
  });
}

function isSame(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return Math.abs(a - b) <= 1e-9;
  return JSON.stringify(a) === JSON.stringify(b);
}
