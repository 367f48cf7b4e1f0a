import {
  compareText,
  parseInstant,
  SKEW_TOLERANCE_MS,
  type EventOf,
  type ParsedEvent,
} from '@vigie/contracts';
import type { ListedStay, Listing, Restart, WaitingList } from '@vigie/metrics';

/** How long a watched source may be silent before its centre is stale, ms (`design.md` §3). */
export const SOURCE_SILENCE_MS = 10_000;
/** An ingest whose clock is further ahead than this is taken at the owner's word for what time it is, ms. */
export const AHEAD_MS = 5000;
/** Restarts and gaps remembered for a source and a centre; the oldest go first. */
const MAX_RESTARTS = 1000;
const MAX_GAPS = 1000;
/** Snapshots remembered for a source, and stays listed in them all; the oldest snapshots go first. */
const MAX_SNAPSHOTS = 200;
const MAX_LISTED = 20_000;
/** Sources of a centre that are known by name; further ones are neither watched nor are their restarts known. */
const MAX_SOURCES = 1000;

export interface Gap {
  readonly source: string;
  /** 0: nobody knows since when. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Until then what the gap swallowed may be missed: ends of what had begun. Absent: as long as the gap lasts. */
  readonly feltUntilMs?: number;
}

/** A stretch of which something is missing. */
export interface Incomplete {
  /** Absent: nobody knows since when. */
  readonly sinceMs?: number;
  readonly untilMs: number;
}

export interface StoredSources {
  readonly restarts: readonly (readonly [string, readonly Restart[]])[];
  readonly gaps: readonly Gap[];
  readonly upTo: readonly (readonly [string, number])[];
  readonly ingestAt: number | null;
  /** Absent: none was told, or an earlier version wrote it. */
  readonly waitingLists?: readonly (readonly [string, readonly StoredWaitingList[]])[];
}

interface StoredWaitingList extends Restart {
  readonly queues: readonly (readonly [string, readonly ListedStay[]])[];
}

/** What is known of a centre's sources: restarts, gaps, and up to when each vouches for its stream. */
export class Sources {
  readonly restarts = new Map<string, Restart[]>();
  /** By source: who waited when it was asked. */
  readonly waitingLists = new Map<string, WaitingList[]>();
  /** By id: where and when each stay that they list began. */
  readonly listings = new Map<string, Listing>();
  readonly gaps: Gap[] = [];
  /** Those of the event log, which are everybody's. */
  logGaps: readonly Gap[] = [];
  /** By source that ever vouched: the greatest `upTo`. */
  readonly #upTo = new Map<string, number>();
  /** Ingest time of the last heartbeat of ingest itself. */
  #ingestAt: number | undefined;
  /** Words of sources beyond {@link MAX_SOURCES}. */
  overflowed = 0;
  /** The owner's own clock, ms; nobody has one where a log is only read. */
  clockMs = Number.POSITIVE_INFINITY;
  /** How far ingest's clock was ahead of it at its last heartbeat, ms. */
  aheadMs = 0;

  restarted(source: string, restart: Restart): void {
    if (!this.#admits(this.restarts, source)) return;
    const restarts = this.restarts.get(source) ?? [];
    restarts.push(restart);
    restarts.sort(byInstant);
    if (restarts.length > MAX_RESTARTS) restarts.shift();
    this.restarts.set(source, restarts);
  }

  /**
   * A source told who waits in queues of its own. `change` applies it, and judges anew what is dated since: since the
   * earliest entry it tells of, and since those of a snapshot that is forgotten for it, too.
   */
  listed(source: string, list: WaitingList, change: (fromMs: number, apply: () => void) => void): void {
    if (!this.#admits(this.waitingLists, source)) return;
    const lists = [...(this.waitingLists.get(source) ?? []), list].sort(byInstant);
    let fromMs = reachOf(list);
    while (lists.length > MAX_SNAPSHOTS || lists.reduce((sum, one) => sum + sizeOf(one), 0) > MAX_LISTED) {
      fromMs = Math.min(fromMs, reachOf(lists.shift()!));
      this.overflowed++;
    }
    change(fromMs, () => {
      this.waitingLists.set(source, lists);
      this.#list();
    });
  }

  #list(): void {
    this.listings.clear();
    for (const [source, lists] of this.waitingLists)
      for (const { queues } of lists)
        for (const [queue, stays] of queues)
          for (const [id, at] of stays) this.#listStay(id, { at, source, queue });
  }

  #listStay(id: string, listing: Listing): void {
    const known = this.listings.get(id);
    if (known === undefined || byListing(listing, known) < 0) this.listings.set(id, listing);
  }

  /** A source cannot vouch for a stretch of time. */
  gapTold({ timeMs }: ParsedEvent, { source, data }: EventOf<'vigie.source.gap'>): void {
    const fromMs = parseInstant(data.from) ?? timeMs;
    this.gap({ source, fromMs, toMs: parseInstant(data.to) ?? timeMs });
  }

  gap(gap: Gap): void {
    this.gaps.push(gap);
    if (this.gaps.length > MAX_GAPS) this.gaps.shift();
  }

