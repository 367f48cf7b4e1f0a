/** What the walk reads of a schema. */
interface Schema {
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Where texts of one kind stand in a value of a schema. */
export interface Places {
  readonly isPlace: boolean;
  readonly fields: readonly (readonly [name: string, inside: Places])[];
  readonly items: Places | undefined;
}

/** Where the texts of a schema stand whose own schema `isPlace` names; `undefined` when there are none. */
export function placesOf(schema: object, isPlace: (text: Schema) => boolean): Places | undefined {
  const { properties = {}, items, anyOf } = schema as Schema;
  if (anyOf !== undefined) return anyOf.map((one) => placesOf(one, isPlace)).reduce(both, undefined);
  const fields = Object.entries(properties).flatMap(([name, field]) => {
    const inside = placesOf(field, isPlace);
    return inside === undefined ? [] : [[name, inside] as const];
  });
  const inItems = items === undefined ? undefined : placesOf(items, isPlace);
  const isOne = isPlace(schema as Schema);
  return isOne || fields.length > 0 || inItems !== undefined
    ? { isPlace: isOne, fields, items: inItems }
    : undefined;
}

/** The places of two alternatives, of which a value may be either. */
function both(a: Places | undefined, b: Places | undefined): Places | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    isPlace: a.isPlace || b.isPlace,
    fields: [...a.fields, ...b.fields],
    items: both(a.items, b.items),
  };
}

/** The way to the first text in its places that is wrong: names of fields, and positions in lists. */
export function firstWrong(
  value: unknown,
  { isPlace, fields, items }: Places,
  isWrong: (text: string) => boolean,
): readonly string[] | undefined {
  if (typeof value === 'string') return isPlace && isWrong(value) ? [] : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) {
    if (items === undefined) return undefined;
    for (let i = 0; i < value.length; i++) {
      const found = firstWrong(value[i], items, isWrong);
      if (found !== undefined) return [String(i), ...found];
    }
    return undefined;
  }
  for (const [name, inside] of fields) {
    const held = (value as Record<string, unknown>)[name];
    if (held === undefined) continue;
    const found = firstWrong(held, inside, isWrong);
    if (found !== undefined) return [name, ...found];
  }
  return undefined;
}
