import type { EntityKind } from '../entity-kind.ts';
import { NO_LINKS } from '../link.ts';
import { contactContributions } from './contributions.ts';
import { linksOfContact } from './links.ts';
import { viewContact } from './listed.ts';

/** The customer's journey under its root id. */
export const CONTACT: EntityKind = {
  rank: 0,
  opens: true,
  judge: (id, facts, received, context, previous) => {
    const view = viewContact(facts, received, context);
    let held = 0;
    let conflicts = 0;
    for (const segment of view.segments) {
      held += segment.held;
      conflicts += segment.conflicts;
    }
    return {
      contributions: contactContributions(view, context),
      links: linksOfContact(id, facts, view, context, previous?.links ?? NO_LINKS),
      held,
      conflicts,
    };
  },
};
