// Answers of egress sources as tests need them.
import type { EgressToken, Observation } from '../../agent/core/consensus.ts';
import { type Address, parseAddress } from '../../protocol/address.ts';

export function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === null) throw new Error(`not an address: ${text}`);
  return parsed;
}

type Given = Partial<Observation> & { readonly at: number };

/** A witness's signed answer with a token of `lifeMs`. */
export function witnessed(ip: string, given: Given & { readonly lifeMs?: number }): Observation {
  const { lifeMs = 300_000, ...rest } = given;
  const token: EgressToken = {
    jws: `token-for-${ip}-${given.generation ?? 0}-${given.at}`,
    issuedAt: given.at,
    expiresAt: given.at + lifeMs,
  };
  return {
    source: 'witness',
    operator: 'edge.contoso.test',
    asked: 'edge.contoso.test',
    address: address(ip),
    signed: true,
    overTls: true,
    token,
    generation: 0,
    ...rest,
  };
}

/** What the edge saw as peer of the tunnel. */
export function reflected(ip: string, given: Given): Observation {
  return { ...witnessed(ip, given), source: 'reflection', signed: false, token: null, ...given };
}

/** An unsigned answer of a third party. */
export function echoed(ip: string, given: Given & { readonly operator: string }): Observation {
  return { ...witnessed(ip, given), source: 'https', signed: false, token: null, ...given };
}
