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
  for (let i = 0; i < before.length; i++) if (sameNamed(before[i]!, after, i) === undefined) take(before[i]!);
  for (let i = 0; i < after.length; i++) {
    const link = after[i]!;
    const known = sameNamed(link, before, i);
    if (known === undefined || !sameLink(known, link)) give(link);
  }
}

/** The one of some links with the key and target of a link, looked for in a place first; if there is any. */
export function sameNamed(link: Link, links: readonly Link[], place: number): Link | undefined {
  const first = links[place];
  if (first !== undefined && isNamedAs(first, link)) return first;
  for (const other of links) if (isNamedAs(other, link)) return other;
  return undefined;
}

function isNamedAs(a: Link, b: Link): boolean {
  return a === b || (a.key === b.key && a.target === b.target);
}
