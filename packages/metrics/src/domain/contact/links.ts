import type { Fact } from '../fact.ts';
import type { Link } from '../link.ts';
import { linksToAgents } from './agent-links.ts';
import { linksToCases } from './case-links.ts';
import type { JudgeContext } from './contributions.ts';
import { linksToListed } from './listed.ts';
import type { ContactView } from './view.ts';

/**
 * What a contact tells entities of one kind; `id` is the contact's entity id, with which every key begins. `before`: all that
 * it told before; what says the same may be given as it was.
 */
export type ContactLinks = (
  id: string,
  view: ContactView,
  context: JudgeContext,
  before: readonly Link[],
) => readonly Link[];

/** One for each kind that contacts tell something. */
const TOLD: readonly ContactLinks[] = [linksToAgents, linksToCases];

/** Everything a contact tells other entities. */
export function linksOfContact(
  id: string,
  facts: readonly Fact[],
  view: ContactView,
  context: JudgeContext,
  before: readonly Link[],
): readonly Link[] {
  let all = linksToListed(id, facts, view, context);
  for (const linksTo of TOLD) {
    const links = linksTo(id, view, context, before);
    if (links.length > 0) all = all.length === 0 ? links : [...all, ...links];
  }
  return all;
}
