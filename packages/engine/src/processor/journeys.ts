import type { Fact } from '@vigie/metrics';

/** Contacts that turned out to be one. */
interface Journey {
  readonly members: Set<string>;
  /** Contacts that name a root, and roots that are named. */
  readonly naming: Set<string>;
  readonly named: Set<string>;
  root: string;
}

/**
 * Which journey a contact belongs to. A contact names its root at any time, also late; whoever is named with each other
 * is one journey from then on, also when one contact names several roots: what is known is united, never torn apart
 * again. Its root is the smallest of those named that name none themselves; where all do, the smallest named. Order-free:
 * the same names give the same journeys and roots.
 */
export class Journeys {
  readonly #journeys = new Map<string, Journey>();

  /** The root of a contact: itself while nothing else was named. */
  rootOf(contact: string): string {
    return this.#journeys.get(contact)?.root ?? contact;
  }

  /** Records that `contact` names `root`. Answers whether roots may have changed by it. */
  name(contact: string, root: string): boolean {
    const journey = this.#of(contact);
    const other = this.#of(root);
    if (journey === other && journey.naming.has(contact) && journey.named.has(root)) return false;
    journey.naming.add(contact);
    journey.named.add(root);
    if (journey !== other) this.#merge(journey, other);
    journey.root = rootIn(journey);
    return true;
  }

  /** Forgets the journeys that facts tell of, when they have left the retained time. */
  forget(facts: readonly Fact[]): void {
    for (const fact of facts) {
      if (fact.type !== 'root') continue;
      for (const member of this.#journeys.get(fact.contact)?.members ?? []) this.#journeys.delete(member);
    }
  }

  #of(contact: string): Journey {
    let journey = this.#journeys.get(contact);
    if (journey === undefined) {
      journey = { members: new Set([contact]), naming: new Set(), named: new Set(), root: contact };
      this.#journeys.set(contact, journey);
    }
    return journey;
  }

  #merge(into: Journey, { members, naming, named }: Journey): void {
    for (const member of members) {
      into.members.add(member);
      this.#journeys.set(member, into);
    }
    for (const contact of naming) into.naming.add(contact);
    for (const root of named) into.named.add(root);
  }
}

function rootIn({ naming, named }: Journey): string {
  let root: string | undefined;
  let any: string | undefined;
  for (const id of named) {
    if (any === undefined || id < any) any = id;
    if (!naming.has(id) && (root === undefined || id < root)) root = id;
  }
  return root ?? any!;
}
