import { SKEW_TOLERANCE_MS, type Channel } from '@vigie/contracts';
import { believed, type Fact } from '../fact.ts';
import type { Link } from '../link.ts';
import type { Stretch } from '../contact/view.ts';
import type { CaseContact, CaseView } from './view.ts';

/**
 * Folds the facts of a case (in fold order) and what its contacts tell into its view. Pure: the same facts and links
 * give the same view, whatever order they came in.
 *
 * Every resolution and reopening told counts, also one that changes nothing. A case is opened once, at its first
 * opening; actions told up to {@link SKEW_TOLERANCE_MS} before it happened at it. Category and customer are those told
 * last, a customer nobody tells is that of the last contact that names one; queue and channel are those
 * told with the case, failing that those of its first contact that was in a queue.
 */
export function foldCase(facts: readonly Fact[], links: ReadonlyMap<string, Link>): CaseView {
  const told = believed(facts);
  const contacts = contactsOf(links);
  const openedAt = told.find(({ type }) => type === 'opened')?.at;
  const resolutions: number[] = [];
  const reopenings: number[] = [];
  const open: Stretch[] = [];
  const humans = new Set<string>();
  let byBot = false;
  let closing: CaseView['closing'];
  let category: string | undefined;
  let customer: string | undefined;
  const close = (at: number, isResolved: boolean): void => {
    closing = { at, isResolved };
    const last = open.at(-1);
    if (last !== undefined) last.to ??= at;
  };
  const reopen = (at: number): void => {
    closing = undefined;
    if (open.length === 0 || open.at(-1)!.to !== undefined) open.push({ from: at, to: undefined });
  };
  for (const fact of inOrder(told, openedAt)) {
    const { type, word } = fact;
    const isSkewed = openedAt !== undefined && fact.at < openedAt && openedAt - fact.at <= SKEW_TOLERANCE_MS;
    const at = isSkewed ? openedAt : fact.at;
    if (word === 'agent' && fact.agent !== undefined) humans.add(fact.agent);
    if (type === 'opened' && fact.at === openedAt) reopen(at);
    else if (type === 'resolved') {
      resolutions.push(at);
      byBot ||= word === 'bot';
      close(at, true);
    } else if (type === 'closed') close(at, false);
    else if (type === 'reopened') {
      reopenings.push(at);
      reopen(at);
    } else if (type === 'category') category = word;
    else if (type === 'customer') customer = word;
  }
  for (const { agents } of contacts) for (const agent of agents) humans.add(agent);
  const itself = contacts.find(({ isItself, isBare }) => isItself && !isBare);
  const resolvedAt = resolutions[0] ?? Number.POSITIVE_INFINITY;
  return {
    isWhole: openedAt !== undefined || !(reopenings[0]! < resolvedAt),
    openedAt,
    timedFrom: openedAt ?? itself?.startAt,
    category,
    customer: customer ?? contacts.findLast((contact) => contact.customer !== undefined)?.customer,
    ...placeOf(told, contacts),
    resolutions,
    reopenings,
    undoneAt: reopenings.find((at) => at >= resolvedAt),
    closing,
    byBot,
    open: openItems(open, contacts),
    lastAt: Math.max(
      told.at(-1)?.at ?? Number.NEGATIVE_INFINITY,
      contacts.at(-1)?.startAt ?? Number.NEGATIVE_INFINITY,
    ),
    contacts,
    humans: humans.size,
  };
}

/** Queue and channel go together: told with the case, else those of its first contact that was in a queue. */
function placeOf(
  facts: readonly Fact[],
  contacts: readonly CaseContact[],
): Pick<CaseView, 'queue' | 'channel'> {
  const actions = facts.filter(({ type }) => type !== 'category');
  const told = actions.find(({ queue }) => queue !== undefined);
  if (told !== undefined) return { queue: told.queue, channel: told.channel as Channel | undefined };
  const origin =
    contacts.find((contact) => contact.queue !== undefined) ?? contacts.find(({ isBare }) => !isBare);
  const channel = actions.find((fact) => fact.channel !== undefined)?.channel as Channel | undefined;
  return { queue: origin?.queue, channel: origin?.channel ?? channel };
}

/** When the case was an open item; a conversation that is its own case counts itself. */
function openItems(told: readonly Stretch[], contacts: readonly CaseContact[]): readonly Stretch[] {
  return contacts.some(({ isItself, isItem }) => isItself && isItem) ? [] : told;
}

/** Actions told a little before the opening come after it. */
function inOrder(facts: readonly Fact[], openedAt: number | undefined): readonly Fact[] {
  const opened = facts.findIndex(({ type }) => type === 'opened');
  if (openedAt === undefined || opened <= 0) return facts;
  const early = facts.findIndex(({ at }) => openedAt - at <= SKEW_TOLERANCE_MS);
  const opening = facts[opened]!;
  return [...facts.slice(0, early), opening, ...facts.slice(early).filter((fact) => fact !== opening)];
}

/** The contacts of the case, each once: what it tells itself before what others say of it. */
function contactsOf(links: ReadonlyMap<string, Link>): readonly CaseContact[] {
  if (links.size === 0) return [];
  const contacts = ([...links.values()] as CaseContact[]).filter(
    ({ isBare, key }) => !isBare || !links.has(key.slice(0, -BARE.length)),
  );
  return contacts.sort((a, b) => a.startAt - b.startAt || (a.key < b.key ? -1 : 1));
}

/** The last instant that a contact tells its case. */
export function lastOf(link: Link): number {
  const { startAt, attemptAt, handledAt, abandonedAt, botEndedAt } = link as CaseContact;
  return Math.max(
    startAt,
    attemptAt ?? startAt,
    handledAt ?? startAt,
    abandonedAt ?? startAt,
    botEndedAt ?? startAt,
  );
}

/** Ends the key of what is told of a contact of which nothing is known but its name. */
export const BARE = '#bare';
