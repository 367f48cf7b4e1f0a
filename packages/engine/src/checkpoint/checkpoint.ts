import type { CheckpointCommit, StoredCheckpoint } from '../ports/checkpoint-store.ts';
import type { StoredAlarm } from '../processor/alarm-board.ts';
import type { StoredVersion } from '../processor/config-history.ts';
import { pageOf, PAGES } from '../processor/entities.ts';
import type { StoredCorrections } from '../processor/corrections.ts';
import type { StoredFinality } from '../processor/final-rows.ts';
import type { StoredLogTrace } from '../processor/log-trace.ts';
import type { LiveCentre } from '../processor/live-centre.ts';
import type { PartitionAccounts, PartitionProcessor } from '../processor/partition.ts';
import type { StoredSources } from '../processor/sources.ts';
import { archivedRows } from './archive.ts';
import { assertWhole } from './completeness.ts';
import { CheckpointFormatError, seal, unseal } from './envelope.ts';
import {
  CORRECTIONS_KEY,
  groupKey,
  restoreDelta,
  restorePage,
  storeCounters,
  storeRow,
  storeStatuses,
  type StoredSlice,
} from './slice.ts';
import {
  areWhole,
  entriesOf,
  judgedBy,
  refillWindows,
  restoreWindows,
  storeLevels,
  takeEntryChanges,
  type StoredWindows,
} from './windows.ts';

interface StoredCentre {
  readonly name: string;
  readonly versions: readonly StoredVersion[];
  readonly sources: StoredSources;
  readonly corrections: readonly (readonly [string, number])[];
  readonly factsDropped: number;
  readonly conflictsSeen: number;
  /** Absent: none, or an earlier version wrote it. */
  readonly waitsDisputed?: number;
  readonly staysInferred?: number;
  readonly finality: StoredFinality;
  readonly corrected: StoredCorrections;
  readonly alarms?: readonly StoredAlarm[];
}

interface Head {
  readonly seq: number;
  /** Decimal: offsets may exceed what a double holds. */
  readonly nextOffset: string;
  /** The instant the rows are complete up to, ms; ticks resume here. */
  readonly asOf: number;
  readonly accounts: PartitionAccounts;
  readonly system: readonly (readonly [string, number])[];
  readonly centres: readonly StoredCentre[];
  readonly log?: StoredLogTrace;
  readonly windows?: StoredWindows;
  /** Of an explicit rebuild under way: the offset up to which rows are not final. */
  readonly heldUntil?: string;
}

interface Blob {
  readonly seq: number;
  readonly slices: readonly StoredSlice[];
}

/**
 * The next commit of a partition: one delta with everything that changed since the last, the head with the offset, and
 * one page rewritten in turn, so that recovery never needs more than all pages and one round of deltas.
 */
export function makeCommit(processor: PartitionProcessor, seq: number): CheckpointCommit {
  for (const centre of processor.centres.values()) {
    centre.settle();
    // what is stored as counted is told as corrected, too: whoever restores it would not know that it was late
    centre.corrections.settle(processor.now);
  }
  // First, so that what leaves is neither in the delta nor in the page.
  const { keepIntervalsMs = KEEP_INTERVALS_MS } = processor.options;
  const archive = [...processor.centres.values()].flatMap((centre) => [
    ...archivedRows(centre, seq, keepIntervalsMs),
    ...centre.finality.takeDays(),
  ]);
  const pageIndex = seq % PAGES;
  const readUpToMs = processor.log.ingestedMs ?? Number.NEGATIVE_INFINITY;
  const changes = [...processor.centres.values()].map((centre) => changesOf(centre, readUpToMs));
  if (changes.some(({ isLost }) => isLost)) processor.windowsSince = seq - 1;
  const delta: Blob = { seq, slices: changes.map(({ slice }) => slice) };
  const page: Blob = {
    seq,
    slices: [...processor.centres.values()].map((centre) => pageSlice(centre, pageIndex)),
  };
  return {
    seq,
    head: seal(headOf(processor, seq)),
    delta: seal(delta),
    page: { index: pageIndex, bytes: seal(page) },
    dropDeltasBelow: seq - PAGES + 1,
    archive,
  };
}

