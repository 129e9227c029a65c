// The source address that a flow's destination is told: what the edge saw itself, or what a witness signed for this
// device. A device's own claim is no input here.
import {
  type Address,
  type Family,
  isUnspecified,
  type Prefix,
  prefixContains,
} from '../../protocol/address.ts';
import type { Denial } from '../../protocol/proxy-status.ts';
import type { Assurance } from '../../protocol/restoration.ts';
import { isGlobalUnicast } from '../../protocol/special-purpose.ts';

/** Verified statements of the witness, per family. */
export type Attested = { readonly ipv4: Address | null; readonly ipv6: Address | null };

export type SourceInput = {
  /** The TCP peer of the tunnel as the edge or its load balancer sees it; unspecified where neither saw one. */
  readonly peer: Address;
  readonly attested: Attested;
  readonly preferredFamily: Family | null;
  readonly sourceRanges: readonly Prefix[];
  /** Refuse a mismatch instead of flagging it. */
  readonly strict: boolean;
  /** Refuse a flow whose destination would be told an address where none is known. */
  readonly refuseUnknown: boolean;
};

export type SourceFlag = 'egress-mismatch' | 'source-unknown';

/** Why a valid statement served nothing: it is of another family than the peer, and the destination wants that of the peer. */
export type UnusedStatement = 'other-family';

export type SourceChoice = {
  /** Null: nothing is known for sure, and nothing is stated. */
  readonly source: Address | null;
  readonly assurance: Assurance;
  readonly flags: readonly SourceFlag[];
  readonly unused: readonly UnusedStatement[];
  readonly denial: Denial | null;
};

/** Whether an address may be a source at all: global, or in a range that the organisation named. */
export function maySource(address: Address, sourceRanges: readonly Prefix[]): boolean {
  if (isGlobalUnicast(address)) return true;
  // A range of everything (0.0.0.0/0) holds the address that stands for none.
  return !isUnspecified(address) && sourceRanges.some((range) => prefixContains(range, address));
}

/** The peer wins within its family; an attestation serves the other family, or an edge that sees no usable peer. */
export function chooseSource(input: SourceInput): SourceChoice {
  return maySource(input.peer, input.sourceRanges) ? chooseWithPeer(input) : chooseWithoutPeer(input);
}

/** How sure it is that the peer's own address is the device's: not at all where something private stands between. */
export function peerAssurance({ peer, attested, sourceRanges }: SourceInput): Assurance {
  if (!maySource(peer, sourceRanges)) return 'unknown';
  const same = attested[peer.family];
  return same !== null && sameNetwork(same, peer) ? 'observed+attested' : 'observed';
}

function chooseWithPeer(input: SourceInput): SourceChoice {
  const { peer, attested, preferredFamily, strict } = input;
  const same = attested[peer.family];
  const mismatch = same !== null && !sameNetwork(same, peer);
  const flags: readonly SourceFlag[] = mismatch ? ['egress-mismatch'] : [];
  const denial: Denial | null =
    mismatch && strict ? { error: 'http_request_denied', reason: 'egress-mismatch' } : null;
  const preferred = preferredFamily === null ? null : attested[preferredFamily];
  if (preferred !== null && preferredFamily !== peer.family) {
    return { source: preferred, assurance: 'attested', flags, unused: [], denial };
  }
  // Devices show a statement of each family they have; only one that comes alone was meant for this peer.
  const onlyOther = same === null && (attested.ipv4 ?? attested.ipv6) !== null;
  const unused: readonly UnusedStatement[] = onlyOther ? ['other-family'] : [];
  return { source: peer, assurance: peerAssurance(input), flags, unused, denial };
}

function chooseWithoutPeer(input: SourceInput): SourceChoice {
  const { peer, attested, preferredFamily, refuseUnknown } = input;
  const source =
    (preferredFamily === null ? null : attested[preferredFamily]) ??
    attested[peer.family] ??
    attested.ipv4 ??
    attested.ipv6;
  if (source !== null) return { source, assurance: 'attested', flags: [], unused: [], denial: null };
  const denial: Denial | null = refuseUnknown
    ? { error: 'http_request_denied', reason: 'source-unknown' }
    : null;
  return { source, assurance: 'unknown', flags: ['source-unknown'], unused: [], denial };
}

/** IPv6 hosts change their lower half daily (RFC 8981), so the /64 is what identifies them. */
function sameNetwork(a: Address, b: Address): boolean {
  const compared = a.family === 'ipv6' ? 8 : 4;
  return a.bytes.slice(0, compared).every((byte, i) => byte === b.bytes[i]);
}
