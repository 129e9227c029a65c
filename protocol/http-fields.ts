// HTTP fields as a list: order, duplicates and spelling are kept, which an object of headers would lose.

export type Field = readonly [name: string, value: string];

/** From Node's flat form (name, value, name, value). Pseudo-header fields of HTTP/2 are left out. */
export function fieldsOf(raw: readonly string[]): Field[] {
  const fields: Field[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i] ?? '';
    if (!name.startsWith(':')) fields.push([name, raw[i + 1] ?? '']);
  }
  return fields;
}

/** The values of every field called `name` (lower case), in their order. */
export function valuesOf(fields: readonly Field[], name: string): string[] {
  return fields.filter(([field]) => field.toLowerCase() === name).map(([, value]) => value);
}

/**
 * The fields that an intermediary passes on (RFC 9110 section 7.6.1): all but those of the connection, which are the
 * ones that `Connection` names and the ones that belong to it whether named or not. What an intermediary adds is added
 * after this, so that a `Connection` of the sender cannot take it away.
 */
export function endToEndFields(fields: readonly Field[]): Field[] {
  const named = new Set(
    valuesOf(fields, 'connection').flatMap((value) =>
      value.split(',').map((option) => option.trim().toLowerCase()),
    ),
  );
  // Naming the length there must not take the framing away from the body that follows.
  named.delete('content-length');
  return fields.filter(([field]) => {
    const name = field.toLowerCase();
    return !ofTheConnection.has(name) && !named.has(name);
  });
}

const ofTheConnection: ReadonlySet<string> = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
]);
