import { NO_LINKS, type Link } from '../link.ts';
import { UNCATEGORISED } from './contributions.ts';
import type { CaseView } from './view.ts';

/** What a case tells its customer. Instants in ms. */
export interface CustomerCase extends Link {
  readonly category: string;
  /** Its last sign of life. */
  readonly lastAt: number;
  /** First resolution. */
  readonly resolvedAt: number | undefined;
  /** First reopening after it. */
  readonly undoneAt: number | undefined;
  /** The customer's contacts before the first resolution: those a human served, those that were abandoned. */
  readonly handledBefore: number;
  readonly abandonedBefore: number;
  /** Was one of those served transferred? */
  readonly isTransferred: boolean;
  readonly queue: CaseView['queue'];
  readonly channel: CaseView['channel'];
}

/**
 * What a case tells its customer; the customers of its contacts, where they are others, learn its category alone. One of
 * which an earlier resolution may be unknown tells nobody when it was resolved. `id` is its entity id.
 */
export function linksOfCase(id: string, view: CaseView): readonly Link[] {
  const { customer, contacts, isWhole } = view;
  let links = NO_LINKS;
  if (customer !== undefined) links = [linkTo(customer, id, view, isWhole ? view.resolutions[0] : undefined)];
  const others = new Set(contacts.flatMap((contact) => contact.customer ?? []));
  for (const other of others) if (other !== customer) links = [...links, linkTo(other, id, view, undefined)];
  return links;
}

function linkTo(
  customer: string,
  id: string,
  { category = UNCATEGORISED, contacts, undoneAt, queue, channel, lastAt }: CaseView,
  resolvedAt: number | undefined,
): CustomerCase {
  const until = resolvedAt ?? Number.NEGATIVE_INFINITY;
  const before = contacts.filter(({ inbound, handledAt }) => inbound && (handledAt ?? Infinity) <= until);
  const abandoned = contacts.filter(
    ({ inbound, abandonedAt }) => inbound && (abandonedAt ?? Infinity) <= until,
  );
  return {
    target: `customer|${customer}`,
    key: id,
    category,
    lastAt,
    resolvedAt,
    undoneAt: resolvedAt === undefined ? undefined : undoneAt,
    handledBefore: before.length,
    abandonedBefore: abandoned.length,
    isTransferred: before.some((contact) => contact.isTransferred),
    queue,
    channel,
  };
}
