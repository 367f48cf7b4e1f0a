import type { EntityKind } from '../entity-kind.ts';
import { caseContributions } from './contributions.ts';
import { fcrWindowMs } from './window.ts';
import { foldCase, lastOf } from './fold.ts';
import { linksOfCase } from './links.ts';

/** A problem of a customer, told of by its own events and by its contacts. */
export const CASE: EntityKind = {
  rank: 1,
  keepsMs: fcrWindowMs,
  lastOf,
  judge: (id, facts, links, context) => {
    const view = foldCase(facts, links);
    return {
      contributions: caseContributions(view, context),
      links: linksOfCase(id, view),
      held: 0,
      conflicts: 0,
    };
  },
};
