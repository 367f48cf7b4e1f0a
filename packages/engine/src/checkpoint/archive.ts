import {
  areaIndex,
  AREAS,
  HISTS,
  levelIndex,
  MEASURES,
  QuarterRows,
  SUM_LIST,
  SUM_NAMES,
  TALLIES,
  type GroupRow,
} from '@vigie/metrics';
import type { ArchivedRows } from '../ports/checkpoint-store.ts';
import type { History } from '../query/history.ts';
import type { Stretch } from '../query/intervals.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import { seal, unseal } from './envelope.ts';
import { storeRow, type StoredRow } from './slice.ts';

/** Levels of a group of agents' time at the end of a quarter hour, by the names of their areas. */
interface StoredLevels {
  readonly queue: string;
  readonly channel: string;
  readonly levels: readonly (readonly [area: string, level: number])[];
}

/** Rows as the archive has them: later versions may count other things, so that measures are told by name. */
interface ArchivedBlob {
  readonly sums: readonly string[];
  readonly hists: readonly string[];
  readonly tallies: readonly string[];
  readonly rows: readonly StoredRow[];
  readonly levels: readonly StoredLevels[];
}

/** The rows of a quarter hour, read back. */
export interface ArchivedQuarter {
  readonly startMs: number;
  readonly rows: readonly StoredRow[];
  readonly levels: readonly {
    readonly queue: string;
    readonly channel: string;
    readonly levels: Float64Array;
  }[];
}

const LEVELS_OF_AREAS = AREAS.map((name) => ({
  name,
  area: areaIndex(name),
  level: levelIndex(name),
}));

/** The rows that leave a centre with the commit of that number: one blob a quarter hour. */
export function archivedRows(centre: LiveCentre, seq: number, keepMs: number): readonly ArchivedRows[] {
  const firstMs = centre.finality.storedUntilMs;
  const taken = centre.finality.take(seq);
  if (taken.length === 0) return [];
  const quarters = new Map<number, GroupRow[]>();
  for (const row of taken) {
    const rows = quarters.get(row.quarter);
    if (rows === undefined) quarters.set(row.quarter, [row]);
    else rows.push(row);
  }
  const levels = levelsOfAgents(centre, (group) => centre.timeline.group(group).present.levels);
  centre.timeline.rows.forEach(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, (_quarter, group, row) =>
    stepBack(levels, group, row.totals.sums),
  );
  // From the latest on, so that the levels at each end are led back from the one after it.
  return [...quarters]
    .sort(([a], [b]) => b - a)
    .map(([startMs, rows]): ArchivedRows => {
      const stored = rows.map(({ quarter, group, row }) => storeRow(centre, quarter, group, row));
      const blob = blobOf(stored, storedLevels(centre, levels));
      for (const { group, row } of rows) stepBack(levels, group, row.totals.sums);
      const keepUntilMs = startMs + keepMs;
      const replaces = startMs >= firstMs;
      return { centre: centre.name, kind: 'quarter', startMs, keepUntilMs, replaces, bytes: seal(blob) };
    });
}

/** The rows of a whole local day as one, for the years after its quarter hours are gone; they replace those stored before. */
export function archivedDay(
  centre: LiveCentre,
  { fromMs, toMs }: Stretch,
  { counted, levelsOf }: History,
  keepMs: number,
): ArchivedRows {
  const rows = new QuarterRows(MEASURES);
  counted(fromMs, toMs, (group, totals, maxWaitMs) => {
    const row = rows.row(fromMs, group);
    row.totals.add(totals);
    if (maxWaitMs !== undefined) row.max = Math.max(row.max ?? maxWaitMs, maxWaitMs);
  });
  const levels = levelsOfAgents(centre, levelsOf);
  counted(toMs, Number.POSITIVE_INFINITY, (group, { sums }) => stepBack(levels, group, sums));
  const stored: StoredRow[] = [];
  rows.forEach(fromMs, toMs, (quarter, group, row) => stored.push(storeRow(centre, quarter, group, row)));
  const bytes = seal(blobOf(stored, storedLevels(centre, levels)));
  const keepUntilMs = fromMs + keepMs;
  return { centre: centre.name, kind: 'day', startMs: fromMs, keepUntilMs, replaces: true, bytes };
}

function blobOf(rows: readonly StoredRow[], levels: readonly StoredLevels[]): ArchivedBlob {
  return { sums: SUM_NAMES, hists: HISTS, tallies: TALLIES, rows, levels };
}

function levelsOfAgents({ facts }: LiveCentre, levelsOf: History['levelsOf']): Map<number, Float64Array> {
  return new Map(
    facts.groups.agentGroups.map((group) => [
      group,
      levelsOf(group)?.slice() ?? new Float64Array(LEVEL_COUNT),
    ]),
  );
}

function stepBack(levels: ReadonlyMap<number, Float64Array>, group: number, sums: Float64Array): void {
  const own = levels.get(group);
  if (own === undefined) return;
  for (const { area, level } of LEVELS_OF_AREAS) own[level]! -= sums[area]!;
}

function storedLevels(
  centre: LiveCentre,
  levels: ReadonlyMap<number, Float64Array>,
): readonly StoredLevels[] {
  return Array.from(levels, ([group, own]) => ({
    ...centre.facts.groups.storedNameOf(group),
    levels: LEVELS_OF_AREAS.filter(({ level }) => own[level] !== 0).map(
      ({ name, level }) => [name, own[level]!] as const,
    ),
  }));
}

/** A blob of the archive, with the measures that this version has. Throws a `CheckpointFormatError` for a damaged one. */
export function unsealRows(startMs: number, bytes: Uint8Array): ArchivedQuarter {
  const blob = unseal(bytes) as ArchivedBlob;
  const sumAt = blob.sums.map((name) => SUM_NAMES.indexOf(name));
  // Blobs that name no areas have them behind what they name.
  if (!blob.sums.includes(SUM_NAMES.at(-1)!))
    for (let index = SUM_LIST.length; index < SUM_NAMES.length; index++) sumAt.push(index);
  const histAt = HISTS.map((name) => blob.hists.indexOf(name));
  const tallyAt = TALLIES.map((name) => blob.tallies.indexOf(name));
  const rows = blob.rows.map(([quarter, queue, channel, counted, bins, words, max, maxLost]): StoredRow => {
    const kept: number[] = [];
    for (let i = 0; i < counted.length; i += 2) {
      const index = sumAt[counted[i]!] ?? -1;
      if (index >= 0) kept.push(index, counted[i + 1]!);
    }
    const ownBins = histAt.map((index) => bins[index] ?? []);
    const ownWords = tallyAt.map((index) => words[index] ?? []);
    return [quarter, queue, channel, kept, ownBins, ownWords, max, maxLost];
  });
  const levels = blob.levels.map(({ queue, channel, levels: told }) => {
    const own = new Float64Array(LEVEL_COUNT);
    for (const [area, value] of told) {
      const known = LEVELS_OF_AREAS.find(({ name }) => name === area);
      if (known !== undefined) own[known.level] = value;
    }
    return { queue, channel, levels: own };
  });
  return { startMs, rows, levels };
}

const LEVEL_COUNT = Math.max(0, ...LEVELS_OF_AREAS.map(({ level }) => level)) + 1;
