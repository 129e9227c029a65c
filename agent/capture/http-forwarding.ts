// What becomes of a request in absolute form on its way to the origin, and of the answer on its way back (RFC 9110 section 7.6).
import { type Destination, parseAuthority } from '../../protocol/destination.ts';
import { endToEndFields } from '../../protocol/http-fields.ts';

export type RequestTarget =
  | {
      readonly kind: 'absolute';
      readonly destination: Destination;
      /** For the Host field, as the program spelt it. */
      readonly authority: string;
      /** For the request line: path and query, or `*`. */
      readonly path: string;
    }
  | { readonly kind: 'origin'; readonly path: string }
  | { readonly kind: 'bad'; readonly reason: string };

/** The target of a request line that is not CONNECT (RFC 9112 section 3.2). Only `http://` can be forwarded. */
export function parseRequestTarget(method: string, target: string): RequestTarget {
  if (target.startsWith('/') || target === '*') return { kind: 'origin', path: target };
  const match = /^http:\/\/([^/?#]+)([/?][^#]*)?$/i.exec(target);
  if (match === null) {
    return {
      kind: 'bad',
      reason: /^[a-z][a-z0-9+.-]*:/i.test(target) ? 'scheme-not-supported' : 'bad-target',
    };
  }
  const [, authority = '', rest = ''] = match;
  const destination = parseAuthority(/:\d+$/.test(authority) ? authority : `${authority}:80`);
  if (destination === null) return { kind: 'bad', reason: 'bad-authority' };
  // RFC 9112 section 3.2.4: an OPTIONS without path asks about the server as a whole.
  const path = rest === '' && method === 'OPTIONS' ? '*' : rest.startsWith('/') ? rest : `/${rest}`;
  return { kind: 'absolute', destination, authority, path };
}

export type Framing = 'none' | 'length' | 'chunked';

/**
 * How the body of a request is framed, or null for codings that cannot be passed on as they are.
 * The parser has refused a message that has both a length and a coding.
 */
export function framingOf(rawHeaders: readonly string[]): Framing | null {
  const codings = valuesOf(rawHeaders, 'transfer-encoding');
  if (codings.length > 0) return codings.join(',').trim().toLowerCase() === 'chunked' ? 'chunked' : null;
  return valuesOf(rawHeaders, 'content-length').length > 0 ? 'length' : 'none';
}

/**
 * The fields that the origin gets: all of them as they came, in their order and spelling, except
 * - `Host`, which is the authority of the request line (RFC 9112 section 3.2.2), first;
 * - fields of the connection (`Connection` and what it names, `Keep-Alive`, `TE`, `Upgrade`, `Proxy-Authenticate`,
 *   `Proxy-Authorization`, `Proxy-Connection`), which end here;
 * - `Content-Length: 0` where a method that may have a body came without one, since it says the same.
 * `Via` and forwarding fields are not added: the origin sees what the program sent.
 */
export function requestHeaders(
  rawHeaders: readonly string[],
  authority: string,
  framing: Framing,
  method: string,
  upgrade: string | null,
): string[] {
  const kept = endToEnd(
    rawHeaders,
    (name) => name !== 'host' && !(name === 'trailer' && framing !== 'chunked'),
  );
  const headers = ['Host', authority, ...kept];
  if (framing === 'chunked') headers.push('Transfer-Encoding', 'chunked');
  if (framing === 'none' && !methodsWithoutBody.has(method)) headers.push('Content-Length', '0');
  if (upgrade !== null) headers.push('Connection', 'Upgrade', 'Upgrade', upgrade);
  return headers;
}

/** The fields of an answer without those of the connection. `Trailer` goes where no trailer can follow. */
export function responseHeaders(rawHeaders: readonly string[], trailers: boolean): string[] {
  return endToEnd(rawHeaders, (name) => name !== 'trailer' || trailers);
}

/** The values of every field called `name` (lower case). */
export function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return pairs(rawHeaders)
    .filter(([field]) => field.toLowerCase() === name)
    .map(([, value]) => value);
}

export function pairs(rawHeaders: readonly string[]): [string, string][] {
  const result: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2)
    result.push([rawHeaders[i] ?? '', rawHeaders[i + 1] ?? '']);
  return result;
}

const methodsWithoutBody: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE']);

function endToEnd(rawHeaders: readonly string[], keep: (name: string) => boolean): string[] {
  return endToEndFields(pairs(rawHeaders))
    .filter(([field]) => keep(field.toLowerCase()))
    .flat();
}
