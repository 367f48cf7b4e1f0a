import type { Link } from '@vigie/metrics';
import type { LinkChange } from '../processor/received-links.ts';
import { LEAST_INSTANT, WordList, type ByteReader, type ByteWriter } from './bytes.ts';

/*
 * Links as bytes, one after the other: of an agent there are hundreds, and each differs from the one before it by a few
 * instants. An object tells its shape (the names of its parts, written once) and the parts that differ from those of the
 * last object of that shape; an instant is told by how far it lies from the one told before. Changing this layout means
 * a new checkpoint format.
 */

/** Writes links that the entity `id` has received, by key; `null`: it was taken out. */
export function writeLinks(writer: ByteWriter, id: string, links: ReadonlyMap<string, Link | null>): void {
  writer.count(links.size);
  if (links.size === 0) return;
  const objects = new ObjectWriter(writer);
  let lastKey = '';
  for (const [key, link] of links) {
    writer.text(key, lastKey);
    lastKey = key;
    if (link === null) {
      writer.byte(0);
      continue;
    }
    const { target, key: own } = link;
    if (target !== id || own !== key) throw new Error(`${id} holds a link of ${target} as ${key}: ${own}`);
    writer.byte(1);
    objects.write(link, IMPLIED);
  }
}

/** The links that {@link writeLinks} wrote for the entity `id`. Parts that were `undefined` are left out. */
export function readLinks(reader: ByteReader, id: string): readonly LinkChange[] {
  const objects = new ObjectReader(reader);
  const links: LinkChange[] = [];
  let key = '';
  for (let count = reader.count(); count > 0; count--) {
    key = reader.text(key);
    const link: Link | null = reader.byte() === 0 ? null : { target: id, key, ...objects.read() };
    links.push([key, link]);
  }
  return links;
}

type Value = undefined | null | boolean | number | string | readonly Value[] | PlainObject;
interface PlainObject {
  readonly [part: string]: Value;
}

/** What a value is, before what it says. */
const TAG = { false: 0, true: 1, null: 2, number: 3, instant: 4, text: 5, list: 6, object: 7 } as const;

/** Parts of a link that whoever reads it knows. */
const IMPLIED: ReadonlySet<string> = new Set(['target', 'key']);
const NONE: ReadonlySet<string> = new Set();

/** Objects that have the same parts, and what the last of them said; written and read in step. */
interface Shape {
  readonly parts: readonly string[];
  last: readonly Value[];
}

/** Names of parts, by their number: one once given stays. Any other is spelled out. */
const PARTS = new WordList([
  ...[
    'about',
    'queue',
    'channel',
    'consult',
    'inbound',
    'transferred',
    'wrapIsOpen',
    'tellsHold',
    'tellsAcw',
  ],
  ...['startAt', 'talkEndAt', 'endAt', 'holdMs', 'acwMs', 'isCounted'],
  ...['answers', 'first', 'responses', 'at', 'ms', 'within'],
  ...['surveys', 'evaluations', 'sentiment', 'micros', 'kind', 'box', 'verbatim'],
  ...['isBare', 'attemptAt', 'handledAt', 'abandonedAt', 'isTransferred', 'agents', 'botEndedAt', 'customer'],
  ...['isItself', 'isItem', 'isPresented', 'isAbandoned', 'caseId'],
]);
/** Parts told by one bit each of a number. */
const MOST_PARTS = 30;

class ObjectWriter {
  readonly #writer: ByteWriter;
  readonly #shapes: Shape[] = [];
  #instant = 0;

  constructor(writer: ByteWriter) {
    this.#writer = writer;
  }

