import type { OracleFigure, OracleRow } from './types.ts';

/** A row of the engine or of the API: any figure may carry more than the oracle knows. */
export interface ComparableRow {
  readonly queue: string;
  readonly channel: string;
  readonly window?: string;
  readonly start?: string;
  readonly kpis: Readonly<Record<string, ComparableFigure | undefined>>;
}

export interface ComparableFigure {
  readonly value: number | null;
  readonly n?: number;
  readonly by?: Readonly<Record<string, number>>;
  readonly partial?: readonly string[];
  readonly reason?: string;
  readonly since?: string;
}

const PERCENTILES = /_p\d+$/;
/** Their sample size is nobody's promise. */
const WITHOUT_N = ['max_wait', 'longest_wait_now', 'oldest_unanswered_age_now'];
const RATIOS = /(_rate|service_level|service_level_live|occupancy|utilization|concurrency)(_|$)/;
const PERCENTILE_TOLERANCE = 0.01;

export interface CompareOptions {
  /** Figures that are not compared. */
  readonly without?: ReadonlySet<string>;
}

/**
 * Every difference between the engine's rows and the oracle's, one line each; empty when they agree. Counts are exact,
 * durations exact to the millisecond, percentiles within 1 %. A figure that only one side knows is a difference; one that
 * the oracle has only in other rows, or a row that only the engine has, must be empty.
 */
export function compareSnapshots(
  engineRows: readonly ComparableRow[],
  oracleRows: readonly (OracleRow | (Omit<OracleRow, 'window'> & { start: string }))[],
  { without = new Set<string>() }: CompareOptions = {},
): string[] {
  const differences: string[] = [];
  const engine = new Map(engineRows.map((row) => [keyOf(row), row]));
  const oracle = new Map(oracleRows.map((row) => [keyOf(row), row]));
  const known = new Set(oracleRows.flatMap((row) => Object.keys(row.kpis)));
  for (const [key, expected] of oracle) {
    const row = engine.get(key);
    if (row === undefined) {
      differences.push(`${key}: the engine has no such row`);
      continue;
    }
    for (const [id, figure] of Object.entries(expected.kpis)) {
      if (without.has(id)) continue;
      for (const text of compareFigure(id, row.kpis[id], figure)) differences.push(`${key} ${id}: ${text}`);
    }
  }
  for (const [key, row] of engine) {
    const expected = oracle.get(key)?.kpis;
    for (const [id, figure] of Object.entries(row.kpis)) {
      if (without.has(id) || expected?.[id] !== undefined) continue;
      if (expected !== undefined && !known.has(id))
        differences.push(`${key} ${id}: the oracle does not know it`);
      else if ((figure?.value ?? 0) !== 0)
        differences.push(`${key} ${id}: engine ${figure?.value}, the oracle has none here`);
    }
  }
  return differences;
}

const keyOf = ({
  queue,
  channel,
  window,
  start,
}: {
  queue: string;
  channel: string;
  window?: string;
  start?: string;
}) => [queue, channel, window ?? start ?? ''].join(' ');

function compareFigure(id: string, actual: ComparableFigure | undefined, expected: OracleFigure): string[] {
  if (actual === undefined) return [`missing in the engine, oracle ${JSON.stringify(expected)}`];
  const differences: string[] = [];
  const tell = (what: string, mine: unknown, theirs: unknown) =>
    differences.push(`${what}engine ${JSON.stringify(mine)}, oracle ${JSON.stringify(theirs)}`);
  if (!sameValue(id, actual.value, expected.value)) tell('', actual.value, expected.value);
  if (!WITHOUT_N.includes(id) && actual.n !== undefined && actual.n !== expected.n) {
    tell('n: ', actual.n, expected.n);
  }
  if (!sameCounts(actual.by, expected.by)) tell('by: ', actual.by, expected.by);
  if ((actual.partial?.join() ?? '') !== (expected.partial?.join() ?? '')) {
    tell('partial: ', actual.partial, expected.partial);
  }
  if (expected.value === null && actual.value === null && told(actual.reason) !== told(expected.reason)) {
    tell('reason: ', actual.reason, expected.reason);
  }
  if (expected.since !== undefined && actual.since !== undefined) {
    if (Date.parse(actual.since) !== Date.parse(expected.since))
      tell('since: ', actual.since, expected.since);
  }
  return differences;
}

/** Outside hours there is no data either. */
const told = (reason: string | undefined) => (reason === 'closed' ? 'no_data' : reason);

function sameValue(id: string, actual: number | null, expected: number | null): boolean {
  if (actual === null || expected === null) return actual === expected;
  if (PERCENTILES.test(id)) {
    return Math.abs(actual - expected) <= PERCENTILE_TOLERANCE * Math.abs(expected) + 1e-9;
  }
  if (RATIOS.test(id)) return Math.abs(actual - expected) < 1e-12;
  // Either side may have rounded to the millisecond.
  return Math.abs(actual - expected) * 1000 <= 0.5 + 1e-6;
}

function sameCounts(
  actual: Readonly<Record<string, number>> | undefined,
  expected: Readonly<Record<string, number>> | undefined,
): boolean {
  if (actual === undefined && expected === undefined) return true;
  const keys = new Set([...Object.keys(actual ?? {}), ...Object.keys(expected ?? {})]);
  return [...keys].every((key) => (actual?.[key] ?? 0) === (expected?.[key] ?? 0));
}
