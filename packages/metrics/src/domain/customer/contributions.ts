import type { CaseSettings } from '@vigie/contracts';
import type { Contributions } from '../../windowing/contribution.ts';
import { placeOf } from '../case/contributions.ts';
import type { CustomerCase } from '../case/links.ts';
import { CODE } from '../codes.ts';
import type { JudgeContext } from '../contact/context.ts';
import type { Attempt, CustomerView } from './view.ts';

/**
 * What a customer adds to the figures: which of the contacts repeat earlier ones, and which cases were solved at the
 * first contact (`kpis.md` §6). Judged by the configuration in force at the arrival and at the first resolution.
 *
 * First contact resolution belongs to the first resolution, whenever it is known. Provisionally it counts there at once,
 * with what is known now. Finally it counts there from the instant on at which the case matures: a millisecond after the
 * window has passed, since a contact at its very end still breaks it. So a window or interval of an instant holds the
 * cases first resolved in it that were mature at that instant: those of a day grow until the window has passed over the
 * day's end, and a rolling window shorter than the FCR window is empty.
 */
export function customerContributions(view: CustomerView, context: JudgeContext): Contributions {
  const out: Contributions = [];
  view.attempts.forEach(({ contact }, index) => {
    if (!contact.isPresented) return;
    const { attemptAt: at } = contact;
    const isRepeat = isRepeated(view.attempts, index, context.versions.at(at).cases.fcrWindowMs);
    out.push(placeOf(contact, at, context), at, CODE.classified(isRepeat), 0);
  });
  for (const solved of view.cases) {
    const at = solved.resolvedAt!;
    const { cases } = context.versions.at(at);
    const isFirst = isSolvedAtFirstContact(solved, view.attempts, cases);
    const group = placeOf(solved, at, context);
    out.push(group, at, CODE.fcrProvisional(isFirst), 0);
    out.push(group, at + cases.fcrWindowMs + 1, CODE.fcrMatures(isFirst), at);
  }
  return out;
}

/** Did a contact of the same category that a human served arrive within the window before this one? */
function isRepeated(attempts: readonly Attempt[], index: number, windowMs: number): boolean {
  const { contact, category } = attempts[index]!;
  for (let i = index - 1; i >= 0; i--) {
    const earlier = attempts[i]!;
    const beforeMs = contact.attemptAt - earlier.contact.attemptAt;
    if (beforeMs > windowMs) return false;
    if (beforeMs > 0 && earlier.contact.handledAt !== undefined && earlier.category === category) return true;
  }
  return false;
}

function isSolvedAtFirstContact(
  solved: CustomerCase,
  attempts: readonly Attempt[],
  settings: CaseSettings,
): boolean {
  const { fcrWindowMs, fcrCountAbandons, fcrTransferBreaks } = settings;
  const resolvedAt = solved.resolvedAt!;
  const until = resolvedAt + fcrWindowMs;
  if (solved.handledBefore + (fcrCountAbandons ? solved.abandonedBefore : 0) !== 1) return false;
  if (fcrTransferBreaks && solved.isTransferred) return false;
  if (solved.undoneAt !== undefined && solved.undoneAt <= until) return false;
  return !attempts.some(({ contact, category }) => {
    const { attemptAt: at, handledAt, isAbandoned } = contact;
    const counts = handledAt !== undefined || (fcrCountAbandons && isAbandoned);
    return counts && at > resolvedAt && at <= until && category === solved.category;
  });
}
