import type { Row, Status } from '@vigie/contracts';

import type { Formats } from './format.ts';
import { type Rung, rungOf } from './ladder.ts';
import type { Names } from './names.ts';
import type { Language, Text } from './text.ts';

/** What every part of the page needs to put its figures into words. Instants are the server's. */
export interface Context {
  readonly atMs: number;
  readonly text: Text;
  readonly formats: Formats;
  readonly names: Names;
  readonly language: Language;
  readonly window: string;
  /** End-to-end age of the page; `null` before the first figure. */
  readonly ageMs: number | null;
  /** The way to the server is broken: nothing is fresh. */
  readonly lost: boolean;
  readonly asOfMs: number | null;
}

export interface RowAge {
  readonly rung: Rung;
  readonly ageMs: number;
  readonly asOfMs: number;
}

/** Rung and age of one row: it may be older than its page, never younger. */
export function ageOfRow(row: Row | null, { atMs, ageMs, lost, asOfMs }: Context): RowAge {
  const doubted = row !== null && (row.state === 'stale' || row.state === 'recovering');
  const sinceMs = doubted && row.since !== undefined ? Date.parse(row.since) : null;
  const rowAgeMs = sinceMs === null ? 0 : atMs - sinceMs;
  const age = ageMs === null ? null : Math.max(ageMs, rowAgeMs);
  return {
    rung: rungOf(age, lost || doubted),
    ageMs: age ?? 0,
    asOfMs: sinceMs !== null && rowAgeMs > (ageMs ?? 0) ? sinceMs : (asOfMs ?? atMs),
  };
}

/** The word that goes with a status; none for none. */
export function wordOf(status: Status, text: Text): string {
  if (status === 'none') return '';
  return status === 'ok' ? text.statusOk : status === 'warn' ? text.statusWatch : text.statusAct;
}
