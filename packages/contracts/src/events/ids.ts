import { ID_LENGTH } from './fields.ts';

/** An id is at most this long in UTF-8: what is kept of it, on disk and in keys, is bounded by it. */
export const MAX_ID_BYTES = 200;
/** A text of so many UTF-16 units or fewer cannot be longer: each takes three bytes at most. */
const SURELY_SHORT = Math.floor(MAX_ID_BYTES / 3);

/** Where ids stand in a value of a schema. */
export interface IdPlaces {
  readonly isId: boolean;
  readonly fields: readonly (readonly [name: string, inside: IdPlaces])[];
  readonly items: IdPlaces | undefined;
}

/** What the walk reads of a schema. */
interface Schema {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Where the ids of a schema are; `undefined` when it has none. No other text has the bounds of an id. */
export function idPlaces(schema: object): IdPlaces | undefined {
  const { minLength, maxLength, properties = {}, items, anyOf } = schema as Schema;
  if (anyOf !== undefined) return anyOf.map(idPlaces).reduce(both, undefined);
  const isId = minLength === ID_LENGTH.minLength && maxLength === ID_LENGTH.maxLength;
  const fields = Object.entries(properties).flatMap(([name, field]) => {
    const inside = idPlaces(field);
    return inside === undefined ? [] : [[name, inside] as const];
  });
  const inItems = items === undefined ? undefined : idPlaces(items);
  return isId || fields.length > 0 || inItems !== undefined ? { isId, fields, items: inItems } : undefined;
}

/** The places of two alternatives, of which a value may be either. */
function both(a: IdPlaces | undefined, b: IdPlaces | undefined): IdPlaces | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return { isId: a.isId || b.isId, fields: [...a.fields, ...b.fields], items: both(a.items, b.items) };
}

/** The way to the first id that is too long in bytes: names of fields, and places in lists. */
export function longId(value: unknown, { isId, fields, items }: IdPlaces): readonly string[] | undefined {
  if (typeof value === 'string') {
    return isId && value.length > SURELY_SHORT && utf8Length(value) > MAX_ID_BYTES ? [] : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    if (items === undefined) return undefined;
    for (let i = 0; i < value.length; i++) {
      const found = longId(value[i], items);
      if (found !== undefined) return [String(i), ...found];
    }
    return undefined;
  }
  for (const [name, inside] of fields) {
    const held = (value as Record<string, unknown>)[name];
    if (held === undefined) continue;
    const found = longId(held, inside);
    if (found !== undefined) return [name, ...found];
  }
  return undefined;
}

/** Bytes of a text in UTF-8; a lone surrogate counts three, as the replacement character it is written as. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const character of text) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
