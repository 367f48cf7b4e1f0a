import type { Link, LinkMove } from '@vigie/metrics';

/** A link that was put in or replaced, or the key of one that was taken out (`null`). */
export type LinkChange = readonly [key: string, link: Link | null];

const NONE: ReadonlyMap<string, Link> = new Map();

/** The links an entity has received, by key, and which of them changed since the last checkpoint, and since it was judged. */
export class ReceivedLinks {
  #byKey: Map<string, Link> | undefined;
  #fresh: Map<string, Link | null> | undefined;
  /** What changed since the last {@link takeMoves}; `undefined`: not known. */
  #moves: LinkMove[] | undefined;

  constructor(links: readonly LinkChange[] = []) {
    this.apply(links);
    this.#fresh = undefined;
  }

  get byKey(): ReadonlyMap<string, Link> {
    return this.#byKey ?? NONE;
  }

  /** How many changed since the last checkpoint. */
  get changed(): number {
    return this.#fresh?.size ?? 0;
  }

  put(link: Link): void {
    const byKey = (this.#byKey ??= new Map<string, Link>());
    this.#moves?.push({ before: byKey.get(link.key), after: link });
    byKey.set(link.key, link);
    (this.#fresh ??= new Map()).set(link.key, link);
  }

  take(key: string): void {
    const before = this.#byKey?.get(key);
    if (before === undefined) return;
    this.#moves?.push({ before, after: undefined });
    this.#byKey?.delete(key);
    (this.#fresh ??= new Map()).set(key, null);
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
    this.#moves = undefined;
  }

  /** What changed since the last call, in its order; `undefined` at first, and after {@link replace}: not known. */
  takeMoves(): readonly LinkMove[] | undefined {
    const moves = this.#moves;
    if (moves === undefined || moves.length > 0) this.#moves = [];
    return moves;
  }

  /** What changed since the last call: links by key, `null` for those that were taken out. */
  takeChange(): ReadonlyMap<string, Link | null> {
    const changes = this.#fresh ?? NONE;
    this.#fresh = undefined;
    return changes;
  }
}
