// What an edge may be called.
import { parseHost } from '../../protocol/destination.ts';

/** A host name in lower case that begins with a letter: it stands in a certificate, a URL and a structured field. */
export function isEdgeName(text: string): boolean {
  return parseHost(text)?.kind === 'name' && /^[a-z][a-z0-9.-]*$/.test(text);
}
