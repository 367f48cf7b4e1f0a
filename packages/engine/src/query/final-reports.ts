import { QUARTER_MS, quarterOf } from '@vigie/metrics';
import type { ReportRecord } from '../ports/event-log.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import { recentHistory, type History } from './history.ts';
import { intervalRows, type IntervalRow, type Stretch } from './intervals.ts';
import { closedThroughout } from './row-hours.ts';
import { rowNames } from './row-names.ts';

/** A quarter hour that has become final, and the local day that ends with it, if one does. */
export interface Finished {
  readonly quarter: Stretch;
  readonly day: Stretch | undefined;
}

/** The first quarter hour of a centre that is final and that nobody was told yet. */
export function nextFinished(centre: LiveCentre): Finished | undefined {
  const { finality, timeline, facts } = centre;
  const until = timeline.rows.finalBefore;
  const { reportedUntilMs, wholeFromMs = Number.NEGATIVE_INFINITY } = finality;
  const { firstQuarter } = timeline.rows;
  const first = firstQuarter === undefined ? undefined : Math.max(firstQuarter, nextQuarter(wholeFromMs));
  const from = reportedUntilMs ?? first;
  if (from === undefined || from >= until) return undefined;
  const toMs = from + QUARTER_MS;
  const zone = facts.versions.zoneAt(from);
  const isLast = zone.nextDayStart(from) === toMs;
  return {
    quarter: { fromMs: from, toMs },
    day: isLast && zone.dayStart(from) >= wholeFromMs ? { fromMs: zone.dayStart(from), toMs } : undefined,
  };
}

/** The first quarter hour that begins at that instant or later. */
function nextQuarter(ms: number): number {
  return Number.isFinite(ms) ? quarterOf(ms + QUARTER_MS - 1) : ms;
}

/** Final rows of a stretch as the topic `vigie.reports` keeps them: those in which anything was counted. */
export function finalReports(
  centre: LiveCentre,
  interval: '15m' | 'day',
  { fromMs, toMs }: Stretch,
  history: History = recentHistory(centre),
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
  return [...rows].flat().map((row) => recordOf(centre.name, interval, row));
}

function recordOf(centre: string, interval: string, row: IntervalRow): ReportRecord {
  const key = JSON.stringify([centre, interval, row.start, row.queue, row.channel]);
  return { centre, key, value: JSON.stringify({ centre, interval, ...row }) };
}
