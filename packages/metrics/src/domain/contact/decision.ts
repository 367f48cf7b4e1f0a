import type { Callback, CallbackEnd } from './callbacks.ts';
import type { Decision, Handling, MissedReason, Segment } from './view.ts';

/** A flow-out that nothing follows decides the contact after this long. */
export const NOTHING_FOLLOWED_MS = 60_000;

/** What the decision of a contact rests on. Instants in ms. */
export interface DecisionFacts {
  readonly segments: readonly Segment[];
  readonly handlings: readonly Handling[];
  /** Ends of the contact (transfers apart), rising. */
  readonly ends: readonly number[];
  readonly rejectedAt: number | undefined;
  /** Had that stay been lost to its age before that instant? */
  readonly isLostBefore: (segment: Segment, at: number) => boolean;
  readonly callbacks: readonly Callback[];
}

/**
 * When and how the contact as a whole was decided (`kpis.md` §4): answered at its first human answer; never queued, at
 * the rejection; otherwise unanswered at its end, failing that at its last segment's abandonment, or a minute after its
 * last flow-out if nothing followed. `undefined`: not decided (yet), or lost.
 */
export function decide(facts: DecisionFacts): Decision | undefined {
  const answeredAt = firstAnswer(facts);
  if (answeredAt !== undefined) return { kind: 'answered', at: answeredAt };
  let last: Segment | undefined;
  let isOpen = false;
  for (const segment of facts.segments) {
    if (segment.enteredAt === undefined || segment.kind === 'consult') continue;
    if (segment.outcome === undefined) isOpen = true;
    if (last === undefined || segment.enteredAt >= last.enteredAt!) last = segment;
  }
  let closing: CallbackEnd | undefined;
  for (const { done } of facts.callbacks) {
    if (done === undefined) return undefined;
    if (closing === undefined || done.at >= closing.at) closing = done;
  }
  if (closing !== undefined && (last === undefined || last.enteredAt! <= closing.at)) {
    return {
      kind: 'missed',
      at: closing.at,
      reason: closing.how === 'failed' ? 'failed_callback' : 'callback',
    };
  }
  if (last === undefined) {
    return facts.rejectedAt === undefined
      ? undefined
      : { kind: 'missed', at: facts.rejectedAt, reason: 'rejected' };
  }
  if (isOpen) return undefined;
  const { outcome } = last;
  if (outcome === undefined || outcome.kind === 'lost') return undefined;
  if (!outcome.asserted && facts.isLostBefore(last, outcome.at)) return undefined;
  const reason: MissedReason = outcome.kind === 'abandoned' ? 'abandoned' : reasonOf(outcome.cause);
  const endedAt = facts.ends.find((at) => at >= last.enteredAt!);
  if (endedAt !== undefined) return { kind: 'missed', at: endedAt, reason };
  return {
    kind: 'missed',
    at: outcome.kind === 'abandoned' ? outcome.at : outcome.at + NOTHING_FOLLOWED_MS,
    reason,
  };
}

function reasonOf(cause: string | undefined): MissedReason {
  return cause === undefined || cause === 'lost' ? 'system' : (cause as MissedReason);
}

function firstAnswer({ segments, handlings }: DecisionFacts): number | undefined {
  let first: number | undefined;
  for (const { outcome, kind } of segments) {
    if (outcome?.kind !== 'answered' || kind === 'consult') continue;
    if (first === undefined || outcome.at < first) first = outcome.at;
  }
  for (const { segment, startAt } of handlings) {
    if (segment === undefined && (first === undefined || startAt < first)) first = startAt;
  }
  return first;
}
