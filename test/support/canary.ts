// Secrets that can be recognised wherever they turn up, and a search for them in every spelling that programs use.

/** Unlike anything else; `place` tells a reader of a failure where it was put. */
export function canary(place: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(18));
  return `canary-${place}-${Buffer.from(bytes).toString('hex')}`;
}

/**
 * What of `secret` stands in a text that holds it plain, percent-encoded, as hex, or in base64 or base64url, alone or
 * within something longer that was encoded as a whole.
 */
export function spellings(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((offset) => {
    // The first and last digits depend on the neighbours.
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    return text.slice(offset === 0 ? 0 : offset + 1, -2);
  });
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const spelt = [secret, encodeURIComponent(secret), hex, hex.toUpperCase(), ...base64, ...url];
  return [...new Set(spelt)];
}

/** Names of the secrets that stand in `text`, each with its spelling. */
export function secretsIn(text: string, secrets: Readonly<Record<string, string>>): string[] {
  return Object.entries(secrets).flatMap(([name, secret]) =>
    spellings(secret)
      .filter((spelt) => text.includes(spelt))
      .map((spelt) => `${name} as ${spelt}`),
  );
}
