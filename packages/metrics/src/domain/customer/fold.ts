import { UNCATEGORISED } from '../case/contributions.ts';
import type { CustomerCase } from '../case/links.ts';
import type { Link } from '../link.ts';
import type { CustomerContact, CustomerView } from './view.ts';

/** Folds what a customer's contacts and cases tell into one view: each contact with the category of its case, as of now. */
export function foldCustomer(links: ReadonlyMap<string, Link>): CustomerView {
  const cases: CustomerCase[] = [];
  const contacts: CustomerContact[] = [];
  for (const link of links.values()) {
    if (isCase(link)) cases.push(link);
    else contacts.push(link as CustomerContact);
  }
  const categories = new Map(cases.map(({ key, category }) => [key, category]));
  return {
    attempts: contacts
      .sort((a, b) => a.attemptAt - b.attemptAt)
      .map((contact) => ({
        contact,
        category: categories.get(`case|${contact.caseId}`) ?? UNCATEGORISED,
      })),
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
