import { UNCATEGORISED } from '../case/contributions.ts';
import type { CustomerCase } from '../case/links.ts';
import type { CaseContact } from '../case/view.ts';
import type { Link } from '../link.ts';
import type { Attempt, CustomerContact, CustomerView } from './view.ts';

/**
 * Folds what a customer's contacts and cases tell into one view. A contact's category is that of the case it names first,
 * as of now; the contacts of a case that name no customer are those of the case's customer.
 */
export function foldCustomer(links: ReadonlyMap<string, Link>): CustomerView {
  const cases: CustomerCase[] = [];
  const attempts: Attempt[] = [];
  const categories = new Map<string, string>();
  for (const link of links.values()) {
    if (!isCase(link)) continue;
    cases.push(link);
    categories.set(link.key, link.category);
  }
  cases.sort((a, b) => (a.key < b.key ? -1 : 1));
  const seen = new Set<string>();
  const attempt = (contact: CustomerContact | CaseContact, category: string): void => {
    const { key, attemptAt, handledAt, isMissed, queue, channel } = contact;
    if (attemptAt === undefined || seen.has(key)) return;
    seen.add(key);
    attempts.push({ at: attemptAt, handledAt, isMissed, category, queue, channel });
  };
  for (const link of links.values()) {
    if (isCase(link)) continue;
    const contact = link as CustomerContact;
    attempt(contact, categories.get(`case|${contact.caseId}`) ?? UNCATEGORISED);
  }
  for (const { category, contacts } of cases) for (const contact of contacts) attempt(contact, category);
  return {
    attempts: attempts.sort((a, b) => a.at - b.at),
    cases: cases.filter(({ resolvedAt }) => resolvedAt !== undefined),
  };
}

/** The instant that what a link tells belongs to: the arrival of a contact, the last word on a case. */
export function lastOf(link: Link): number {
  return isCase(link) ? link.lastAt : (link as CustomerContact).attemptAt;
}

function isCase(link: Link): link is CustomerCase {
  return link.key.startsWith('case|');
}
