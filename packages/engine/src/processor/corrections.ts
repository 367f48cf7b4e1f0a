import { formatInstant, type Correction, type CorrectionReason, type KpiValue } from '@vigie/contracts';
import {
  MEASURES,
  measuresOf,
  QUARTER_MS,
  quarterOf,
  Totals,
  type QuarterRow,
  type QuarterRows,
  type Words,
} from '@vigie/metrics';
import { sameValue } from '../fanout/rows.ts';
import { belongsToIntervals } from '../query/intervals.ts';
import { computeKpis } from '../query/measure-rows.ts';
import type { GroupTable } from './groups.ts';

/** What is dated this much before the figures that were shown last is late: their freshness limit, ms. */
export const LATE_MS = 5000;
/** Corrections that are remembered; the oldest go first. */
export const MAX_CORRECTIONS = 500;
/** Rows that may be corrected between two settlements; what is beyond is counted only. */
const MAX_DRAFTS = 1000;
/** Contacts that are named with a correction. */
const MAX_NAMED = 5;

/** What a row counted before late truth moved it. */
interface Draft {
  readonly group: number;
  readonly quarter: number;
  readonly totals: Totals;
  readonly maxWaitMs: number | undefined;
  reason: CorrectionReason;
  readonly contacts: Set<string>;
}

export interface StoredCorrections {
  readonly shownMs: number | null;
  readonly lastId: number;
}

/**
 * Late truth that changed a figure which was shown: the quarter hours it belongs to, their figures before and after,
 * and why. What comes within a second, or up to the next checkpoint if that is sooner, is one correction of each row.
 */
export class Corrections {
  readonly #rows: QuarterRows;
  readonly #groups: () => GroupTable;
  readonly #words: Words;
  readonly #drafts = new Map<string, Draft>();
  #list: Correction[] = [];
  #fresh: Correction[] = [];
  #lastId = 0;
  #shownMs = Number.NEGATIVE_INFINITY;
  /** By reason, since the process began. */
  readonly counts: Record<CorrectionReason, number> = {
    late: 0,
    corrected: 0,
    restarted: 0,
    configuration: 0,
  };
  /** Corrected rows that were not told: there were too many at once. */
  untold = 0;

  constructor(rows: QuarterRows, groups: () => GroupTable, words: Words) {
    this.#rows = rows;
    this.#groups = groups;
    this.#words = words;
  }

  /** Contributions dated before it move figures that were shown. */
  get lateBeforeMs(): number {
    return this.#shownMs - LATE_MS;
  }

