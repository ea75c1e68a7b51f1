type Json = Record<string, unknown>;

/**
 * A schema as zod writes it, made a part of the contract: without the members that belong to JSON Schema
 * files, and with what zod puts beside it in `$defs` referred to where the contract has it by name.
 */
export function contractSchema({ $schema, $id, $defs, id, ...schema }: Json): Json {
  return withNamedRefs(schema) as Json;
}

function withNamedRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withNamedRefs);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === '$ref' && typeof member === 'string'
        ? member.replace(/^.*#\/\$defs\//, '#/components/schemas/')
        : withNamedRefs(member),
    ]),
  );
}
