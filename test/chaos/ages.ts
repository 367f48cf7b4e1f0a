import type { Row } from '@vigie/contracts';
import type { OracleRow } from '@vigie/testkit/oracle';

/** Under a business clock an age has no beginning from which it counts on: it is told anew every second. */
const TOLD_EVERY_SECOND = ['oldest_unanswered_age_now', 'longest_wait_now'];
/** A second, and the time until the next frame. */
const BEHIND_SECONDS = 1.2;
const keyOf = ({ queue, channel, window }: { queue: string; channel: string; window: string }): string =>
  `${queue} ${channel} ${window}`;

/** Rows as a screen shows them, in which an age of business hours that is less than a second behind counts as told. */
export function agesToldLately(rows: readonly Row[], expected: readonly OracleRow[]): readonly Row[] {
  const counted = new Map(expected.map((row) => [keyOf(row), row]));
  return rows.map((row) => {
    let kpis = row.kpis;
    for (const id of TOLD_EVERY_SECOND) {
      const [shown, right] = [kpis[id], counted.get(keyOf(row))?.kpis[id]?.value];
      if (shown?.since !== undefined || typeof shown?.value !== 'number' || typeof right !== 'number')
        continue;
      const behind = right - shown.value;
      if (behind > 0 && behind < BEHIND_SECONDS) kpis = { ...kpis, [id]: { ...shown, value: right } };
    }
    return kpis === row.kpis ? row : { ...row, kpis };
  });
}
