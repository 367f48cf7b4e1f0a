import { kindOf } from '@vigie/metrics';
import { ByteWriter } from '../checkpoint/bytes.ts';
import { packChanges, packEntity, unpackEntity } from '../checkpoint/entity-record.ts';
import { hashOf, PackedPage, writeRecord, type VisitBody } from '../checkpoint/packed-page.ts';
import { Entity } from './entity.ts';
import { FrozenEntities } from './frozen-entities.ts';

/** Number of checkpoint pages that entities hash into. */
export const PAGES = 256;

/** Page of an entity or group by its id. */
export function pageOf(id: string): number {
  return hashOf(id) % PAGES;
}

/** May it say something of any instant, by a state that lasts? */
function lasts(id: string): boolean {
  return kindOf(id).endures === true;
}

/** May an entity say anything of instants from `fromMs` on? */
function reaches(id: string, lastAt: number, fromMs: number): boolean {
  return lastAt >= fromMs || lasts(id);
}

const writer = new ByteWriter();

/** One page: what is at work as objects, the rest packed. */
interface Page {
  readonly hot: Set<Entity>;
  packed: PackedPage;
}

/**
 * All entities of a centre, by id and by page, and which of them changed since the last checkpoint. One that is asked
 * for is unpacked and stays so until {@link cool}.
 */
