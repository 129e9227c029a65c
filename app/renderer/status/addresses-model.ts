// The two sides of the card of addresses: what is known of the own network's, and what of the edge's.
import type { EgressAddressStatus, Status } from '../../../protocol/status.ts';

export const families = ['ipv4', 'ipv6'] as const;
export type Family = (typeof families)[number];

export type AddressLine = {
  readonly family: Family;
  /** What can be read there; more than one only where checks disagree. */
  readonly addresses: readonly string[];
  readonly state: 'confirmed' | 'probable' | 'checking' | 'not-proven' | 'stale' | 'none' | 'unknown';
};

export type AddressSide = {
  /** Whether somebody will see an address of this side. */
  readonly isSeen: boolean;
  readonly lines: readonly AddressLine[];
};

export function ownSide({ egress, seenAs }: Status): AddressSide {
  const lines = families.map((family) => ownLine(family, egress[family]));
  return { isSeen: seenAs.some(({ whose }) => whose === 'own'), lines: knownFirst(lines) };
}

/** Null: no edge is in use. */
export function edgeSide({ connection, edgeEgress, seenAs }: Status): AddressSide | null {
  if (connection.kind !== 'connected') return null;
  const isTold = edgeEgress.ipv4 !== null || edgeEgress.ipv6 !== null;
  const lines = families.map((family): AddressLine => {
    const address = edgeEgress[family];
    if (address !== null) return { family, addresses: [address], state: 'confirmed' };
    return { family, addresses: [], state: isTold ? 'none' : 'unknown' };
  });
  return { isSeen: seenAs.some(({ whose }) => whose === 'edge'), lines: knownFirst(lines) };
}

/** When both families were checked last: the older of the two. Null: never. */
export function checkedAt({ egress }: Pick<Status, 'egress'>): string | null {
  const times = families.flatMap((family) => {
    const { state, checkedAt: time } = egress[family];
    return state === 'none' || time === null ? [] : [time];
  });
  return times.sort()[0] ?? null;
}

export function isChecking({ egress }: Status): boolean {
  return families.some((family) => egress[family].state === 'detecting');
}

function ownLine(family: Family, status: EgressAddressStatus): AddressLine {
  const own = status.address === null ? [] : [status.address];
  switch (status.state) {
    case 'confirmed':
    case 'probable':
    case 'none':
    case 'unknown':
      return { family, addresses: status.state === 'none' ? [] : own, state: status.state };
    case 'detecting':
      return { family, addresses: own, state: 'checking' };
    case 'stale':
      // From before a change of networks: nobody knows whether it still holds.
      return { family, addresses: [], state: 'stale' };
    case 'ambiguous':
      return { family, addresses: candidates(status), state: 'not-proven' };
  }
}

function candidates({ evidence }: EgressAddressStatus): readonly string[] {
  const told = evidence.flatMap(({ address, error }) =>
    address === null || error !== null ? [] : [address],
  );
  return [...new Set(told)];
}

/** The line with an address leads; two without one are one line less to read. */
function knownFirst(lines: readonly AddressLine[]): readonly AddressLine[] {
  return lines.toSorted((a, b) => Number(b.addresses.length > 0) - Number(a.addresses.length > 0));
}
