import type { EntityKind } from '../entity-kind.ts';
import { fcrWindowMs } from '../case/window.ts';
import { NO_LINKS } from '../link.ts';
import { customerContributions } from './contributions.ts';
import { foldCustomer, lastOf } from './fold.ts';

/** A customer, known by a key; told of by contacts and cases alone. */
export const CUSTOMER: EntityKind = {
  rank: 2,
  keepsMs: fcrWindowMs,
  lastOf,
  retire: ({ facts, links }, horizonMs, context) => {
    const fromMs = horizonMs - fcrWindowMs(context);
    const kept = links.filter((link) => lastOf(link) >= fromMs);
    return kept.length === links.length ? undefined : { facts, links: kept };
  },
  judge: (_id, _facts, links, context) => ({
    contributions: customerContributions(foldCustomer(links), context),
    links: NO_LINKS,
    held: 0,
    conflicts: 0,
  }),
};
