import type { EntityKind } from '../entity-kind.ts';
import { NO_LINKS } from '../link.ts';
import { periodContributions } from './contributions.ts';

/** Imported figures are corrected for as long as days are reported. */
const KEPT_MS = 400 * 86_400_000;

/** An imported figure of a local date. */
export const PERIOD: EntityKind = {
  rank: 3,
  keepsMs: () => KEPT_MS,
  judge: (id, facts, _links, context) => ({
    contributions: periodContributions(id, facts, context),
    links: NO_LINKS,
    held: 0,
    conflicts: 0,
  }),
};