export class Entities {
  readonly #hot = new Map<string, Entity>();
  readonly #pages: readonly Page[] = Array.from({ length: PAGES }, () => ({
    hot: new Set(),
    packed: new PackedPage(),
  }));
  #packedCount = 0;
  #dirty = new Set<Entity>();
  #removed = new Set<string>();

  get size(): number {
    return this.#hot.size + this.#packedCount;
  }

  /** Memory of those that are packed, their index included, bytes. */
  get packedBytes(): number {
    return this.#pages.reduce((sum, { packed }) => sum + packed.bytes, 0);
  }

  get(id: string): Entity | undefined {
    const hot = this.#hot.get(id);
    if (hot !== undefined) return hot;
    const record = this.#packedCount === 0 ? undefined : this.#pages[pageOf(id)]!.packed.take(id);
    if (record === undefined) return undefined;
    this.#packedCount--;
    return this.#add(unpackEntity(id, record.lastAt, record.body));
  }

  /** The entity for reading: a packed one stays packed, and what is changed of it is lost. */
  peek(id: string): Entity | undefined {
    const hot = this.#hot.get(id);
    if (hot !== undefined) return hot;
    const record = this.#packedCount === 0 ? undefined : this.#pages[pageOf(id)]!.packed.get(id);
    return record === undefined ? undefined : unpackEntity(id, record.lastAt, record.body);
  }

  getOrCreate(id: string): Entity {
    return this.get(id) ?? this.put(new Entity(id));
  }

  /** Puts an entity in, in place of the one of that id. */
  put(entity: Entity): Entity {
    this.#take(entity.id);
    this.#removed.delete(entity.id);
    return this.#add(entity);
  }

  remove(id: string): void {
    if (this.#take(id)) this.#removed.add(id);
  }

  /** The entity changed: the next checkpoint tells it. */
  touch(entity: Entity): void {
    this.#dirty.add(entity);
  }

  /** Packs an entity: one that is closed is rarely asked for again. Not one that a checkpoint has yet to tell: `false`. */
  cool(entity: Entity): boolean {
    if (this.#dirty.has(entity)) return false;
    this.#pack(entity, packEntity(entity));
    return true;
  }

  /** How many are not packed. */
  get hotSize(): number {
    return this.#hot.size;
  }

  /** The entities that are not packed, from the one that has been so for longest. */
  hot(): IterableIterator<Entity> {
    return this.#hot.values();
  }

  /** Those of a page that are not packed. */
  hotOf(page: number): ReadonlySet<Entity> {
    return this.#pages[page]!.hot;
  }

  /**
   * Entities with an instant at `fromMs` or later, and those that outlive their facts. Packed ones are given as they are
   * unpacked, for reading: what is changed of them is lost.
   */
  *since(fromMs: number): Generator<Entity> {
    for (const entity of this.#hot.values()) if (reaches(entity.id, entity.lastAt, fromMs)) yield entity;
    for (const { packed } of this.#pages) {
      for (const { id, lastAt, body } of packed.recordsSince(fromMs, lasts))
        yield unpackEntity(id, lastAt, body);
    }
  }

  /** Those that may have an item open at an instant, for reading. */
  *openAt(atMs: number): Generator<Entity> {
    for (const entity of this.#hot.values())
      if (entity.lastAt > atMs && entity.kind.opens === true) yield entity;
    for (const { packed } of this.#pages) {
      for (const { id, lastAt, body } of packed.recordsSince(atMs + 1))
        if (kindOf(id).opens === true) yield unpackEntity(id, lastAt, body);
    }
  }

  /** The same as {@link since}, as they are now, of those whose id is wanted: see {@link FrozenEntities}. */
  freeze(fromMs: number, isWanted: (id: string) => boolean = () => true): FrozenEntities {
    const isIn = (id: string, lastAt: number): boolean => isWanted(id) && reaches(id, lastAt, fromMs);
    const hot: Entity[] = [];
    for (const entity of this.#hot.values()) if (isIn(entity.id, entity.lastAt)) hot.push(entity.copy());
    const pages = this.#pages.map(({ packed }) => packed.copy());
    return new FrozenEntities(hot, pages, isIn);
  }

  /** The same, unpacked to stay: for those that will change. */
  unpackSince(fromMs: number): readonly Entity[] {
    const ids = this.#pages.flatMap(({ packed }) =>
      Array.from(packed.recordsSince(fromMs, lasts), ({ id }) => id),
    );
    for (const id of ids) this.get(id);
    return [...this.#hot.values()].filter(({ id, lastAt }) => reaches(id, lastAt, fromMs));
  }

  /** Entities of a page with no instant at `fromMs` or later, unpacked; those of a kind kept longer by so much earlier. */
  before(page: number, fromMs: number, keepsMs: (id: string) => number): readonly Entity[] {
    const { packed, hot } = this.#pages[page]!;
    for (const id of packed.idsBefore(fromMs, keepsMs)) this.get(id);
    return [...hot].filter(({ id, lastAt }) => lastAt < fromMs && lastAt < fromMs - keepsMs(id));
  }

  /**
   * What changed since the last call: entities as {@link packChanges} writes them, and ids of those that are gone. Of
   * those that have nothing dated after `restByMs` most are packed as they are told, and what is told of them is what
   * their pages have.
   */
  takeChanges(restByMs = Number.NEGATIVE_INFINITY): {
    readonly changed: Uint8Array;
    readonly removed: readonly string[];
  } {
    const isToRest = (entity: Entity): boolean =>
      entity.lastAt <= restByMs &&
      entity.before === undefined &&
      entity.kind.endures !== true &&
      entity.isMostlyNew;
    const changed = packChanges(this.#dirty, isToRest, (entity, body) => this.#pack(entity, body));
    const removed = [...this.#removed];
    this.#dirty = new Set();
    this.#removed = new Set();
    return { changed, removed };
  }

  /** A page as a checkpoint keeps it. */
  writePage(index: number): Uint8Array {
    const { packed, hot } = this.#pages[index]!;
    writer.raw(packed.write());
    for (const entity of hot) writeRecord(writer, entity.id, entity.lastAt, packEntity(entity));
    return writer.take();
  }

  /** Puts a page back that {@link writePage} gave; `visit` is called for each of its entities. */
  restorePage(index: number, bytes: Uint8Array, visit: VisitBody): void {
    const packed = new PackedPage(bytes, visit);
    this.#packedCount += packed.size - this.#pages[index]!.packed.size;
    this.#pages[index]!.packed = packed;
  }

  #pack(entity: Entity, body: Uint8Array): void {
    const { hot, packed } = this.#pages[pageOf(entity.id)]!;
    this.#hot.delete(entity.id);
    hot.delete(entity);
    packed.add(entity.id, entity.lastAt, body);
    this.#packedCount++;
  }

  #add(entity: Entity): Entity {
    this.#hot.set(entity.id, entity);
    this.#pages[pageOf(entity.id)]!.hot.add(entity);
    return entity;
  }

  #take(id: string): boolean {
    const page = this.#pages[pageOf(id)]!;
    const hot = this.#hot.get(id);
    if (hot === undefined) {
      if (page.packed.take(id) === undefined) return false;
      this.#packedCount--;
      return true;
    }
    this.#hot.delete(id);
    page.hot.delete(hot);
    this.#dirty.delete(hot);
    return true;
  }
}
