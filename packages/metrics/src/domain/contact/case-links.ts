import { BARE } from '../case/fold.ts';
import type { CaseContact } from '../case/view.ts';
import type { CustomerContact } from '../customer/view.ts';
import { NO_LINKS, type Link } from '../link.ts';
import type { Bonds, NamedCase } from './bonds.ts';
import type { ContactView, Segment } from './view.ts';

/** What a contact tells the cases and the customer it names; `id` is its entity id. */
export function linksToCases(id: string, view: ContactView): readonly Link[] {
  const { bonds } = view;
  if (bonds === undefined) return NO_LINKS;
  const { cases, customer } = bonds;
  const segment = servingSegment(view);
  const toCustomer = customer === undefined ? undefined : linkToCustomer(id, view, bonds, segment);
  if (cases.length === 0) return toCustomer === undefined ? NO_LINKS : [toCustomer];
  const links: Link[] = cases.map((named) => linkToCase(id, view, bonds, named, segment));
  if (toCustomer !== undefined) links.push(toCustomer);
  return links;
}

function linkToCase(
  id: string,
  view: ContactView,
  bonds: Bonds,
  { id: caseId, isItself }: NamedCase,
  segment: Segment | undefined,
): CaseContact {
  const { isSeen, customer, startAt } = bonds;
  return {
    target: `case|${caseId}`,
    key: isSeen ? id : `${id}${BARE}`,
    isBare: !isSeen,
    startAt,
    attemptAt: attemptAt(view, bonds),
    handledAt: handledAt(view),
    abandonedAt: abandonedAt(view),
    inbound: view.inbound,
    isTransferred: (view.movements?.transfers.length ?? 0) > 0,
    agents: humansOf(bonds, view),
    botEndedAt: botEndedAt(view),
    customer,
    queue: segment?.queue,
    channel: segment?.channel ?? view.channel,
    isItself,
    isItem: view.open.length > 0,
  };
}

/** Told once the customer has asked for a human or was served by one, so that a call says it a few times only. */
function linkToCustomer(
  id: string,
  view: ContactView,
  bonds: Bonds,
  segment: Segment | undefined,
): CustomerContact | undefined {
  const at = attemptAt(view, bonds);
  if (at === undefined || !bonds.isSeen) return undefined;
  return {
    target: `customer|${bonds.customer}`,
    key: id,
    attemptAt: at,
    handledAt: handledAt(view),
    isPresented: view.arrivedAt !== undefined,
    isAbandoned: abandonedAt(view) !== undefined,
    queue: segment?.queue,
    channel: segment?.channel ?? view.channel,
    caseId: bonds.cases.at(-1)?.id,
  };
}

/** When an inbound contact asked for a human, or of one that was served without asking, when it began. */
function attemptAt(view: ContactView, { startAt }: Bonds): number | undefined {
  if (!view.inbound) return undefined;
  return view.arrivedAt ?? (handledAt(view) === undefined ? undefined : startAt);
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

/** When it was decided that the customer had left before a human answer. */
function abandonedAt({ decision }: ContactView): number | undefined {
  return decision?.kind === 'missed' && decision.reason === 'abandoned' ? decision.at : undefined;
}

/** Everybody who worked on the contact or wrote to the customer; who was only consulted is not among them. */
function humansOf({ repliers }: Bonds, { handlings }: ContactView): readonly string[] {
  const humans = new Set(repliers);
  for (const { agent, segment } of handlings)
    if (agent !== '' && segment?.kind !== 'consult') humans.add(agent);
  return [...humans].sort();
}
