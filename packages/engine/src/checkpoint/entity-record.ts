import type { Fact } from '@vigie/metrics';
import { Entity, type EntityChange } from '../processor/entity.ts';
import type { LinkChange } from '../processor/received-links.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import { readLinks, writeLinks } from './link-codec.ts';
import { readFacts, writeFacts } from './record-codec.ts';

/** What is read of a packed entity without unpacking its facts. */
export interface EntityHead {
  /** Some of its facts name the journey of a contact. */
  readonly linked: boolean;
  readonly held: number;
  readonly conflicts: number;
}

const writer = new ByteWriter();

/** An entity as the body of a record of its page; valid until the next is packed. */
export function packEntity(entity: Entity): Uint8Array {
  writer.clear();
  writeBody(entity, entity.facts, entity.links.byKey);
  return writer.from(0);
}

export function unpackEntity(id: string, lastAt: number, body: Uint8Array): Entity {
  const reader = new ByteReader(body);
  const head = readHead(reader);
  const entity = new Entity(id, readFacts(reader, id), readLinks(reader, id));
  entity.lastAt = lastAt;
  entity.held = head.held;
  entity.conflicts = head.conflicts;
  entity.told();
  return entity;
}

/** The facts of a packed entity alone. */
export function unpackFacts(id: string, body: Uint8Array): readonly Fact[] {
  const reader = new ByteReader(body);
  readHead(reader);
  return readFacts(reader, id);
}

/**
 * Changes of entities, one after the other, as a delta holds them. One that `isToRest` is told as a whole, and `rest` is
 * told the body of its record, which is valid for the call.
 */
export function packChanges(
  entities: Iterable<Entity>,
  isToRest: (entity: Entity) => boolean,
  rest: (entity: Entity, body: Uint8Array) => void,
): Uint8Array {
  writer.clear();
  for (const entity of entities) {
    const rests = isToRest(entity);
    const { isWhole, facts, links } = entity.takeChange(rests);
    writer.text(entity.id, '');
    writer.number(entity.lastAt);
    writer.byte(isWhole ? 1 : 0);
    const start = writer.length;
    writeBody(entity, facts, links);
    if (rests) rest(entity, writer.from(start));
  }
  return writer.take();
}

/** One entity's change: its facts and links are all it has, or are to be united with those it had. */
export interface StoredChange extends EntityHead {
  readonly id: string;
  readonly lastAt: number;
  readonly isWhole: boolean;
  readonly facts: readonly Fact[];
  readonly links: readonly LinkChange[];
}

export function* unpackChanges(bytes: Uint8Array): Generator<StoredChange> {
  const reader = new ByteReader(bytes);
  while (!reader.isAtEnd) {
    const id = reader.text('');
    const lastAt = reader.number();
    const isWhole = reader.byte() === 1;
    const head = readHead(reader);
    yield { id, lastAt, isWhole, ...head, facts: readFacts(reader, id), links: readLinks(reader, id) };
  }
}

function writeBody(
  { id, linked, held, conflicts }: Entity,
  facts: EntityChange['facts'],
  links: EntityChange['links'],
): void {
  writer.byte(linked ? 1 : 0);
  writer.count(held);
  writer.count(conflicts);
  writeFacts(writer, id, facts);
  writeLinks(writer, id, links);
}

/** The head that stands where the reader is. */
export function readHead(reader: ByteReader): EntityHead {
  return { linked: reader.byte() === 1, held: reader.count(), conflicts: reader.count() };
}
