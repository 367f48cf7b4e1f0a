import { formatInstant, type Row } from '@vigie/contracts';
import type { Incomplete } from '../processor/sources.ts';

/** What a row or a document says of whether its figures can be vouched for. */
export type Standing = Pick<Row, 'state' | 'since' | 'until'>;

export const LIVE: Standing = { state: 'live' };

/** The standing of figures of which that much is missing. */
export function standingWithin(missing: Incomplete | undefined): Standing {
  if (missing === undefined) return LIVE;
  const { sinceMs, untilMs } = missing;
  const since = sinceMs === undefined ? {} : { since: formatInstant(sinceMs) };
  return { state: 'incomplete', ...since, until: formatInstant(untilMs) };
}

export function sameStanding(a: Standing | undefined, b: Standing): boolean {
  return a === b || (a?.state === b.state && a.since === b.since && a.until === b.until);
}

/** `incomplete` as soon as one row is, from the beginning of the first gap to the end of the last. */
export function standingOfRows(rows: readonly Row[]): Standing {
  const gaps = rows.filter(({ state }) => state === 'incomplete');
  if (gaps.length === 0) return LIVE;
  const [since] = gaps.map((row) => row.since ?? '').sort();
  const until = gaps
    .map((row) => row.until ?? '')
    .sort()
    .at(-1);
  return {
    state: 'incomplete',
    ...(since === undefined || since === '' ? {} : { since }),
    ...(until === undefined || until === '' ? {} : { until }),
  };
}