const KEEP_INTERVALS_MS = 35 * 86_400_000;
/** Who has had nothing for so long is packed by the commit that tells of it: seldom is anything told of it again. */
const REST_AFTER_MS = 30_000;

function headOf(processor: PartitionProcessor, seq: number): Head {
  return {
    seq,
    nextOffset: processor.nextOffset.toString(),
    asOf: processor.now,
    accounts: { ...processor.accounts },
    system: [...processor.systemRecords],
    log: processor.log.store(),
    windows: windowsOf(processor),
    ...(processor.heldUntil === undefined ? {} : { heldUntil: processor.heldUntil.toString() }),
    centres: [...processor.centres.values()].map((centre) => ({
      name: centre.name,
      versions: centre.facts.storedVersions(),
      sources: centre.facts.sources.store(),
      corrections: [...centre.counters.corrections],
      factsDropped: centre.facts.counts.factsDropped,
      conflictsSeen: centre.facts.counts.conflictsSeen,
      waitsDisputed: centre.facts.counts.waitsDisputed,
      staysInferred: centre.facts.counts.staysInferred,
      finality: centre.finality.store(),
      corrected: centre.corrections.store(),
      alarms: centre.alarms.store(),
    })),
  };
}

function windowsOf(processor: PartitionProcessor): StoredWindows {
  const { options, windowDepthMs, windowsSince } = processor;
  return { by: judgedBy(options), depthSeconds: windowDepthMs / 1000, since: windowsSince };
}

function changesOf(
  centre: LiveCentre,
  readUpToMs: number,
): { readonly slice: StoredSlice; readonly isLost: boolean } {
  // of a log that is read from its beginning the clock is ahead
  const restByMs = Math.min(centre.now, readUpToMs) - REST_AFTER_MS;
  const { changed, removed } = centre.facts.entities.takeChanges(restByMs);
  const { rows } = centre.timeline;
  const { entries, isLost } = takeEntryChanges(centre);
  const slice: StoredSlice = {
    centre: centre.name,
    entities: changed,
    removed,
    rows: rows.takeDirty().map(({ quarter, group, row }) => storeRow(centre, quarter, group, row)),
    counters: centre.counters
      .takeDirty()
      .map((group) => storeCounters(centre, group, centre.counters.of(group))),
    corrections: centre.corrections.takeFresh(),
    statuses: centre.statuses.takeChanges().map((key) => storeStatuses(centre, key)),
    entries,
    levels: centre.toldLevels.takeChanges(centre),
  };
  return { slice, isLost };
}

function pageSlice(centre: LiveCentre, page: number): StoredSlice {
  const isOnPage = ({ queue, channel }: { queue: string; channel: string }): boolean =>
    pageOf(groupKey(queue, channel)) === page;
  const groups = new Set<number>();
  for (let group = 0; group < centre.facts.groups.size; group++) {
    if (isOnPage(centre.facts.groups.storedNameOf(group))) groups.add(group);
  }
  const rows: StoredSlice['rows'][number][] = [];
  centre.timeline.rows.forEachOf(groups, (quarter, group, row) =>
    rows.push(storeRow(centre, quarter, group, row)),
  );
  return {
    centre: centre.name,
    entities: centre.facts.entities.writePage(page),
    removed: [],
    rows,
    counters: [...groups]
      .filter((group) => centre.counters.has(group))
      .map((group) => storeCounters(centre, group, centre.counters.of(group))),
    corrections: pageOf(CORRECTIONS_KEY) === page ? centre.corrections.list : [],
    statuses: centre.statuses.keys
      .filter((key) => isOnPage(centre.statuses.nameOf(key)))
      .map((key) => storeStatuses(centre, key)),
    entries: entriesOf(centre, page),
    levels: Array.from(groups, (group) => storeLevels(centre, group)),
  };
}

/**
 * Restores a partition: the pages, the deltas newer than the page of what they change, then the windows from the
 * records that reach into them. Answers the sequence number of the last commit. Throws {@link CheckpointFormatError}
 * when any of it cannot be read or is missing; the processor is then half filled and must be thrown away.
 */
