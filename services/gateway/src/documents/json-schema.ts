/** A schema as plain JSON Schema: references point to `where`, for example `#/components/schemas/`. */
export function plainSchema(schema: unknown, where: string): Record<string, unknown> {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => (key === '$ref' ? `${where}${String(value)}` : value)),
  ) as Record<string, unknown>;
}

/** A reference to a named schema of the document. */
export function ref(name: string, where = '#/components/schemas/'): { readonly $ref: string } {
  return { $ref: `${where}${name}` };
}
