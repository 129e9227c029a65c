// Resolves a destination's name once per flow: what is judged is what is dialled.
import { lookup } from 'node:dns/promises';
import { type Address, parseAddress } from '../../protocol/address.ts';
import type { Denial } from '../../protocol/proxy-status.ts';

export type Resolution =
  | { readonly kind: 'resolved'; readonly addresses: readonly Address[] }
  | { readonly kind: 'failed'; readonly denial: Denial };

/** Never rejects. At least one address is resolved. */
export type Resolve = (name: string) => Promise<Resolution>;

/** Names in traffic profiles have a handful of addresses; an answer with thousands is not worth their checks. */
const maxAddresses = 16;

/** What `dns.lookup` of node:dns/promises answers when asked for all addresses. */
export type Lookup = (name: string) => Promise<readonly { readonly address: string }[]>;

export function createResolver(lookUp: Lookup): Resolve {
  return async (name) => {
    try {
      const answers = await lookUp(questionFor(name));
      const addresses = answers
        .map(({ address }) => parseAddress(address))
        .filter((address) => address !== null)
        .slice(0, maxAddresses);
      return addresses.length > 0 ? { kind: 'resolved', addresses } : failed('no-address');
    } catch (error) {
      return failed(codeOf(error));
    }
  };
}

/** The system's resolver, in its order. */
export const resolveBySystem: Resolve = createResolver((name) =>
  lookup(name, { all: true, order: 'verbatim' }),
);

/**
 * Hosts files hold names without a trailing dot, so a name is asked for as it is; a search domain comes into play only
 * where nobody knows it. A single label would be completed by a search domain at once, which the dot keeps out.
 */
function questionFor(name: string): string {
  return name.includes('.') ? name : `${name}.`;
}

function failed(code: string): Resolution {
  if (code === 'ETIMEOUT' || code === 'EAI_AGAIN') {
    return { kind: 'failed', denial: { error: 'dns_timeout', reason: 'name-lookup-timed-out' } };
  }
  const reason = code === 'ENOTFOUND' || code === 'no-address' ? 'name-not-found' : 'name-lookup-failed';
  return { kind: 'failed', denial: { error: 'dns_error', reason } };
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
