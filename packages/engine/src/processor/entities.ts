import {
  indexFacts,
  unite,
  type Contributions,
  type Fact,
  type FactIndex,
  type UnionResult,
} from '@vigie/metrics';
import { packFacts, unpackFacts } from '../checkpoint/record-codec.ts';

/** Number of checkpoint pages that entities hash into. */
export const PAGES = 256;

/** A set of facts longer than this is searched by an index rather than from end to end. */
const INDEX_FROM = 48;

/** One entity: its set of facts, and while it is hot what they add to the figures. */
export class Entity {
  /** `contact|<root>`, `agent|<id>`, `case|<id>`, … */
  readonly id: string;
  #facts: Fact[] | undefined;
  #packed: Uint8Array | undefined;
  #index: FactIndex | undefined;
  /** What it adds now; `undefined` while cold. */
  contributions: Contributions | undefined;
  /** Outcomes held and contradictions, as its view counts them. */
  held = 0;
  conflicts = 0;
  /** The latest instant that any of its facts or contributions is dated at, ms. */
  lastAt = Number.NEGATIVE_INFINITY;

  #linked: boolean;

  constructor(
    id: string,
    packed?: { readonly bytes: Uint8Array; readonly lastAt: number; readonly linked: boolean },
  ) {
    this.id = id;
    this.#linked = packed?.linked ?? false;
    if (packed === undefined) this.#facts = [];
    else {
      this.#packed = packed.bytes;
      this.lastAt = packed.lastAt;
    }
  }

  /** Do some of its facts name the journey of a contact? */
  get linked(): boolean {
    return this.#linked;
  }

  /** Adds a fact to the set; `limit` is the greatest number of facts it may have. */
  unite(fact: Fact, limit: number): UnionResult {
    const { facts } = this;
    if (this.#index === undefined && facts.length >= INDEX_FROM) this.#index = indexFacts(facts);
    return unite(facts as Fact[], fact, limit, this.#index);
  }

  /** Takes facts out of the set. */
  take(leaving: ReadonlySet<Fact>): void {
    this.#facts = this.facts.filter((fact) => !leaving.has(fact));
    this.#index = undefined;
  }

  /** The facts in fold order, unpacked if need be. */
  get facts(): readonly Fact[] {
    if (this.#facts === undefined) this.#facts = this.#packed === undefined ? [] : unpackFacts(this.#packed);
    return this.#facts;
  }

  get isHot(): boolean {
    return this.#facts !== undefined;
  }

  changed(): void {
    this.#packed = undefined;
    this.#linked = this.facts.some((fact) => fact.type === 'root');
  }

  /** The facts as stored bytes. */
  get bytes(): Uint8Array {
    this.#packed ??= packFacts(this.#facts ?? []);
    return this.#packed;
  }

  /** Keeps only the bytes: a closed contact is rarely touched again. */
  cool(): void {
    void this.bytes;
    this.#facts = undefined;
    this.#index = undefined;
    this.contributions = undefined;
  }
}

/** Page of an entity or group by its id (FNV-1a). */
export function pageOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % PAGES;
}

/** All entities of a centre, by id and by page, and which of them changed since the last checkpoint. */
export class Entities {
  readonly #byId = new Map<string, Entity>();
  readonly #byPage: Set<Entity>[] = Array.from({ length: PAGES }, () => new Set());
  #dirty = new Set<Entity>();
  #removed = new Set<string>();

  get(id: string): Entity | undefined {
    return this.#byId.get(id);
  }

  getOrCreate(id: string): Entity {
    return this.#byId.get(id) ?? this.put(new Entity(id));
  }

  put(entity: Entity): Entity {
    const before = this.#byId.get(entity.id);
    const page = this.#byPage[pageOf(entity.id)]!;
    if (before !== undefined) page.delete(before);
    this.#byId.set(entity.id, entity);
    page.add(entity);
    this.#removed.delete(entity.id);
    return entity;
  }

  remove(id: string): void {
    const entity = this.#byId.get(id);
    if (entity === undefined) return;
    this.#byId.delete(id);
    this.#byPage[pageOf(id)]!.delete(entity);
    this.#dirty.delete(entity);
    this.#removed.add(id);
  }

  touch(entity: Entity): void {
    entity.changed();
    this.#dirty.add(entity);
  }

  /** What changed since the last call. */
  takeChanges(): { readonly changed: readonly Entity[]; readonly removed: readonly string[] } {
    const changes = { changed: [...this.#dirty], removed: [...this.#removed] };
    this.#dirty = new Set();
    this.#removed = new Set();
    return changes;
  }

  ofPage(page: number): ReadonlySet<Entity> {
    return this.#byPage[page]!;
  }

  values(): IterableIterator<Entity> {
    return this.#byId.values();
  }

  get size(): number {
    return this.#byId.size;
  }
}
