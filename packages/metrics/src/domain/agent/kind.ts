import type { WorkLink } from '../contact/agent-links.ts';
import type { EntityKind } from '../entity-kind.ts';
import { NO_LINKS } from '../link.ts';

/** A person who handles contacts; never closes. */
export const AGENT: EntityKind = {
  rank: 2,
  endures: true,
  judge: () => ({ contributions: [], links: NO_LINKS, held: 0, conflicts: 0 }),
  retire: ({ facts, links }, horizonMs) => {
    const kept = facts.filter(({ at }) => at >= horizonMs);
    const work = (links as readonly WorkLink[]).filter(({ endAt }) => endAt >= horizonMs);
    return kept.length === facts.length && work.length === links.length
      ? undefined
      : { facts: kept, links: work };
  },
};