  /** Writes an object but for the parts that are `implied`. */
  write(object: object, implied = NONE): void {
    const parts: string[] = [];
    const values: Value[] = [];
    for (const part in object) {
      const value = (object as PlainObject)[part];
      if (value === undefined || implied.has(part)) continue;
      parts.push(part);
      values.push(value);
    }
    const shape = this.#shapeOf(parts);
    // what is told of a part may be of the same shape: this one is the last when it is told to its end
    const { last } = shape;
    let changed = 0;
    for (let i = 0; i < parts.length; i++) if (!isSame(values[i], last[i])) changed |= 1 << i;
    this.#writer.count(changed);
    for (let i = 0; i < parts.length; i++) if ((changed & (1 << i)) !== 0) this.#value(values[i], last[i]);
    shape.last = values;
  }

  #shapeOf(parts: readonly string[]): Shape {
    if (parts.length > MOST_PARTS) throw new Error(`a link has ${parts.length} parts: ${MOST_PARTS} at most`);
    let number = 0;
    while (number < this.#shapes.length && !hasParts(this.#shapes[number]!, parts)) number++;
    this.#writer.count(number);
    const known = this.#shapes[number];
    if (known !== undefined) return known;
    this.#writer.textList(parts, PARTS);
    const shape = { parts, last: [] };
    this.#shapes.push(shape);
    return shape;
  }

  #value(value: Value, before: Value): void {
    const writer = this.#writer;
    if (typeof value === 'boolean') writer.byte(value ? TAG.true : TAG.false);
    else if (typeof value === 'string') {
      writer.byte(TAG.text);
      writer.text(value, typeof before === 'string' ? before : '');
    } else if (typeof value === 'number') this.#number(value);
    else if (value === null || value === undefined) writer.byte(TAG.null);
    else if (isList(value)) {
      writer.byte(TAG.list);
      writer.count(value.length);
      for (const item of value) this.#value(item, undefined);
    } else {
      writer.byte(TAG.object);
      this.write(value);
    }
  }

  #number(value: number): void {
    const isInstant = Number.isSafeInteger(value) && value > LEAST_INSTANT && value < 2 ** 51;
    this.#writer.byte(isInstant ? TAG.instant : TAG.number);
    this.#writer.number(isInstant ? value - this.#instant : value);
    if (isInstant) this.#instant = value;
  }
}

/** There are few shapes of few parts: to compare them costs less than to name them. */
function hasParts({ parts: own }: Shape, parts: readonly string[]): boolean {
  if (own.length !== parts.length) return false;
  for (let i = 0; i < own.length; i++) if (own[i] !== parts[i]) return false;
  return true;
}

class ObjectReader {
  readonly #reader: ByteReader;
  readonly #shapes: Shape[] = [];
  #instant = 0;

  constructor(reader: ByteReader) {
    this.#reader = reader;
  }

  read(): PlainObject {
    const number = this.#reader.count();
    const shape = (this.#shapes[number] ??= { parts: this.#reader.textList(PARTS), last: [] });
    const { parts, last } = shape;
    const changed = this.#reader.count();
    const values = last.slice();
    const object: Record<string, Value> = {};
    for (let i = 0; i < parts.length; i++) {
      if ((changed & (1 << i)) !== 0) values[i] = this.#value(last[i]);
      object[parts[i]!] = values[i];
    }
    shape.last = values;
    return object;
  }

  #value(before: Value): Value {
    const tag = this.#reader.byte();
    switch (tag) {
      case TAG.false:
      case TAG.true:
        return tag === TAG.true;
      case TAG.null:
        return null;
      case TAG.number:
        return this.#reader.number();
      case TAG.instant:
        return (this.#instant += this.#reader.number());
      case TAG.text:
        return this.#reader.text(typeof before === 'string' ? before : '');
      case TAG.list:
        return Array.from({ length: this.#reader.count() }, () => this.#value(undefined));
      case TAG.object:
        return this.read();
      default:
        throw new RangeError(`${tag} is no kind of value`);
    }
  }
}

function isList(value: readonly Value[] | PlainObject): value is readonly Value[] {
  return Array.isArray(value);
}

/** Lists and objects are told again: they nearly always differ. Empty lists do not. */
function isSame(a: Value, b: Value): boolean {
  return a === b || (Array.isArray(a) && Array.isArray(b) && a.length === 0 && b.length === 0);
}
