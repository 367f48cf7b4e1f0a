import type { AlarmRule, AlarmState, Status, TargetSetting } from '@vigie/contracts';
import type { Kpi } from '@vigie/metrics';

/** What an automaton shows, in the words of alarms. */
export const STATE_OF: Readonly<Record<Status, AlarmState>> = {
  ok: 'ok',
  warn: 'warning',
  alert: 'critical',
  none: 'none',
};

/** What of a rule decides how a figure is judged; a limit that is not given never holds. */
export interface AlarmLimits extends Pick<AlarmRule, 'minSample' | 'holdMs' | 'hysteresis'> {
  readonly warning?: number | undefined;
  readonly critical?: number | undefined;
}

/**
 * The rule as the automaton of statuses takes it: beyond `warning` it warns, beyond `critical` it alerts. Which side is bad
 * the order of the two limits says; of one alone the figure's own direction, and where it has none, more is worse.
 */
export function judgedBy(
  limits: AlarmLimits,
  kpi: Kpi,
): { readonly kpi: Kpi; readonly target: TargetSetting } {
  const { warning, critical, minSample, holdMs, hysteresis } = limits;
  const isLowBad =
    warning !== undefined && critical !== undefined ? critical < warning : kpi.better === 'higher';
  const never = isLowBad ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const better = isLowBad ? ('higher' as const) : ('lower' as const);
  const common = { minSample, holdMs, hysteresis };
  const target =
    warning === undefined
      ? { target: critical ?? never, ...common }
      : { target: warning, warn: critical ?? never, ...common };
  return { kpi: { ...kpi, better }, target };
}

/** How bad a state is; whatever is no alarm is not. */
export function severityOf(state: AlarmState): 0 | 1 | 2 {
  return state === 'critical' ? 2 : state === 'warning' ? 1 : 0;
}
