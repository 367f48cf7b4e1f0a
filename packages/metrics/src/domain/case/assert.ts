import type { CanonicalEvent, EventType, ParsedEvent } from '@vigie/contracts';
import { eventFact } from '../event-fact.ts';
import type { Fact, FactType } from '../fact.ts';

/** What becomes of a case, by the type of the event that tells it. */
const ACTIONS: Partial<Record<EventType, FactType>> = {
  'vigie.case.opened': 'opened',
  'vigie.case.resolved': 'resolved',
  'vigie.case.reopened': 'reopened',
  'vigie.case.closed_unresolved': 'closed',
  'vigie.contact.resolved': 'resolved',
  'vigie.contact.reopened': 'reopened',
};

/** Does the event tell what becomes of a case? */
export function isCaseAction(event: CanonicalEvent): boolean {
  return ACTIONS[event.type] !== undefined;
}

/**
 * The case an event names: the one in its data; a contact that is resolved or reopened without naming one is a case of
 * its own, under its own id.
 */
export function caseNamedBy(event: CanonicalEvent): string | undefined {
  const { data } = event;
  if (data.case !== undefined) return data.case.id;
  return isCaseAction(event) ? data.contact?.id : undefined;
}

/**
 * What an event asserts about the case it names: an action, the category, the customer. An action is told apart by its
 * own event, since a case may be resolved many times. A category that a contact's event repeats is one fact, of the
 * earliest event that says it.
 */
export function caseFacts(parsed: ParsedEvent): readonly Fact[] {
  const { event } = parsed;
  const action = ACTIONS[event.type];
  const { category } = event.data.case ?? {};
  const contact = event.data.contact?.id ?? '';
  const own = `@${event.source}|${event.id}`;
  const facts: Fact[] = [];
  if (action !== undefined) facts.push(make(parsed, action, `${contact}|${action}|${own}`, partyOf(event)));
  const categoryKey = action === undefined ? `category|${category}` : `${contact}|category|${own}`;
  if (category !== undefined) facts.push(make(parsed, 'category', categoryKey, category));
  const customer = event.data.customer?.key;
  if (event.type.startsWith('vigie.case.') && customer !== undefined)
    facts.push(make(parsed, 'customer', `${contact}|customer|${own}`, customer));
  return facts;
}

/** Who acted: an event that names an agent and nobody else was his. */
function partyOf(event: CanonicalEvent): string | undefined {
  const by = 'by' in event.data ? event.data.by : undefined;
  return by ?? (event.data.agent === undefined ? undefined : 'agent');
}

function make(parsed: ParsedEvent, type: FactType, key: string, word: string | undefined): Fact {
  const { queue, agent, contact } = parsed.event.data;
  const details = {
    contact: contact?.id,
    queue: queue?.id,
    agent: agent?.id,
    channel: contact?.channel,
    word,
  };
  return eventFact(parsed, type, key, details);
}
