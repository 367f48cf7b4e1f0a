import { NO_LINKS, type Link } from '../link.ts';
import { UNCATEGORISED } from './contributions.ts';
import type { CaseContact, CaseView } from './view.ts';

/** What a case tells its customer. Instants in ms. */
export interface CustomerCase extends Link {
  readonly category: string;
  /** Its last sign of life. */
  readonly lastAt: number;
  /** First resolution. */
  readonly resolvedAt: number | undefined;
  /** First reopening after it. */
  readonly undoneAt: number | undefined;
  /** The customer's contacts before the first resolution: those a human served, those nobody did. */
  readonly handledBefore: number;
  readonly missedBefore: number;
  /** Was one of them transferred before the first resolution? */
  readonly isTransferred: boolean;
  readonly queue: CaseView['queue'];
  readonly channel: CaseView['channel'];
  /** Its contacts that name no customer themselves, as far as the cap goes. */
  readonly contacts: readonly CaseContact[];
}

/** Of the contacts that name no customer themselves a case passes on no more than its first ones. */
const MAX_CONTACTS_PASSED_ON = 50;

/** What a case tells its customer; one of an unknown customer, or with an unknown past, tells nothing. `id` is its entity id. */
export function linksOfCase(id: string, view: CaseView): readonly Link[] {
  const { category = UNCATEGORISED, customer, contacts, undoneAt, queue, channel, lastAt, isWhole } = view;
  if (customer === undefined || !isWhole) return NO_LINKS;
  const [resolvedAt] = view.resolutions;
  const until = resolvedAt ?? Number.NEGATIVE_INFINITY;
  const before = contacts.filter(({ inbound, startAt }) => inbound && startAt <= until);
  const link: CustomerCase = {
    target: `customer|${customer}`,
    key: id,
    category,
    lastAt,
    resolvedAt,
    undoneAt,
    handledBefore: before.filter(({ handledAt }) => handledAt !== undefined && handledAt <= until).length,
    missedBefore: before.filter(({ isMissed }) => isMissed).length,
    isTransferred: before.some(({ transferredAt }) => transferredAt !== undefined && transferredAt <= until),
    queue,
    channel,
    contacts: contacts.filter((contact) => contact.customer === undefined).slice(0, MAX_CONTACTS_PASSED_ON),
  };
  return [link];
}
