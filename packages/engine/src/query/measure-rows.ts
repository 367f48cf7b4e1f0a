import { ALL, type FigureState, type KpiValue, type Presentation, type Row } from '@vigie/contracts';
import {
  CATALOGUE,
  MEASURES,
  Present,
  statusOf,
  Totals,
  type Figure,
  type Kpi,
  type Measures,
} from '@vigie/metrics';

/** Computes every figure of a row, with its target and status. `_all`/`_all` and channel totals carry contact figures. */
export function computeKpis(
  queue: string,
  channel: string,
  measures: Measures,
  presentation: Presentation | undefined,
  wanted: (kpi: Kpi) => boolean = () => true,
): Record<string, KpiValue> {
  const kpis: Record<string, KpiValue> = {};
  const targets = presentation?.targetsOf(queue, channel as Parameters<Presentation['targetsOf']>[1]);
  for (const kpi of CATALOGUE) {
    if ((kpi.level === 'contact' && queue !== ALL) || !wanted(kpi)) continue;
    const figure = kpi.compute(measures);
    const target = targets?.get(kpi.id);
    const value = withoutParts(figure);
    kpis[kpi.id] =
      target === undefined
        ? value
        : { ...value, status: statusOf(figure, target, kpi), target: target.target };
  }
  return kpis;
}

/** The wire's part of a figure. */
function withoutParts(figure: Figure): KpiValue {
  const { value, n, reason, by, partial, since } = figure;
  return {
    value,
    ...(n === undefined ? {} : { n }),
    ...(reason === undefined ? {} : { reason }),
    ...(by === undefined ? {} : { by }),
    ...(partial === undefined ? {} : { partial }),
    ...(since === undefined ? {} : { since }),
  };
}

/** Adds up the measures of several groups: a queue's channels, or a total. Never a mean of ratios. */
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
  return { totals, today, present, maxWaitMs, nowMs: first?.nowMs ?? 0, rolling: first?.rolling ?? false };
}

export function makeRow(
  name: { readonly queue: string; readonly channel: string; readonly window: string },
  state: { readonly state: FigureState; readonly since?: string },
  kpis: Readonly<Record<string, KpiValue>>,
): Row {
  return { ...name, state: state.state, ...(state.since === undefined ? {} : { since: state.since }), kpis };
}
