/**
 * What an entity's view tells another entity: an answered call tells its agent, a contact its case. Plain JSON data,
 * compared by content; the target folds the links it has received together with its own facts.
 */
export interface Link {
  /** Id of the entity it is told to, such as `agent|ada`. */
  readonly target: string;
  /** Unique in the target: begins with the id of the entity that tells it. */
  readonly key: string;
}

/** Told by an entity that has nothing to tell. */
export const NO_LINKS: readonly Link[] = [];

/** Do two links of one key say the same? */
export function sameLink(a: Link, b: Link): boolean {
  return sameContent(a, b);
}

/** Of plain JSON data: what is left out is `undefined`. */
function sameContent(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left = a as Readonly<Record<string, unknown>>;
  const right = b as Readonly<Record<string, unknown>>;
  for (const part in left) if (!sameContent(left[part], right[part])) return false;
  for (const part in right) if (left[part] === undefined && right[part] !== undefined) return false;
  return Array.isArray(a) === Array.isArray(b);
}

/**
 * Calls `take` for each link of `before` that is told no more, or to another target, then `give` for each of `after`
 * that is new or says something else.
 */
export function linkDifference(
  before: readonly Link[],
  after: readonly Link[],
  take: (link: Link) => void,
  give: (link: Link) => void,
): void {
  if (before === after) return;
  for (const link of before) {
    if (!after.some(({ key, target }) => key === link.key && target === link.target)) take(link);
  }
  for (const link of after) {
    const known = before.find(({ key, target }) => key === link.key && target === link.target);
    if (known === undefined || !sameLink(known, link)) give(link);
  }
}
