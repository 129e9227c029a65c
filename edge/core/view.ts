// The view as a pure value: what the edge tells devices about itself.
import { type Family, parseAddress, parsePrefix, prefixContains } from '../../protocol/address.ts';
import type { RestorationClass } from '../../protocol/restoration.ts';
import { isGlobalUnicast } from '../../protocol/special-purpose.ts';
import type { View } from '../../protocol/view.ts';
import { portsOfClass } from './edge-policy.ts';

type PerFamily = { readonly ipv4: string | null; readonly ipv6: string | null };

/** The part of the edge's configuration that devices may know. */
export type ViewSettings = {
  readonly organisation: string;
  readonly egress: PerFamily;
  readonly egressSeen: PerFamily;
  readonly classes: readonly {
    readonly match: string;
    readonly ports?: readonly number[] | undefined;
    readonly class: RestorationClass;
    readonly family?: Family | undefined;
    readonly egress?: PerFamily | undefined;
  }[];
  readonly ports: readonly number[];
  readonly namedLocations: readonly {
    readonly name: string;
    readonly trusted: boolean;
    readonly ranges: readonly string[];
  }[];
  readonly microsoft: 'anchor' | 'direct' | null;
  readonly sourceRanges: readonly string[];
};

/** What changes while the edge runs. */
export type ViewState = Pick<View, 'revision' | 'signaling' | 'distribution'>;

/** Upstreams and policies stay at the edge: a device has no use for them. */
export function createView(settings: ViewSettings, { revision, signaling, distribution }: ViewState): View {
  return {
    revision,
    ...(distribution === undefined ? {} : { distribution }),
    organisation: settings.organisation,
    edgeEgress: {
      ipv4: seenAddress('ipv4', settings.egress, settings),
      ipv6: seenAddress('ipv6', settings.egress, settings),
    },
    classes: settings.classes.map((entry) => classOf(entry, settings)),
    namedLocations: settings.namedLocations.map(({ name, trusted, ranges }) => ({
      name,
      trusted,
      ranges: [...ranges],
    })),
    signaling,
    microsoft: settings.microsoft,
    sourceRanges: [...settings.sourceRanges],
  };
}

function classOf(entry: ViewSettings['classes'][number], settings: ViewSettings): View['classes'][number] {
  const { match, class: restoration, family: preferred, egress } = entry;
  const ports = portsOfClass(entry, settings.ports);
  // A family without an address is not dialled, whatever is seen of other flows.
  const seen = (family: Family) =>
    egress === undefined || egress[family] === null ? null : seenAddress(family, egress, settings);
  return {
    match,
    ...(ports === undefined ? {} : { ports: [...ports] }),
    class: restoration,
    ...(preferred === undefined ? {} : { family: preferred }),
    ...(egress === undefined ? {} : { egress: { ipv4: seen('ipv4'), ipv6: seen('ipv6') } }),
  };
}

/**
 * What destinations see of flows that are dialled from `egress`: of the edge's own address what the configuration says
 * they see, else the address itself. One that a NAT must translate (private, not in a range of the organisation) is not
 * what they see: unknown.
 */
function seenAddress(family: Family, egress: PerFamily, settings: ViewSettings): string | null {
  const seen = settings.egressSeen[family];
  if (seen !== null && egress[family] === settings.egress[family]) return seen;
  const address = parseAddress(egress[family] ?? '');
  if (address === null) return null;
  const isOurs = settings.sourceRanges.some((text) => {
    const range = parsePrefix(text);
    return range !== null && prefixContains(range, address);
  });
  return isOurs || isGlobalUnicast(address) ? address.text : null;
}
