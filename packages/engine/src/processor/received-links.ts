import type { Link } from '@vigie/metrics';

/** A link that was put in or replaced, or the key of one that was taken out (`null`). */
export type LinkChange = readonly [key: string, link: Link | null];

const NONE: ReadonlyMap<string, Link> = new Map();

/** The links an entity has received, by key, and which of them changed since the last checkpoint. */
export class ReceivedLinks {
  #byKey: Map<string, Link> | undefined;
  #fresh: Map<string, Link | null> | undefined;

  constructor(links: readonly LinkChange[] = []) {
    this.apply(links);
    this.#fresh = undefined;
  }

  get byKey(): ReadonlyMap<string, Link> {
    return this.#byKey ?? NONE;
  }

  put(link: Link): void {
    (this.#byKey ??= new Map()).set(link.key, link);
    (this.#fresh ??= new Map()).set(link.key, link);
  }

  take(key: string): void {
    if (this.#byKey?.delete(key) === true) (this.#fresh ??= new Map()).set(key, null);
  }

  apply(changes: readonly LinkChange[]): void {
    for (const [key, link] of changes) {
      if (link === null) this.take(key);
      else this.put(link);
    }
  }

  /** Puts others in the place of all. */
  replace(links: readonly Link[]): void {
    this.#byKey = new Map(links.map((link) => [link.key, link]));
  }

  /** What changed since the last call. */
  takeChange(): readonly LinkChange[] {
    const changes = this.#fresh === undefined ? [] : [...this.#fresh];
    this.#fresh = undefined;
    return changes;
  }
}