export function restoreCheckpoint(processor: PartitionProcessor, stored: StoredCheckpoint): number {
  try {
    return restore(processor, stored);
  } catch (error) {
    if (error instanceof CheckpointFormatError) throw error;
    // A checksum that matches says that the bytes are those that were written, not that they make sense to us.
    throw new CheckpointFormatError(`the checkpoint makes no sense: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/**
 * What the head of a checkpoint says of its log; `undefined`: nothing yet. Throws {@link CheckpointFormatError} as
 * {@link restoreCheckpoint} does.
 */
export function logOfHead(head: Uint8Array): StoredLogTrace | undefined {
  return (unseal(head) as Head).log;
}

/** How far a checkpoint has read its log. Throws as {@link logOfHead} does. */
export function positionOfHead(head: Uint8Array): {
  readonly nextOffset: bigint;
  readonly accounts: PartitionAccounts;
} {
  const { nextOffset, accounts } = unseal(head) as Head;
  return { nextOffset: BigInt(nextOffset), accounts };
}

function restore(processor: PartitionProcessor, stored: StoredCheckpoint): number {
  const head = unseal(stored.head) as Head;
  processor.restoreHead(BigInt(head.nextOffset), head.asOf, head.accounts, head.system, head.log);
  if (head.heldUntil !== undefined) processor.holdFinal(BigInt(head.heldUntil));
  for (const centre of head.centres) {
    const live = processor.centre(centre.name);
    live.facts.restoreVersions(centre.versions);
    live.facts.sources.restore(centre.sources);
    live.facts.counts.factsDropped = centre.factsDropped;
    live.facts.counts.conflictsSeen = centre.conflictsSeen;
    live.facts.counts.waitsDisputed = centre.waitsDisputed ?? 0;
    live.facts.counts.staysInferred = centre.staysInferred ?? 0;
    live.finality.restore(centre.finality);
    live.corrections.restore(centre.corrected);
    live.alarms.restore(centre.alarms ?? []);
    for (const [name, count] of centre.corrections) live.counters.corrections.set(name, count);
  }
  const own = windowsOf(processor);
  const hasWindows = areWhole(head.windows, head.seq, own);
  processor.windowsSince = hasWindows ? head.windows!.since : head.seq;
  const pageSeq = new Map<number, number>();
  for (const [index, bytes] of stored.pages) {
    const page = unseal(bytes) as Blob;
    pageSeq.set(index, page.seq);
    for (const slice of page.slices) {
      const centre = processor.centre(slice.centre);
      restorePage(centre, index, slice, page.seq);
      if (hasWindows) restoreWindows(centre, slice, NOTHING_NEWER);
    }
  }
  assertWhole(
    head.seq,
    pageSeq,
    stored.deltas.map(({ seq }) => seq),
  );
  for (const { seq, bytes } of stored.deltas) {
    if (seq > head.seq) continue;
    const delta = unseal(bytes) as Blob;
    const ofPage = (page: number): boolean => seq <= (pageSeq.get(page) ?? -1);
    const isOlder = (key: string): boolean => ofPage(pageOf(key));
    const ofGroup = (queue: string, channel: string): boolean => isOlder(groupKey(queue, channel));
    for (const slice of delta.slices) {
      const centre = processor.centre(slice.centre);
      restoreDelta(centre, slice, seq, isOlder);
      if (hasWindows) restoreWindows(centre, slice, { ofPage, ofGroup });
    }
  }
  for (const centre of processor.centres.values()) {
    centre.facts.entities.takeChanges();
    if (hasWindows) refillWindows(centre);
    else fillWindows(centre, processor.windowDepthMs);
    centre.finishRestore();
  }
  return head.seq;
}

const NOTHING_NEWER = { ofPage: () => false, ofGroup: () => false };

/** Fine buckets, windows and levels are caches: rebuilt from the records that reach into them. */
function fillWindows(centre: LiveCentre, depthMs: number): void {
  const from = centre.timeline.now - depthMs - 1000;
  for (const entity of centre.facts.entities.since(from)) centre.restoreContributions(entity);
  centre.timeline.refill.changes.clear();
}
