import type { Status, TargetSetting } from '@vigie/contracts';
import type { Figure, Kpi } from './kpi.ts';

const SCALE = 1_000_000;

/** Does the figure reach `limit`? Ratios are compared on their counts, so that 180 of 200 meets 0.9. */
function reaches(figure: Figure, limit: number, better: Kpi['better']): boolean {
  const value = figure.value ?? 0;
  const left = figure.denominator === undefined ? value : (figure.numerator ?? 0) * SCALE;
  const right = figure.denominator === undefined ? limit : Math.round(limit * SCALE) * figure.denominator;
  return better === 'lower' ? left <= right : left >= right;
}

/** The plain comparison of a figure with its target; hold time and hysteresis are applied where states are kept. */
export function statusOf(figure: Figure, target: TargetSetting, kpi: Kpi): Status {
  if (figure.value === null) return 'none';
  const hasSample = kpi.unit !== 'count' && !kpi.now && figure.n !== undefined;
  if (hasSample && (figure.n ?? 0) < target.minSample) return 'none';
  if (reaches(figure, target.target, kpi.better)) return 'ok';
  return target.warn !== undefined && reaches(figure, target.warn, kpi.better) ? 'warn' : 'alert';
}
