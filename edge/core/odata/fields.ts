// What a collection lets callers ask about: its properties by their paths, each with its type.

/** Times in records are as `Date.prototype.toISOString` writes them, so that they compare as text. */
export type FieldType = 'string' | 'number' | 'boolean' | 'date';

/** Paths as OData writes them: `activityDateTime`, `initiatedBy/user/displayName`. */
export type Fields = Readonly<Record<string, FieldType>>;

/** The value at a path of a record; undefined where there is none. */
export function valueAt(record: unknown, path: string): unknown {
  return path
    .split('/')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, name)
          ? (value as Record<string, unknown>)[name]
          : undefined,
      record,
    );
}
