import type { IntervalRow } from '@vigie/engine';
import { describe, expect, test } from 'vitest';
import type { Report } from './document.ts';
import {
  differences,
  expectedOf,
  reportOf,
  scenarios,
  type Expected,
  type ExpectedRow,
} from './fixtures.testkit.ts';

function rowDifferences(
  rows: readonly ExpectedRow[],
  snapshot: Report['snapshots'][number] | undefined,
): string[] {
  return rows.flatMap((row) => {
    const found = snapshot?.rows.find(
      ({ queue, channel, window }) => queue === row.queue && channel === row.channel && window === row.window,
    );
    const where = `${snapshot?.asOf} ${row.queue}/${row.channel} ${row.window}`;
    const states = (['state', 'since'] as const)
      .filter((name) => row[name] !== undefined && row[name] !== found?.[name])
      .map((name) => `${name} is ${found?.[name]}, by hand ${row[name]}`);
    return [...states, ...differences(row.kpis, found?.kpis)].map((line) => `${where}: ${line}`);
  });
}

function agentDifferences(
  expected: NonNullable<Expected['agents']>,
  snapshot: Report['snapshots'][number] | undefined,
): string[] {
  return expected.flatMap(({ kpis = {}, ...facts }) => {
    const found = snapshot?.agents.find(({ agent }) => agent === facts.agent);
    const wrong = Object.entries(facts)
      .map(([name, value]) => [name, value, found?.[name as keyof typeof facts]] as const)
      .filter(([, value, actual]) => JSON.stringify(value) !== JSON.stringify(actual))
      .map(
        ([name, value, actual]) => `${name} is ${JSON.stringify(actual)}, by hand ${JSON.stringify(value)}`,
      );
    return [...wrong, ...differences(kpis, found?.kpis)].map((line) => `${facts.agent}: ${line}`);
  });
}

function intervalDifferences(
  expected: NonNullable<Expected['intervals']>,
  rows: readonly IntervalRow[],
): string[] {
  return expected.rows.flatMap((row) => {
    const own = rows.filter(({ queue, channel, team, site }) =>
      [queue === row.queue, channel === row.channel, team === row.team, site === row.site].every(Boolean),
    );
    const found = own.find(({ start }) => start === row.start);
    const facts = {
      count: own.length,
      first: own[0]?.label,
      last: own.at(-1)?.label,
      end: found?.end,
      label: found?.label,
    };
    const { count, first, last } = expected;
    const wanted = { count, first, last, end: row.end, label: row.label };
    const shape = JSON.stringify(facts) === JSON.stringify(wanted) ? [] : [`${JSON.stringify(facts)}`];
    return [...shape, ...differences(row.kpis, found?.kpis)].map(
      (line) => `${row.queue} ${row.label}: ${line}`,
    );
  });
}

async function verdict(name: string, arrange?: (text: string) => string): Promise<string[]> {
  const expected = expectedOf(name);
  const report = await reportOf(name, arrange);
  const [first] = report.snapshots;
  const { at, rows = [], agents = [], then = [], intervals, document = {}, events } = expected;
  const laterSnapshots = report.snapshots.slice(at === undefined ? 0 : 1);
  const wrong = (what: string, found: object | undefined, wanted: object): string[] =>
    Object.entries(wanted)
      .filter(([key, value]) => (found as Record<string, unknown> | undefined)?.[key] !== value)
      .map(
        ([key, value]) =>
          `${what}.${key} is ${JSON.stringify((found as Record<string, unknown> | undefined)?.[key])}, by hand ${value}`,
      );
  return [
    ...wrong('events', report.events, events),
    ...wrong('snapshot', first, document),
    ...rowDifferences(rows, first),
    ...agentDifferences(agents, first),
    ...then.flatMap((later, index) => rowDifferences(later.rows, laterSnapshots[index])),
    ...(intervals === undefined ? [] : intervalDifferences(intervals, report.intervals)),
  ];
}

describe('figures worked out by hand', () => {
  test.each(scenarios())('%s', async (name) => {
    expect(await verdict(name)).toEqual([]);
  });
});

describe('the same lines in another order and some of them twice', () => {
  test.each(scenarios())('%s', async (name) => {
    const backwards = (text: string): string => `${text.trimEnd().split('\n').reverse().join('\n')}\n`;
    expect(await verdict(name, backwards)).toEqual([]);
    const forth = await reportOf(name);
    const twice = await reportOf(name, (text) => text + backwards(text));
    expect(twice.snapshots).toEqual(forth.snapshots);
    expect(twice.intervals).toEqual(forth.intervals);
  });
});
