import { BARE } from '../case/fold.ts';
import type { CaseContact } from '../case/view.ts';
import type { CustomerContact } from '../customer/view.ts';
import { NO_LINKS, type Link } from '../link.ts';
import type { Bonds } from './bonds.ts';
import type { JudgeContext } from './context.ts';
import { openAsItem } from './open-item.ts';
import type { ContactView, Segment } from './view.ts';

/** What a contact tells the cases and the customer it names; `id` is its entity id. */
export function linksToCases(id: string, view: ContactView, context: JudgeContext): readonly Link[] {
  const { bonds, arrivedAt, inbound } = view;
  if (bonds === undefined) return NO_LINKS;
  const { cases, customer, isSeen, startAt } = bonds;
  const segment = servingSegment(view);
  const told = {
    arrivedAt,
    startAt,
    handledAt: handledAt(view),
    isMissed: view.decision?.kind === 'missed',
    inbound,
    queue: segment?.queue,
    channel: segment?.channel ?? view.channel,
  };
  const links: Link[] = cases.map(({ id: caseId, isItself }): CaseContact => ({
    ...told,
    target: `case|${caseId}`,
    key: isSeen ? id : `${id}${BARE}`,
    isBare: !isSeen,
    transferredAt: transferredAt(view),
    agents: humansOf(bonds, view),
    botEndedAt: botEndedAt(view),
    customer,
    isItself,
    open: openAsItem(view, context),
  }));
  if (customer === undefined || !isSeen) return links;
  const link: CustomerContact = { ...told, target: `customer|${customer}`, key: id, caseId: cases[0]?.id };
  return [...links, link];
}

/** The end of a contact that only a bot had to do with and that the bot itself did not end. */
function botEndedAt({ botSince, hasHuman, ended }: ContactView): number | undefined {
  return botSince === undefined || hasHuman || ended?.by === 'bot' ? undefined : ended?.at;
}

/** The stay whose queue the contact is told under: the first one a human answered, else the first one. */
function servingSegment({ segments }: ContactView): Segment | undefined {
  let best: Segment | undefined;
  for (const segment of segments) {
    if (segment.enteredAt === undefined || segment.kind === 'consult') continue;
    if (best === undefined || instantOf(segment) < instantOf(best)) best = segment;
  }
  return best;
}

/** Answered stays come before all others. */
function instantOf({ outcome, enteredAt }: Segment): number {
  return outcome?.kind === 'answered' ? outcome.at - Number.MAX_SAFE_INTEGER : enteredAt!;
}

/** Since when a human served the contact: the first answer, piece of work or reply. */
function handledAt({ decision, firstResponse, handlings }: ContactView): number | undefined {
  let first = decision?.kind === 'answered' ? decision.at : firstResponse?.at;
  for (const { segment, startAt } of handlings)
    if (segment?.kind !== 'consult' && startAt < (first ?? Number.POSITIVE_INFINITY)) first = startAt;
  return first;
}

function transferredAt({ movements, segments }: ContactView): number | undefined {
  let first = movements?.transfers[0]?.at;
  for (const { kind, enteredAt } of segments)
    if (kind === 'transfer' && enteredAt! < (first ?? Number.POSITIVE_INFINITY)) first = enteredAt;
  return first;
}

/** Everybody who worked on the contact or wrote to the customer; who was only consulted is not among them. */
function humansOf(
  { repliers }: Bonds,
  { handlings }: ContactView,
): readonly (readonly [agent: string, at: number])[] {
  const humans = new Map(repliers);
  for (const { agent, segment, startAt } of handlings) {
    if (agent === '' || segment?.kind === 'consult') continue;
    if (startAt < (humans.get(agent) ?? Number.POSITIVE_INFINITY)) humans.set(agent, startAt);
  }
  return [...humans].sort(([a], [b]) => (a < b ? -1 : 1));
}
