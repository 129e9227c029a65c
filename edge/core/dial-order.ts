// Which of a flow's endpoints are dialled, and in which order.
import type { Address } from '../../protocol/address.ts';
import type { Denial } from '../../protocol/proxy-status.ts';
import type { RestorationClass } from '../../protocol/restoration.ts';
import type { EgressAddresses, Endpoint } from './edge-policy.ts';

export type DialInput = {
  /** Judged by the address policy. */
  readonly endpoints: readonly Endpoint[];
  readonly class: RestorationClass;
  readonly egress: EgressAddresses;
  /** What the destination is told. */
  readonly source: Address | null;
};

export type DialOrder =
  | { readonly kind: 'dial'; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: 'deny'; readonly denial: Denial };

export function dialOrder({ endpoints, class: restoration, egress, source }: DialInput): DialOrder {
  switch (restoration) {
    case 'anchor':
      return anchored(endpoints, egress);
    case 'proxy-v2':
      return { kind: 'dial', endpoints: source === null ? endpoints : ofFamilyFirst(endpoints, source) };
    default:
      return { kind: 'dial', endpoints };
  }
}

/** The named location holds the configured addresses: another family would leave by an address outside it. */
function anchored(endpoints: readonly Endpoint[], egress: EgressAddresses): DialOrder {
  if (egress.ipv4 === null && egress.ipv6 === null) return { kind: 'dial', endpoints };
  const held = endpoints.filter(({ address }) => egress[address.family] !== null);
  if (held.length > 0) return { kind: 'dial', endpoints: held };
  return { kind: 'deny', denial: { error: 'proxy_configuration_error', reason: 'no-anchor-address' } };
}

/** A PROXY header is whole only where both its addresses are of one family. */
function ofFamilyFirst(endpoints: readonly Endpoint[], source: Address): readonly Endpoint[] {
  const fits = ({ address }: Endpoint) => address.family === source.family;
  return [...endpoints.filter(fits), ...endpoints.filter((endpoint) => !fits(endpoint))];
}
