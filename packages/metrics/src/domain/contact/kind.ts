import type { EntityKind } from '../entity-kind.ts';
import { contactContributions } from './contributions.ts';
import { foldContact } from './fold.ts';
import { linksOfContact } from './links.ts';

/** The customer's journey under its root id. */
export const CONTACT: EntityKind = {
  rank: 0,
  opens: true,
  judge: (id, facts, _links, context) => {
    const view = foldContact(facts, context);
    let held = 0;
    let conflicts = 0;
    for (const segment of view.segments) {
      held += segment.held;
      conflicts += segment.conflicts;
    }
    return {
      contributions: contactContributions(view, context),
      links: linksOfContact(id, view, context),
      held,
      conflicts,
    };
  },
};
