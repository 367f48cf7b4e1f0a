import { compareText, SKEW_TOLERANCE_MS } from '@vigie/contracts';
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
    compareText(a.sequence, b.sequence) ||
    TIE_ORDER[a.kind] - TIE_ORDER[b.kind]
  );
}

/**
 * Chooses among the outcomes of a segment (`kpis.md` §9, 3 and 6): what was told beats what was inferred, the higher
 * authority the lower, the earlier the later. Those without a known entry, or too long before it, are held.
 */
export function decideOutcome(segment: Segment): void {
  const { candidates, queue } = segment;
  const enteredAt = queue === undefined ? undefined : segment.enteredAt;
  let best: Outcome | undefined;
  let held = 0;
  let kinds = 0;
  let toldKinds = 0;
  for (const candidate of candidates) {
    if (enteredAt === undefined || !makesSense(candidate, enteredAt)) {
      if (candidate.asserted) held++;
      continue;
    }
    if (best === undefined || compareOutcomes(candidate, best) < 0) best = candidate;
    const kind = 1 << TIE_ORDER[candidate.kind];
    if (!candidate.asserted || (toldKinds & kind) !== 0) continue;
    toldKinds |= kind;
    kinds++;
  }
  segment.outcome = best;
  segment.held = held;
  segment.conflicts = Math.max(0, kinds - 1);
}

/** When the outcomes were told that are set aside. */
export function heldInstants({ candidates, enteredAt, queue }: Segment): readonly number[] {
  return candidates
    .filter(
      (candidate) =>
        candidate.asserted &&
        (enteredAt === undefined || queue === undefined || !makesSense(candidate, enteredAt)),
    )
    .map(({ at }) => at);
}

/** Nobody has told an outcome so far in the scan: what an outcome that names no segment may belong to. */
export function isUndecided({ enteredAt, candidates }: Segment): boolean {
  if (enteredAt === undefined) return false;
  return !candidates.some((candidate) => candidate.asserted && makesSense(candidate, enteredAt));
}

/** Is the segment waiting at `at`, as far as the scan has come: entered already, and no outcome known? */
export function isWaiting(segment: Segment, at: number): boolean {
  const { enteredAt } = segment;
  if (enteredAt === undefined || !segment.isOpen || enteredAt > at) return false;
  return !segment.candidates.some((candidate) => candidate.at <= at && makesSense(candidate, enteredAt));
}
