import type { Fact } from '@vigie/metrics';

/**
 * Which journey a contact belongs to. A contact names its root at any time, also late; of several roots named for one
 * contact the smallest wins; roots may name roots, and a cycle has its smallest member as root. Order-free: the same
 * names give the same roots.
 */
export class Journeys {
  readonly #parents = new Map<string, string>();

  /** The root of a contact: itself while nothing else was named. */
  rootOf(contact: string): string {
    let current = contact;
    let parent = this.#parents.get(current);
    if (parent === undefined) return current;
    const path: string[] = [];
    while (parent !== undefined) {
      const start = path.indexOf(current);
      if (start >= 0) return path.slice(start).reduce((a, b) => (a < b ? a : b));
      path.push(current);
      current = parent;
      parent = this.#parents.get(current);
    }
    return current;
  }

  /** Records that `contact` names `root`. Answers whether roots may have changed by it. */
  name(contact: string, root: string): boolean {
    const known = this.#parents.get(contact);
    if (known !== undefined && known <= root) return false;
    this.#parents.set(contact, root);
    return true;
  }

  /** Forgets the names a journey's facts gave, when it has left the retained time. */
  forget(facts: readonly Fact[]): void {
    for (const fact of facts) if (fact.type === 'root') this.#parents.delete(fact.contact);
  }
}
