import type { KpiValue, Row, Status } from '@vigie/contracts';

const SEVERITY: Readonly<Record<Status, number>> = { none: 0, ok: 1, warn: 2, alert: 3 };

/** The status of a figure; whatever is not one of the four words is none. */
export function statusOf(kpi: KpiValue | undefined): Status {
  const status = kpi?.status;
  return status !== undefined && Object.prototype.hasOwnProperty.call(SEVERITY, status) ? status : 'none';
}

/** The gravest status among these figures of a row. */
export function worstStatus(row: Row, kpis: readonly string[]): Status {
  let worst: Status = 'none';
  for (const id of kpis) {
    const status = statusOf(row.kpis[id]);
    if (SEVERITY[status] > SEVERITY[worst]) worst = status;
  }
  return worst;
}

/** Order of rows: those that need an act first, then those to watch; all others are equal. */
export function alarmRank(status: Status): number {
  return status === 'alert' ? 0 : status === 'warn' ? 1 : 2;
}
