/**
 * Can a figure be vouched for? `incomplete`: something is missing in its window, from `since` (absent: nobody knows) to
 * `until`; `stale`: nothing came for too long.
 */
export type FigureState = 'live' | 'stale' | 'recovering' | 'incomplete';

/** Why a value is `null`, or a document is not `live`. */
export type NullReason = 'no_data' | 'closed' | 'recovering' | 'no_feed' | 'not_reported';

export type Status = 'ok' | 'warn' | 'alert' | 'none';

/** One figure of a row. Ratios are 0 to 1, durations seconds; see the catalogue for each unit. */
export interface KpiValue {
  readonly value: number | null;
  /** Sample size: the denominator of a ratio or mean, of a count its value. Absent on ages of now. */
  readonly n?: number;
  readonly reason?: NullReason;
  /** A breakdown that adds up to `value`. */
  readonly by?: Readonly<Record<string, number>>;
  /** Parts that a source does not report, so that the value lacks them. */
  readonly partial?: readonly string[];
  /** For an age of now: the instant it counts from (RFC 3339); viewers tick by themselves. */
  readonly since?: string;
  readonly status?: Status;
  readonly target?: number;
}

/** The figures of one queue, channel and window. `_all` stands for the merged total of either. */
export interface Row {
  readonly queue: string;
  readonly channel: string;
  readonly window: string;
  readonly state: FigureState;
  readonly since?: string;
  readonly until?: string;
  readonly kpis: Readonly<Record<string, KpiValue>>;
}

/** Name of a row: what a delta replaces or removes. */
export interface RowKey {
  readonly queue: string;
  readonly channel: string;
  readonly window: string;
}

export const ALL = '_all';
/** Queues beyond `limits.queues` are counted in `_all` and under this name. */
export const OTHER_QUEUE = '_other';

/** Body of `GET /v1/snapshot`. `asOf` and `watermark` are RFC 3339 instants. */
export interface SnapshotDocument {
  readonly centre: string;
  readonly asOf: string;
  /** Everything up to this instant has been consumed, as far as the sources vouch; `null` before the first word. */
  readonly watermark: string | null;
  readonly state: FigureState;
  readonly since?: string;
  readonly until?: string;
  readonly reason?: NullReason;
  readonly configVersion: string;
  readonly rows: readonly Row[];
}
