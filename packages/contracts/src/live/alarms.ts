/**
 * `none`: no value, or too small a sample. `off`: outside the hours of the alarm. The others are those of a figure with a
 * target: `ok`, `warning`, `critical`.
 */
export const ALARM_STATES = ['ok', 'warning', 'critical', 'none', 'off'] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

/** An alarm of one queue, as its owner judged it at the last whole second. */
export interface Alarm {
  /** Rule and queue, `rule:queue`. */
  readonly id: string;
  readonly rule: string;
  readonly queue: string;
  readonly channel: string;
  readonly kpi: string;
  readonly window: string;
  readonly state: AlarmState;
  /** Since when it is in that state; `null`: ever since it is judged. */
  readonly since: string | null;
  readonly value: number | null;
  readonly n: number | null;
  readonly warning: number | null;
  readonly critical: number | null;
  /** Who has seen it; it ends with the state, or when it gets worse. */
  readonly acknowledged: { readonly by: string; readonly at: string } | null;
}

/** A stretch of time in which an alarm would have been up. */
export interface Episode {
  readonly state: 'warning' | 'critical';
  readonly from: string;
  /** `null`: it is up still. */
  readonly to: string | null;
  /** The worst value in it. */
  readonly worst: number | null;
}