  /** Figures of that instant were shown to somebody. */
  shown(asOfMs: number): void {
    if (asOfMs > this.#shownMs) this.#shownMs = asOfMs;
  }

  /** A contribution dated before {@link lateBeforeMs} is about to be counted, or taken back. */
  note(
    group: number,
    at: number,
    code: number,
    sign: number,
    cause: { readonly reason: CorrectionReason | undefined; readonly entity: string | undefined },
  ): void {
    if (!MEASURES.effects[code]!.isCounted) return;
    const quarter = quarterOf(at);
    if (!this.#rows.admits(quarter, code)) return;
    const key = `${group} ${quarter}`;
    let draft = this.#drafts.get(key);
    if (draft === undefined) {
      if (this.#drafts.size >= MAX_DRAFTS) {
        this.untold++;
        return;
      }
      draft = draftOf(group, quarter, this.#rows.peek(quarter, group));
      this.#drafts.set(key, draft);
    }
    if (cause.reason !== undefined) draft.reason = cause.reason;
    else if (sign < 0 && draft.reason === 'late') draft.reason = 'corrected';
    const { entity } = cause;
    if (entity?.startsWith('contact|') === true && draft.contacts.size < MAX_NAMED)
      draft.contacts.add(entity.slice('contact|'.length));
  }

  /** Tells what has come of late truth since the last call. */
  settle(nowMs: number): void {
    if (this.#drafts.size === 0) return;
    for (const draft of this.#drafts.values()) this.#tell(draft, nowMs);
    this.#drafts.clear();
  }

  /** A final row that was rebuilt: what it counted when it was told before. */
  rebuilt(group: number, quarter: number, told: Pick<Draft, 'totals' | 'maxWaitMs'>, nowMs: number): void {
    this.#tell({ group, quarter, ...told, reason: 'late', contacts: new Set() }, nowMs);
  }

  #tell(draft: Draft, nowMs: number): void {
    const correction = this.#correctionOf(draft, nowMs);
    if (correction === undefined) return;
    this.counts[draft.reason]++;
    this.#add(correction);
    this.#fresh.push(correction);
    // What cannot be committed for long is no reason to keep more than is told.
    if (this.#fresh.length > MAX_CORRECTIONS) this.#fresh.shift();
  }

  /** The latest, newest last. */
  get list(): readonly Correction[] {
    return this.#list;
  }

  /** Those that came since the last call. */
  takeFresh(): readonly Correction[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }

  store(): StoredCorrections {
    return { shownMs: Number.isFinite(this.#shownMs) ? this.#shownMs : null, lastId: this.#lastId };
  }

  restore({ shownMs, lastId }: StoredCorrections): void {
    this.#shownMs = shownMs ?? Number.NEGATIVE_INFINITY;
    this.#lastId = lastId;
  }

  /** Puts back what a checkpoint had; some of it may be there already. */
  restoreList(corrections: readonly Correction[]): void {
    const known = new Set(this.#list.map(({ id }) => id));
    for (const correction of corrections) if (!known.has(correction.id)) this.#add(correction);
    this.#list.sort((a, b) => a.id - b.id);
  }

  #add(correction: Correction): void {
    this.#list.push(correction);
    if (this.#list.length > MAX_CORRECTIONS) this.#list.shift();
  }

  #correctionOf(draft: Draft, nowMs: number): Correction | undefined {
    const { group, quarter, reason, contacts } = draft;
    const { queue, channel, scope } = this.#groups().nameOf(group);
    // Agents' time is cut anew with every word about them.
    if (scope !== undefined) return undefined;
    const before = this.#figures(draft, queue, channel);
    const row = this.#rows.peek(quarter, group);
    const now = row === undefined ? draft : { totals: row.totals, maxWaitMs: row.max };
    const after = this.#figures(now, queue, channel);
    const kpis: Record<string, Correction['kpis'][string]> = {};
    for (const [id, to] of Object.entries(after)) {
      const from = before[id];
      if (from !== undefined && !sameValue(from, to)) kpis[id] = { from: plain(from), to: plain(to) };
    }
    if (Object.keys(kpis).length === 0) return undefined;
    return {
      id: ++this.#lastId,
      at: formatInstant(nowMs),
      ...{ queue, channel, start: formatInstant(quarter), end: formatInstant(quarter + QUARTER_MS) },
      reason,
      contacts: [...contacts],
      kpis,
    };
  }

  #figures(
    { totals, maxWaitMs }: Pick<Draft, 'totals' | 'maxWaitMs'>,
    queue: string,
    channel: string,
  ): Readonly<Record<string, KpiValue>> {
    const measures = measuresOf({ totals, maxWaitMs, words: this.#words });
    return computeKpis({ queue, channel }, measures, undefined, belongsToIntervals);
  }
}

function draftOf(group: number, quarter: number, row: QuarterRow | undefined): Draft {
  const totals = new Totals(MEASURES);
  if (row !== undefined) totals.add(row.totals);
  return { group, quarter, totals, maxWaitMs: row?.max, reason: 'late', contacts: new Set() };
}

function plain({ value, n }: KpiValue): { readonly value: number | null; readonly n?: number } {
  return n === undefined ? { value } : { value, n };
}
