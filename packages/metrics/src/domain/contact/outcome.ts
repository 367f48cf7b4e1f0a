import { SKEW_TOLERANCE_MS } from '@vigie/contracts';
import type { Outcome, OutcomeKind, Segment } from './view.ts';

const TIE_ORDER: Record<OutcomeKind, number> = { answered: 0, abandoned: 1, flow_out: 2, lost: 3 };

/** An outcome this long before its entry is clock skew (a wait of 0); earlier ones are set aside. */
function makesSense(outcome: Outcome, enteredAt: number): boolean {
  return outcome.at - enteredAt >= -SKEW_TOLERANCE_MS;
}

function compareOutcomes(a: Outcome, b: Outcome): number {
  return (
    Number(b.asserted) - Number(a.asserted) ||
    b.authority - a.authority ||
    a.at - b.at ||
    (a.sequence < b.sequence ? -1 : a.sequence > b.sequence ? 1 : 0) ||
    TIE_ORDER[a.kind] - TIE_ORDER[b.kind]
  );
}

/**
 * Chooses among the outcomes of a segment (`kpis.md` §9, 3 and 6): what was told beats what was inferred, the higher
 * authority the lower, the earlier the later. Those without a known entry, or too long before it, are held.
 */
export function decideOutcome(segment: Segment): void {
  const asserted = segment.candidates.filter((candidate) => candidate.asserted);
  const { enteredAt } = segment;
  if (enteredAt === undefined || segment.queue === undefined) {
    segment.outcome = undefined;
    segment.held = asserted.length;
    segment.conflicts = 0;
    return;
  }
  const valid = segment.candidates.filter((candidate) => makesSense(candidate, enteredAt));
  segment.outcome = [...valid].sort(compareOutcomes)[0];
  segment.held = asserted.filter((candidate) => !makesSense(candidate, enteredAt)).length;
  const kinds = new Set(valid.filter((candidate) => candidate.asserted).map((candidate) => candidate.kind));
  segment.conflicts = Math.max(0, kinds.size - 1);
}

/** Nobody has told an outcome so far in the scan: what an outcome that names no segment may belong to. */
export function isUndecided({ enteredAt, candidates }: Segment): boolean {
  if (enteredAt === undefined) return false;
  return !candidates.some((candidate) => candidate.asserted && makesSense(candidate, enteredAt));
}

/** Is the segment waiting at `at`, as far as the candidates known so far tell? */
export function isWaiting(segment: Segment, at: number): boolean {
  const { enteredAt } = segment;
  if (enteredAt === undefined || enteredAt > at) return false;
  return !segment.candidates.some((candidate) => candidate.at <= at && makesSense(candidate, enteredAt));
}
