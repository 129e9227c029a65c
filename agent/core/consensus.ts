// The quorum rule: which egress address several answers of one network generation and one family add up to.
import { type Address, type Prefix, prefixContains } from '../../protocol/address.ts';
import { isGlobalUnicast } from '../../protocol/special-purpose.ts';

/** A witness's signed statement, ready to be attached. Times are wall-clock milliseconds of this machine. */
export type EgressToken = { readonly jws: string; readonly issuedAt: number; readonly expiresAt: number };

/** Which kind of source spoke. `reflection` is what the edge saw as peer of the tunnel. */
export type EgressSource = 'reflection' | 'witness' | 'stun' | 'https' | 'dns';

/** One answer of one source. */
export type Observation = {
  readonly source: EgressSource;
  /** Who runs the source; answers of one operator are one voice. */
  readonly operator: string;
  /** What was asked, as a person would name it. */
  readonly asked: string;
  readonly address: Address;
  /** The signature was verified against a pinned key and binds this device. */
  readonly signed: boolean;
  readonly overTls: boolean;
  readonly token: EgressToken | null;
  /** When the answer arrived, wall-clock milliseconds. */
  readonly at: number;
  /** The network generation in which the question was asked. */
  readonly generation: number;
};

/** How long an answer without a token counts, in ms: a NAT may give another address at any time. */
export const observationLifeMs = 300_000;

export type Verdict =
  /** No answer that may count. */
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'confirmed';
      readonly address: Address;
      readonly token: EgressToken | null;
      readonly checkedAt: number;
      readonly expiresAt: number;
    }
  | {
      readonly kind: 'probable';
      readonly address: Address;
      readonly checkedAt: number;
      readonly expiresAt: number;
    }
  | {
      readonly kind: 'ambiguous';
      readonly candidates: readonly Address[];
      /** Two authorities differ: the witness and the edge, or two edges. */
      readonly contradiction: boolean;
    };

/**
 * Adds up the answers that have not expired at `now`:
 *
 * 1. a signed answer or the edge's reflection alone is `confirmed`;
 * 2. else two operators that agree, one of them over TLS, are `probable`, if no other address has such a pair;
 * 3. anything else is `ambiguous`.
 *
 * A witness and a reflection that differ are `ambiguous`, and neither wins. The edge takes its own view of the tunnel's
 * peer within that family anyway, so a token with another address could only be flagged, or refused in strict mode.
 */
export function consensus(
  observations: readonly Observation[],
  now: number,
  sourceRanges: readonly Prefix[],
): Verdict {
  const usable = observations.filter((o) => expiresAt(o) > now && refusal(o, sourceRanges) === null);
  if (usable.length === 0) return { kind: 'nothing' };
  const strong = usable.filter(isAuthoritative);
  if (strong.length > 0) return fromAuthorities(strong);
  const pairs = groupBySite(usable).filter(isAgreeingPair);
  const [pair] = pairs;
  if (pair === undefined || pairs.length > 1) return ambiguous(usable, false);
  // A pair counts only as long as both of its voices do.
  return { kind: 'probable', ...summary(pair), expiresAt: Math.min(...pair.map(expiresAt)) };
}

/**
 * Why an answer may not count, or null. Addresses that are not public say nothing about how the Internet sees a device;
 * the organisation's own ranges are let in, but only on the word of its edge or its witness.
 */
export function refusal(
  observation: Observation,
  sourceRanges: readonly Prefix[],
): 'not-global' | 'range-unsigned' | null {
  if (isGlobalUnicast(observation.address)) return null;
  if (!sourceRanges.some((range) => prefixContains(range, observation.address))) return 'not-global';
  return isAuthoritative(observation) ? null : 'range-unsigned';
}

/** When an answer stops counting, in wall-clock milliseconds. */
export function expiresAt(observation: Observation): number {
  return observation.token?.expiresAt ?? observation.at + observationLifeMs;
}

/**
 * Whether two addresses are one place. IPv6 addresses are compared by their /64: a host changes the lower half by itself
 * (RFC 8981), and two of its sockets may use different ones.
 */
export function sameSite(a: Address, b: Address): boolean {
  if (a.family !== b.family) return false;
  return a.family === 'ipv4' ? a.text === b.text : prefixContains({ address: a, length: 64 }, b);
}

function isAuthoritative(observation: Observation): boolean {
  return observation.signed || observation.source === 'reflection';
}

function fromAuthorities(strong: readonly Observation[]): Verdict {
  const [site, ...others] = groupBySite(strong);
  if (site === undefined || others.length > 0) return ambiguous(strong, true);
  const [newestToken] = site.filter((o) => o.token !== null).toSorted((a, b) => b.at - a.at);
  if (newestToken === undefined) return { kind: 'confirmed', token: null, ...summary(site) };
  return {
    kind: 'confirmed',
    address: newestToken.address,
    token: newestToken.token,
    checkedAt: Math.max(...site.map((o) => o.at)),
    expiresAt: expiresAt(newestToken),
  };
}

function isAgreeingPair(site: readonly Observation[]): boolean {
  return new Set(site.map((o) => o.operator)).size >= 2 && site.some((o) => o.overTls);
}

function ambiguous(observations: readonly Observation[], contradiction: boolean): Verdict {
  return {
    kind: 'ambiguous',
    candidates: groupBySite(observations).map((site) => newest(site).address),
    contradiction,
  };
}

function summary(site: readonly [Observation, ...Observation[]]): {
  address: Address;
  checkedAt: number;
  expiresAt: number;
} {
  const last = newest(site);
  return { address: last.address, checkedAt: last.at, expiresAt: expiresAt(last) };
}

function groupBySite(observations: readonly Observation[]): [Observation, ...Observation[]][] {
  const sites: [Observation, ...Observation[]][] = [];
  for (const observation of observations) {
    const site = sites.find(([first]) => sameSite(first.address, observation.address));
    if (site === undefined) sites.push([observation]);
    else site.push(observation);
  }
  return sites;
}

function newest(site: readonly [Observation, ...Observation[]]): Observation {
  return site.reduce((a, b) => (b.at > a.at ? b : a));
}
