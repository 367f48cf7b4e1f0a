import type { KpiValue, Presentation, Row } from '@vigie/contracts';
import type { Standing } from './standing.ts';
import {
  CATALOGUE,
  isInRow,
  MEASURES,
  NO_AGENTS,
  NO_WORDS,
  Present,
  figureOf,
  statusOf,
  Totals,
  type Figure,
  type Kpi,
  type Measures,
  type RowOf,
} from '@vigie/metrics';

/** Computes every figure of a row, with its target and the plain comparison with it. `_all`/`_all` and channel totals carry contact figures. */
export function computeKpis(
  row: RowOf,
  measures: Measures,
  presentation: Presentation | undefined,
  wanted: (kpi: Kpi) => boolean = () => true,
): Record<string, KpiValue> {
  const kpis: Record<string, KpiValue> = {};
  const channel = row.channel as Parameters<Presentation['targetsOf']>[1];
  const targets = presentation?.targetsOf(row.queue, channel);
  for (const kpi of CATALOGUE) {
    if (!isInRow(kpi, row) || !wanted(kpi)) continue;
    const figure = figureOf(kpi, measures);
    const target = targets?.get(kpi.id);
    const verdict =
      target === undefined ? undefined : { status: statusOf(figure, target, kpi), target: target.target };
    kpis[kpi.id] = valueOf(figure, verdict);
  }
  return kpis;
}

/** The wire's part of a figure, with its status if it has a target. A figure that is no more than that is its own. */
export function valueOf(figure: Figure, verdict?: Required<Pick<KpiValue, 'status' | 'target'>>): KpiValue {
  if (verdict === undefined && figure.denominator === undefined && figure.sinceMs === undefined)
    return figure;
  const value: { -readonly [Part in keyof KpiValue]: KpiValue[Part] } = { value: figure.value };
  if (figure.n !== undefined) value.n = figure.n;
  if (figure.reason !== undefined) value.reason = figure.reason;
  if (figure.by !== undefined) value.by = figure.by;
  if (figure.partial !== undefined) value.partial = figure.partial;
  if (figure.since !== undefined) value.since = figure.since;
  if (verdict === undefined) return value;
  value.status = verdict.status;
  value.target = verdict.target;
  return value;
}

/** Adds up the measures of several groups with the same agents: a queue's channels, or a total. Never a mean of ratios. */
export function mergeMeasures(parts: readonly Measures[]): Measures {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  const totals = new Totals(MEASURES);
  const today = new Totals(MEASURES);
  const present = new Present(MEASURES);
  let maxWaitMs: number | undefined;
  for (const part of parts) {
    totals.add(part.totals);
    today.add(part.today);
    present.add(part.present);
    if (part.maxWaitMs !== undefined && part.maxWaitMs > (maxWaitMs ?? -1)) maxWaitMs = part.maxWaitMs;
  }
  const { nowMs = 0, agents = NO_AGENTS, rolling = false, daily = false, words = NO_WORDS } = first ?? {};
  return { totals, today, present, maxWaitMs, nowMs, agents, rolling, daily, words };
}

export function makeRow(
  name: { readonly queue: string; readonly channel: string; readonly window: string },
  standing: Standing,
  kpis: Readonly<Record<string, KpiValue>>,
): Row {
  return { ...name, ...standing, kpis };
}
