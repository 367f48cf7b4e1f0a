import { ALL, type Channel } from '@vigie/contracts';
import type { Contributions } from '../../windowing/contribution.ts';
import type { JudgeContext } from '../contact/context.ts';
import { CODE } from '../codes.ts';
import type { CaseView } from './view.ts';

/** The category under which cases are counted that have none. */
export const UNCATEGORISED = 'uncategorised';

/**
 * What a case adds to the figures, and when. A figure by the last state of the case belongs to its last closing, and is
 * taken back when the case is reopened. A case that
 * gives no sign of life for the greatest age of asynchronous work leaves the gauge of open items.
 */
export function caseContributions(view: CaseView, context: JudgeContext): Contributions {
  const out: Contributions = [];
  const group = placeOf(view, view.lastAt, context);
  const add = (at: number, code: number, value = 0): void => void out.push(group, at, code, value);
  const { openedAt, timedFrom, category, resolutions, closing, isWhole, humans } = view;
  if (openedAt !== undefined) add(openedAt, CODE.caseOpened, context.words.idOf(category ?? UNCATEGORISED));
  resolutions.forEach((at, index) => {
    const isTimed = timedFrom !== undefined && timedFrom <= at;
    const ms = isTimed ? at - timedFrom : 0;
    add(at, CODE.caseResolved(isTimed), ms);
    if (index === 0 && isWhole) add(at, CODE.caseFirstResolved(isTimed, humans === 1), ms);
  });
  for (const at of view.reopenings) add(at, CODE.caseReopened);
  if (closing?.isResolved === true) add(closing.at, CODE.caseStandsResolved, contactsUntil(view, closing.at));
  else if (closing !== undefined) add(closing.at, CODE.caseStandsUnresolved);
  for (const { botEndedAt, channel } of view.byBot ? view.contacts : [])
    if (botEndedAt !== undefined)
      out.push(context.groupOf(ALL, channel), botEndedAt, CODE.containedByCase, 0);
  const forgottenAt = view.lastAt + context.versions.at(view.lastAt).time.maxAsyncAgeMs;
  for (const { from, to = forgottenAt } of view.open) {
    if (to <= from) continue;
    add(from, CODE.itemOpens);
    add(to, CODE.itemCloses);
  }
  return out;
}

/** The group of a queue and channel of which either may be unknown: then it counts in totals only. */
export function placeOf(
  { queue, channel }: { readonly queue: string | undefined; readonly channel: Channel | undefined },
  at: number,
  { groupOf, versions }: JudgeContext,
): number {
  if (queue === undefined) return groupOf(ALL, channel ?? ALL);
  return groupOf(queue, channel ?? versions.at(at).queueChannels.get(queue)?.[0] ?? 'voice');
}

function contactsUntil({ contacts }: CaseView, untilMs: number): number {
  return contacts.filter(({ inbound, startAt }) => inbound && startAt <= untilMs).length;
}
