import type { Interval } from './answers.ts';

/** A day by quarter hour, in columns as a plot takes them. Instants in seconds. */
export interface DayPlot {
  readonly at: readonly number[];
  readonly offered: readonly (number | null)[];
  readonly answered: readonly (number | null)[];
  readonly abandoned: readonly (number | null)[];
  readonly level: readonly (number | null)[];
  readonly intervals: readonly Interval[];
}

/** At least so many quarter hours are shown, so that one bar does not fill the plot. */
const LEAST = 12;

/**
 * The part of the day in which something happened, up to the interval that is on at `atMs`; of the past up to the one
 * that had ended, since intervals are told as they are known now.
 */
export function dayPlot(intervals: readonly Interval[], atMs: number, isLive = true): DayPlot {
  const begun = intervals.filter(({ startMs, endMs }) => (isLive ? startMs : endMs) <= atMs);
  const first = begun.findIndex(
    ({ kpis }) => (kpis['offered']?.value ?? 0) > 0 || (kpis['answered']?.value ?? 0) > 0,
  );
  const from = Math.max(0, Math.min(first < 0 ? begun.length : first, begun.length - LEAST));
  const shown = begun.slice(from);
  const values = (kpi: string): (number | null)[] => shown.map(({ kpis }) => kpis[kpi]?.value ?? null);
  return {
    at: shown.map(({ startMs }) => startMs / 1000),
    offered: values('offered'),
    answered: values('answered'),
    abandoned: values('abandoned'),
    level: values('service_level'),
    intervals: shown,
  };
}
