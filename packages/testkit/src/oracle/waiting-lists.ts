import type { Fact } from './facts.ts';
import { instantMs, SKEW_MS } from './time.ts';

/** A snapshot that says who waits. */
export interface ToldWaiting {
  readonly fact: Fact;
  readonly queues: readonly ListedQueue[];
}

interface ListedQueue {
  readonly id: string;
  readonly waiting: readonly { readonly segmentId: string; readonly queuedAt: string }[];
}

/** The snapshots among the facts that speak of queues. */
export function toldWaiting(fact: Fact): ToldWaiting | undefined {
  const queues = fact.data.queues as unknown as readonly ListedQueue[] | undefined;
  return fact.type === 'source.snapshot' && queues !== undefined ? { fact, queues } : undefined;
}

/** When a stay was missed first: its source told who waits in its queue, later than its entry, and did not name it. */
export function unlistedAt(
  snapshots: readonly ToldWaiting[],
  entry: Fact,
  queue: string | undefined,
): number | undefined {
  const missing = snapshots.filter(({ fact, queues }) => {
    const { timeMs, sequence, source } = fact;
    const after =
      timeMs > entry.timeMs ||
      (timeMs === entry.timeMs && entry.sequence !== '' && sequence > entry.sequence);
    const own = queues.filter(({ id }) => id === queue);
    return source === entry.source && after && own.length > 0 && !own.some((list) => lists(list, entry));
  });
  return missing.length === 0 ? undefined : Math.min(...missing.map(({ fact }) => fact.timeMs));
}

/** A stay without a name is known by its entry, to the second. */
function lists({ waiting }: ListedQueue, entry: Fact): boolean {
  return waiting.some(({ segmentId, queuedAt }) =>
    entry.segmentId === undefined
      ? Math.abs(instantMs(queuedAt) - entry.timeMs) <= 1000
      : segmentId === entry.segmentId,
  );
}

export function earliest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}

/** A stay that some snapshot lists: the earliest word on where and when it began. */
export interface ListedEntry {
  readonly segmentId: string;
  readonly enteredMs: number;
  readonly source: string;
  readonly queue: string;
}

/** Every stay that snapshots list, by id. */
export function listedEntries(snapshots: readonly ToldWaiting[]): ReadonlyMap<string, ListedEntry> {
  const all = snapshots.flatMap(({ fact: { source }, queues }) =>
    queues.flatMap(({ id, waiting }) =>
      waiting.map(({ segmentId, queuedAt }) => ({
        segmentId,
        enteredMs: instantMs(queuedAt),
        source,
        queue: id,
      })),
    ),
  );
  const rank = ({ enteredMs, source, queue }: ListedEntry) =>
    [enteredMs.toString().padStart(16, '0'), source, queue].join('\u0000');
  const first = new Map<string, ListedEntry>();
  for (const entry of all.sort((a, b) => (rank(a) < rank(b) ? 1 : -1))) first.set(entry.segmentId, entry);
  return first;
}

/** The stays that a journey names and snapshots list, unless all that is told of it was over before they began. */
export function listedIn(
  elements: readonly Fact[],
  listed: ReadonlyMap<string, ListedEntry>,
): readonly ListedEntry[] {
  const lastMs = Math.max(...elements.map(({ timeMs }) => timeMs));
  return [...listed.values()].filter(
    ({ segmentId, enteredMs }) =>
      lastMs >= enteredMs - SKEW_MS && elements.some((fact) => fact.segmentId === segmentId),
  );
}

/** The facts of a journey, and the entries that only a snapshot tells of. */
export function withListedEntries(
  elements: readonly Fact[],
  listed: ReadonlyMap<string, ListedEntry>,
): readonly Fact[] {
  const entries = listedIn(elements, listed).flatMap((entry) => {
    const naming = elements.filter((fact) => fact.segmentId === entry.segmentId);
    return [...new Set(naming.map(({ contactId }) => contactId))]
      .filter((id) => !naming.some((fact) => fact.contactId === id && fact.type === 'contact.queued'))
      .map((id) => entryFact(entry, id));
  });
  return [...elements, ...entries];
}

/** Stays that a snapshot lists and no journey tells of: a contact each. */
export function onlyListed(
  snapshots: readonly ToldWaiting[],
  journeys: ReadonlyMap<string, readonly Fact[]>,
  unnamed: readonly {
    readonly source: string;
    readonly queue: string | undefined;
    readonly enteredMs: number;
  }[],
): ReadonlyMap<string, readonly Fact[]> {
  const listed = listedEntries(snapshots);
  const told = new Set([...journeys.values()].flatMap((elements) => listedIn(elements, listed).map(idOf)));
  for (const { source, queue, enteredMs } of unnamed)
    for (const { fact, queues } of snapshots.filter((snapshot) => snapshot.fact.source === source))
      for (const { waiting } of queues.filter(({ id }) => fact.source === source && id === queue))
        for (const { segmentId, queuedAt } of waiting)
          if (Math.abs(instantMs(queuedAt) - enteredMs) <= 1000) told.add(segmentId);
  const alone = [...listed.values()].filter(({ segmentId }) => !told.has(segmentId));
  return new Map(
    alone.map((entry) => {
      const contactId = `snapshot:${entry.segmentId}`;
      return [contactId, [entryFact(entry, contactId)]];
    }),
  );
}

const idOf = ({ segmentId }: ListedEntry): string => segmentId;

function entryFact({ segmentId, enteredMs, source, queue }: ListedEntry, contactId: string): Fact {
  return {
    type: 'contact.queued',
    key: `queued|${segmentId}`,
    timeMs: enteredMs,
    sequence: '',
    rank: 1,
    source,
    id: '',
    authority: 0,
    revision: 1,
    contactId,
    segmentId,
    data: { contact: { id: contactId, segmentId }, queue: { id: queue } },
    inferredEntry: true,
  };
}
