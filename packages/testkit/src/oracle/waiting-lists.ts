import type { Fact } from './facts.ts';
import { instantMs } from './time.ts';

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
