// What a flow wants to reach, canonicalised once at the door: every rule, log line and header sees only this form.
import { type Address, parseAddress } from './address.ts';

/** A name or an address; never a name that could also be read as an address. */
export type Host =
  { readonly kind: 'name'; readonly name: string } | { readonly kind: 'address'; readonly address: Address };

export type TransportProtocol = 'tcp' | 'udp';

export type Destination = { readonly host: Host; readonly port: number };

/**
 * The host that `text` spells (rule R1): one trailing dot is dropped, ASCII letters become lower case; then it is an
 * IP literal or a name of 1 to 253 characters with labels of 1 to 63 characters from [a-z0-9_-]. Anything else,
 * non-ASCII and number-like names (127.1, 0x7f000001) included, is null: getaddrinfo would read those as addresses.
 */
export function parseHost(text: string): Host | null {
  const bare = (text.endsWith('.') ? text.slice(0, -1) : text).toLowerCase();
  // toLowerCase maps some non-ASCII letters into ASCII (U+212A KELVIN SIGN to k), so the input is checked, not the result.
  if (!/^[\x21-\x7e]+$/.test(text)) return null;
  const address = parseAddress(bare);
  if (address !== null) return text.endsWith('.') ? null : { kind: 'address', address };
  if (bare.length > 253 || !/^[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(bare)) return null;
  const last = bare.slice(bare.lastIndexOf('.') + 1);
  if (/^(\d+|0x[0-9a-f]*)$/.test(last)) return null;
  return { kind: 'name', name: bare };
}

/** The port that `text` spells in decimal without sign or leading zero, 1 to 65535, or null. */
export function parsePort(text: string): number | null {
  if (!/^[1-9]\d{0,4}$/.test(text)) return null;
  const port = Number(text);
  return port <= 65_535 ? port : null;
}

/**
 * The destination that an authority spells: `host:port` with the port present and IPv6 in brackets
 * (RFC 9110 section 9.3.6, RFC 3986 section 3.2). No userinfo, no spaces, no percent-encoding.
 */
export function parseAuthority(text: string): Destination | null {
  const match = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  if (match === null) return null;
  const [, bracketed, plain, portText = ''] = match;
  const port = parsePort(portText);
  const host = parseHost(bracketed ?? plain ?? '');
  if (host === null || port === null) return null;
  if (bracketed !== undefined && !(host.kind === 'address' && bracketed.includes(':'))) return null;
  return { host, port };
}

/** The host of a URL, an IPv6 address without its brackets. Not canonical: see `parseHost`. */
export function hostOfUrl({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

export function formatHost(host: Host): string {
  return host.kind === 'name' ? host.name : host.address.text;
}

/** `host:port`, IPv6 in brackets: the form of `:authority` and of logs. */
export function formatDestination({ host, port }: Destination): string {
  const text = formatHost(host);
  return text.includes(':') ? `[${text}]:${port}` : `${text}:${port}`;
}
