import type { SnapshotDocument } from '@vigie/contracts';
import type { AgentRow, IntervalRow, RollUp } from '@vigie/engine';

/** What became of the events of a recording: `read = applied + duplicate + late + future + rejected`. */
export interface Accounts {
  /** Lines of a vendor's format; absent where a line is an event. */
  readonly lines?: number;
  readonly read: number;
  readonly applied: number;
  readonly duplicate: number;
  readonly late: number;
  readonly future: number;
  readonly rejected: number;
  /** Outcomes set aside, and different outcomes told for one stay: both are of the applied. */
  readonly held: number;
  readonly conflicts: number;
}

export type ReportSnapshot = SnapshotDocument & { readonly agents: readonly AgentRow[] };

/** Everything `vigie report` says. Interval rows come in pieces, for there may be many. */
export interface Report {
  readonly events: Accounts;
  readonly snapshots: readonly ReportSnapshot[];
  readonly intervals:
    { readonly by: RollUp | undefined; readonly rows: Iterable<readonly IntervalRow[]> } | undefined;
}
