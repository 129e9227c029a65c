// A destination that a person asks for by name: `host`, `host:port` or an address.
import { parseAddress } from '../../protocol/address.ts';
import { type Destination, formatHost, parseAuthority, parseHost } from '../../protocol/destination.ts';

export type AskedDestination =
  | { readonly kind: 'destination'; readonly destination: Destination; readonly shown: string }
  /** What is wrong with it, and what to write instead. */
  | { readonly kind: 'fault'; readonly fault: string };

/** Reads what a person typed. The port is 443 where there is none. */
export function readAskedDestination(text: string): AskedDestination {
  const bracketed = /^\[(.*)\]$/.exec(text)?.[1] ?? null;
  const address = bracketed === null ? null : parseAddress(bracketed);
  const host = address === null ? parseHost(text) : ({ kind: 'address', address } as const);
  const destination = host === null ? parseAuthority(text) : { host, port: 443 };
  return destination === null
    ? { kind: 'fault', fault: faultOf(text) }
    : { kind: 'destination', destination, shown: shownAs(destination) };
}

function shownAs({ host, port }: Destination): string {
  const name = formatHost(host);
  if (port === 443) return name;
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}

function faultOf(text: string): string {
  const url = URL.canParse(text) && text.includes('://') ? new URL(text).host : '';
  if (url !== '') return `is a URL; ask for its host, ${url}`;
  if (text.includes('*')) return `is a pattern; ask for one host, such as ${text.replaceAll('*', 'any')}`;
  return 'is no host, host:port or address';
}
