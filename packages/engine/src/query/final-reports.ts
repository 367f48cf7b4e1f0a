import { QUARTER_MS, quarterOf } from '@vigie/metrics';
import type { ReportRecord } from '../ports/event-log.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import { recentHistory, type History } from './history.ts';
import { intervalRows, MATURING, type IntervalRow, type Stretch } from './intervals.ts';
import { closedThroughout } from './row-hours.ts';
import { rowNames } from './row-names.ts';

/** A quarter hour that has become final, and the local day that ends with it, if one does. */
export interface Finished {
  readonly quarter: Stretch;
  readonly day: Stretch | undefined;
}

/** The first quarter hour of a centre that is final and that nobody was told yet. */
export function nextFinished(centre: LiveCentre): Finished | undefined {
  const { finality } = centre;
  if (!finality.mayBeUntold) return undefined;
  const { timeline } = centre;
  const until = timeline.rows.finalBefore;
  const { reportedUntilMs, wholeFromMs = Number.NEGATIVE_INFINITY } = finality;
  const { firstQuarter } = timeline.rows;
  const first = firstQuarter === undefined ? undefined : Math.max(firstQuarter, nextQuarter(wholeFromMs));
  const from = reportedUntilMs ?? first;
  return from === undefined || from >= until ? undefined : finishedAt(centre, from);
}

/**
 * The first quarter hour that was told as final, and of which now all is certain, what takes the FCR window included: to
 * be told once more.
 */
export function nextMatured(centre: LiveCentre): Finished | undefined {
  const { reportedUntilMs, maturedUntilMs: from, finalUntilMs } = centre.finality;
  if (from === undefined || reportedUntilMs === undefined) return undefined;
  const { fcrWindowMs } = centre.facts.versions.at(from).cases;
  const toMs = from + QUARTER_MS;
  return toMs > Math.min(reportedUntilMs, finalUntilMs - fcrWindowMs) ? undefined : finishedAt(centre, from);
}

function finishedAt({ facts, finality }: LiveCentre, fromMs: number): Finished {
  const { wholeFromMs = Number.NEGATIVE_INFINITY } = finality;
  const toMs = fromMs + QUARTER_MS;
  const zone = facts.versions.zoneAt(fromMs);
  const isLast = zone.nextDayStart(fromMs) === toMs;
  return {
    quarter: { fromMs, toMs },
    day: isLast && zone.dayStart(fromMs) >= wholeFromMs ? { fromMs: zone.dayStart(fromMs), toMs } : undefined,
  };
}

/** Does the row have figures that were provisional when it became final? */
function hasMatured({ kpis }: IntervalRow): boolean {
  return MATURING.some((id) => (kpis[id]?.n ?? 0) > 0);
}

/** The first quarter hour that begins at that instant or later. */
function nextQuarter(ms: number): number {
  return Number.isFinite(ms) ? quarterOf(ms + QUARTER_MS - 1) : ms;
}

/**
 * Final rows of a stretch as the topic `vigie.reports` keeps them: those in which anything was counted; `matured`: of these
 * those that were provisional in part.
 */
export function finalReports(
  centre: LiveCentre,
  interval: '15m' | 'day',
  { fromMs, toMs }: Stretch,
  history: History = recentHistory(centre),
  matured = false,
): readonly ReportRecord[] {
  const { facts, finality, timeline } = centre;
  const present = new Set<number>();
  history.counted(fromMs, toMs, (group) => void present.add(group));
  const names = rowNames(facts, fromMs).filter(
    ({ groups, agents }) => groups.some((group) => present.has(group)) || present.has(agents ?? -1),
  );
  const { cases } = facts.versions.at(fromMs);
  const rows = intervalRows(names, history.counted, history.levelsOf, {
    ...{ zone: facts.versions.zoneAt(fromMs), fromMs, toMs, size: interval === 'day' ? 'day' : QUARTER_MS },
    spans: [{ start: fromMs, end: toMs }],
    judgedAtMs: timeline.now,
    finalUntilMs: finality.finalUntilMs,
    matureUntilMs: finality.finalUntilMs - cases.fcrWindowMs,
    words: facts.words,
    closed: closedThroughout(facts),
  });
  const told = [...rows].flat().filter((row) => !matured || hasMatured(row));
  return told.map((row) => recordOf(centre.name, interval, row));
}

function recordOf(centre: string, interval: string, row: IntervalRow): ReportRecord {
  const key = JSON.stringify([centre, interval, row.start, row.queue, row.channel]);
  return { centre, key, value: JSON.stringify({ centre, interval, ...row }) };
}
