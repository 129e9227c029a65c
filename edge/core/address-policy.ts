// Which addresses the edge dials: ordinary public unicast, and nothing that leads back into the edge's own networks.
import type { Address } from '../../protocol/address.ts';
import type { Denial } from '../../protocol/proxy-status.ts';
import { embeddedIpv4, specialRange } from '../../protocol/special-purpose.ts';
import type { Endpoint } from './edge-policy.ts';

export type AddressSettings = {
  /** Every address of this machine: a connection to one would reach services that trust it, or the edge itself. */
  readonly ownAddresses: readonly string[];
  /** Upstreams of class entries: reachable through their class only, since a PROXY-speaking port believes its peer. */
  readonly upstreams: readonly Endpoint[];
};

export type AddressVerdict = { readonly kind: 'allow' } | { readonly kind: 'deny'; readonly denial: Denial };

const allow: AddressVerdict = { kind: 'allow' };

/**
 * The verdict on a resolved or literal address and port. Reasons: `address-RANGE` (see special-purpose.ts),
 * `embedded-RANGE` for an IPv4 address inside an IPv6 one, `own-address`, `upstream-of-class`.
 */
export function classifyAddress({ address, port }: Endpoint, settings: AddressSettings): AddressVerdict {
  if (settings.ownAddresses.includes(address.text)) return deny('own-address');
  if (settings.upstreams.some((u) => u.port === port && u.address.text === address.text)) {
    return deny('upstream-of-class');
  }
  const range = specialRange(address);
  if (range === null) return allow;
  // A network with NAT64 reaches public IPv4 this way, so the inner address is judged; every other form is a tunnel.
  const inner = range === 'nat64' ? embeddedIpv4(address) : null;
  if (inner === null) return deny(`address-${range}`);
  const verdict = classifyAddress({ address: inner, port }, settings);
  return verdict.kind === 'allow' ? allow : deny(verdict.denial.reason.replace(/^address-/, 'embedded-'));
}

/**
 * The edge's own listeners, also where an upstream is configured: a flow into them would go round for ever. A listener
 * on every address is reached at those of this machine only.
 */
export function isOwnListener(
  { address, port }: Endpoint,
  listeners: readonly Endpoint[],
  ownAddresses: readonly string[],
): boolean {
  const isHere =
    ownAddresses.includes(address.text) || isUnspecified(address) || specialRange(address) === 'loopback';
  return listeners.some(
    (l) => l.port === port && (l.address.text === address.text || (isUnspecified(l.address) && isHere)),
  );
}

function isUnspecified(address: Address): boolean {
  return address.bytes.every((byte) => byte === 0);
}

function deny(reason: string): AddressVerdict {
  return { kind: 'deny', denial: { error: 'destination_ip_prohibited', reason } };
}