  /** A source vouches for everything up to `upToMs`, and is watched from then on. */
  vouched(source: string, upToMs: number): void {
    if (!this.#admits(this.#upTo, source)) return;
    this.#upTo.set(source, Math.max(this.#upTo.get(source) ?? upToMs, upToMs));
  }

  /** A source vouches for itself; ingest's own record for those it reads. */
  heartbeat({ timeMs, ingestedMs }: ParsedEvent, event: EventOf<'vigie.source.heartbeat'>): void {
    const { upTo, sources } = event.data;
    // Nobody can vouch for what is to come: one with a clock far ahead would never be missed.
    const said = ingestedMs ?? timeMs;
    // Nor can an ingest whose own clock is: its sources would be vouched for until the time it believes in.
    const saidAtMs = Math.min(said, this.clockMs + AHEAD_MS);
    const upToOf = (text: string | undefined): number =>
      Math.min(parseInstant(text ?? '') ?? timeMs, saidAtMs);
    if (sources === undefined) this.vouched(event.source, upToOf(upTo));
    else {
      this.aheadMs = Math.max(0, said - this.clockMs);
      this.ingestBeat(saidAtMs);
      for (const source of sources) this.vouched(source.source, upToOf(source.upTo));
    }
  }

  /** The watched sources, and up to when each vouches. */
  get watched(): ReadonlyMap<string, number> {
    return this.#upTo;
  }

  ingestBeat(at: number): void {
    this.#ingestAt = Math.max(this.#ingestAt ?? at, at);
  }

  /** The least `upTo` of the watched sources; without any, the time of ingest's last heartbeat. */
  get watermarkMs(): number | undefined {
    return this.#upTo.size === 0 ? this.#ingestAt : Math.min(...this.#upTo.values());
  }

  /** Since when a watched source has been silent too long, or `undefined`. */
  silentSince(nowMs: number): number | undefined {
    const oldest = this.#upTo.size === 0 ? undefined : Math.min(...this.#upTo.values());
    return oldest !== undefined && nowMs - oldest > SOURCE_SILENCE_MS ? oldest : undefined;
  }

  /** What is missing of `[fromMs, toMs]`, from the beginning of the first gap that is felt there to the end of the last. */
  incomplete(fromMs: number, toMs: number): Incomplete | undefined {
    let sinceMs = Number.POSITIVE_INFINITY;
    let untilMs = Number.NEGATIVE_INFINITY;
    for (const gaps of [this.gaps, this.logGaps]) {
      for (const gap of gaps) {
        if (gap.fromMs > toMs || (gap.feltUntilMs ?? gap.toMs) < fromMs) continue;
        sinceMs = Math.min(sinceMs, gap.fromMs);
        untilMs = Math.max(untilMs, gap.toMs);
      }
    }
    if (sinceMs === Number.POSITIVE_INFINITY) return undefined;
    return sinceMs === 0 ? { untilMs } : { sinceMs, untilMs };
  }

  #admits(known: ReadonlyMap<string, unknown>, source: string): boolean {
    if (known.has(source) || known.size < MAX_SOURCES) return true;
    this.overflowed++;
    return false;
  }

  store(): StoredSources {
    return {
      restarts: [...this.restarts],
      gaps: this.gaps,
      upTo: [...this.#upTo],
      ingestAt: this.#ingestAt ?? null,
      ...(this.waitingLists.size === 0 ? {} : { waitingLists: this.#storedLists() }),
    };
  }

  #storedLists(): NonNullable<StoredSources['waitingLists']> {
    const plain = ({ at, sequence, queues }: WaitingList): StoredWaitingList => {
      return { at, sequence, queues: [...queues] };
    };
    return [...this.waitingLists].map(([source, lists]) => [source, lists.map(plain)] as const);
  }

  restore(stored: StoredSources): void {
    for (const [source, restarts] of stored.restarts) this.restarts.set(source, [...restarts]);
    this.gaps.push(...stored.gaps);
    for (const [source, upTo] of stored.upTo) this.#upTo.set(source, upTo);
    this.#ingestAt = stored.ingestAt ?? undefined;
    for (const [source, lists] of stored.waitingLists ?? [])
      this.waitingLists.set(
        source,
        lists.map(({ queues, ...list }) => ({ ...list, queues: new Map(queues) })),
      );
    this.#list();
  }
}

function byInstant(a: Restart, b: Restart): number {
  return a.at - b.at || (a.sequence < b.sequence ? -1 : 1);
}

/** Of two words on where a stay began: the earlier one, then by source and queue. */
function byListing(a: Listing, b: Listing): number {
  return a.at - b.at || compareText(a.source, b.source) || compareText(a.queue, b.queue);
}

/** What is dated before says nothing of whom a list names, ms. */
function reachOf({ at, queues }: WaitingList): number {
  let reach = at;
  for (const stays of queues.values())
    for (const [, enteredAt] of stays) reach = Math.min(reach, enteredAt - SKEW_TOLERANCE_MS);
  return reach;
}

function sizeOf({ queues }: WaitingList): number {
  let size = queues.size;
  for (const stays of queues.values()) size += stays.length;
  return size;
}

/** Who waits by a snapshot's word; nothing, when it speaks of no queue. */
export function waitingListOf({ event, timeMs }: ParsedEvent): WaitingList | undefined {
  if (event.type !== 'vigie.source.snapshot' || event.data.queues === undefined) return undefined;
  const queues = new Map<string, ListedStay[]>();
  for (const { id, waiting } of event.data.queues) {
    const stays = waiting.map(({ segmentId, queuedAt }): ListedStay => [
      segmentId,
      parseInstant(queuedAt) ?? timeMs,
    ]);
    queues.set(id, [...(queues.get(id) ?? []), ...stays]);
  }
  return queues.size === 0 ? undefined : { at: timeMs, sequence: event.sequence ?? '', queues };
}
