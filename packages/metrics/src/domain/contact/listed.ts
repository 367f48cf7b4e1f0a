import { parseInstant, SKEW_TOLERANCE_MS, typeRank, type EventOf, type ParsedEvent } from '@vigie/contracts';
import { AUTHORITY_RANK, compareFacts, type Fact } from '../fact.ts';
import { NO_LINKS, type Link } from '../link.ts';
import type { FoldContext, Listing } from './context.ts';
import { foldContact } from './fold.ts';
import { SAME_ENTRY_MS } from './segments.ts';
import type { ContactView, Segment } from './view.ts';

/*
 * Who a source says is waiting (`source.snapshot`) waits, whether or not anything else was told of him. A snapshot names
 * stays, not contacts: each one listed is a contact of its own, named after the snapshot, until some contact tells of the
 * stay. From then on it is that contact's: where its entry is unknown, it is the one listed.
 */

/** What the contact is called that stands for a stay which only a snapshot told of. */
const LISTED_CONTACT = 'snapshot:';

/** The id of that contact. */
export function listedContact(segment: string): string {
  return `${LISTED_CONTACT}${segment}`;
}

const ENTRY_RANK = typeRank('vigie.contact.queued');
/** As of an entry that a later event repeats: the vendor states the instant itself. */
const STATED = 1;

/** What a snapshot asserts of those whom it says are waiting: that they came in, with the weakest authority. */
export function listedFacts(
  { timeMs }: ParsedEvent,
  { source, id, data }: EventOf<'vigie.source.snapshot'>,
): readonly Fact[] {
  return (data.queues ?? []).flatMap((queue) =>
    queue.waiting.map(({ segmentId, queuedAt }) => {
      const at = parseInstant(queuedAt) ?? timeMs;
      return entryOf(segmentId, listedContact(segmentId), { at, source, queue: queue.id }, id);
    }),
  );
}

/**
 * The view of a contact by its facts, by what snapshots list, and, of one that stands for a listed stay, by whether
 * another contact tells of it (`links`).
 */
export function viewContact(
  facts: readonly Fact[],
  links: ReadonlyMap<string, Link>,
  context: FoldContext,
): ContactView {
  return foldContact(
    context.listings.size === 0 ? withoutListed(facts) : counted(facts, links, context),
    context,
  );
}

/** What a contact tells the contacts that stand for listed stays which are its own. */
export function linksToListed(
  id: string,
  facts: readonly Fact[],
  { segments }: ContactView,
  context: FoldContext,
): readonly Link[] {
  if (context.listings.size === 0) return NO_LINKS;
  const own = new Set<string>();
  for (const fact of facts)
    if (!isListed(fact) && listingOf(fact, facts, context) !== undefined) own.add(fact.segment!);
  for (const segment of segments)
    if (segment.id === undefined) for (const name of namesOf(segment, context)) own.add(name);
  return own.size === 0
    ? NO_LINKS
    : [...own].sort().map((name) => ({ target: `contact|${listedContact(name)}`, key: `${id}|stay` }));
}

/** Does another contact tell of the stay that the contact stands for? */
export function isToldElsewhere(links: ReadonlyMap<string, Link>): boolean {
  return links.size > 0;
}

/** The facts that count: a listed stay until another contact tells of it, and the entries that only a snapshot knows. */
function counted(
  facts: readonly Fact[],
  links: ReadonlyMap<string, Link>,
  context: FoldContext,
): readonly Fact[] {
  const own = facts.some((fact) => isListed(fact) && isGone(fact, links, context))
    ? facts.filter((fact) => !isListed(fact) || !isGone(fact, links, context))
    : facts;
  const entries = new Map<string, Fact>();
  for (const fact of own) {
    const listing = listingOf(fact, facts, context);
    if (listing === undefined || isListed(fact)) continue;
    const { segment = '', contact } = fact;
    const entry = entryOf(segment, contact, listing, '');
    if (!own.some((other) => isEntryOf(other, entry))) entries.set(entry.key, entry);
  }
  return entries.size === 0 ? own : [...own, ...entries.values()].sort(compareFacts);
}

/** Once no snapshot that is remembered lists anybody, nobody waits by a snapshot's word. */
function withoutListed(facts: readonly Fact[]): readonly Fact[] {
  return facts.some(isListed) ? facts.filter((fact) => !isListed(fact)) : facts;
}

function isGone(
  { segment = '' }: Fact,
  links: ReadonlyMap<string, Link>,
  { listings }: FoldContext,
): boolean {
  return isToldElsewhere(links) || !listings.has(segment);
}

/** Is it a snapshot's word of a stay? */
function isListed({ type, contact, segment, authority }: Fact): boolean {
  return (
    authority === AUTHORITY_RANK.inferred &&
    type === 'queued' &&
    segment !== undefined &&
    contact.startsWith(LISTED_CONTACT) &&
    contact === listedContact(segment)
  );
}

function isEntryOf({ type, contact, segment }: Fact, entry: Fact): boolean {
  return (type === 'queued' || type === 'entry') && contact === entry.contact && segment === entry.segment;
}

/**
 * The listing of the stay that a fact names. One of a contact of which nothing is told from the listed entry on is
 * another stay of that name.
 */
function listingOf(
  { segment }: Fact,
  facts: readonly Fact[],
  { listings }: FoldContext,
): Listing | undefined {
  const listing = segment === undefined ? undefined : listings.get(segment);
  if (listing === undefined || facts.at(-1)!.at < listing.at - SKEW_TOLERANCE_MS) return undefined;
  return listing;
}

/** The listed names of a stay that has none: those of its queue that came when it did. */
function* namesOf({ source, queue, enteredAt }: Segment, { waitingLists }: FoldContext): Generator<string> {
  if (queue === undefined || enteredAt === undefined) return;
  for (const { queues } of waitingLists.get(source) ?? [])
    for (const [name, at] of queues.get(queue) ?? [])
      if (Math.abs(at - enteredAt) <= SAME_ENTRY_MS) yield name;
}

function entryOf(segment: string, contact: string, { at, source, queue }: Listing, id: string): Fact {
  return {
    type: 'queued',
    key: `${contact}|queued|${segment}`,
    at,
    sequence: '',
    rank: ENTRY_RANK,
    source,
    id,
    authority: AUTHORITY_RANK.inferred,
    revision: STATED,
    contact,
    segment,
    queue,
    agent: undefined,
    channel: undefined,
    direction: undefined,
    word: 'initial',
    ref: undefined,
    flags: 0,
    queuedAt: undefined,
    holdMs: undefined,
    wrapMs: undefined,
    amount: undefined,
  };
}
