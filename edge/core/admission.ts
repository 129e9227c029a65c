// Whether a device may reach a destination through this edge, and as which class: the edge is not an open proxy.
import type { Family } from '../../protocol/address.ts';
import type { Destination } from '../../protocol/destination.ts';
import { isMicrosoftGroup } from '../../protocol/microsoft-group.ts';
import type { Policy, Profile, Rule } from '../../protocol/profile.ts';
import type { Denial } from '../../protocol/proxy-status.ts';
import type { RestorationClass } from '../../protocol/restoration.ts';
import type {
  CompiledClass,
  EdgePolicy,
  EgressAddresses,
  Endpoint,
  ForwardingSettings,
  ProxyFieldChoice,
} from './edge-policy.ts';

export type Admission =
  | {
      readonly kind: 'admit';
      readonly class: RestorationClass;
      /** Dialled in place of the resolved name. */
      readonly upstream: Endpoint | null;
      /** The family that the destination's own policies are written in. */
      readonly preferredFamily: Family | null;
      readonly egress: EgressAddresses;
      readonly proxyFields: ProxyFieldChoice;
      /** How HTTP is passed on, for the classes that end it. */
      readonly forwarding: ForwardingSettings | null;
      /** `class-entry`, `microsoft-anchor` or `profile-rule`. */
      readonly reason: string;
      readonly rule: AdmittingRule;
    }
  | { readonly kind: 'deny'; readonly class: RestorationClass | null; readonly denial: Denial };

/** What let the flow through, as the logs name it. */
export type AdmittingRule = {
  readonly trafficType: Profile['trafficForwardingType'];
  /** The policy of a profile, or `classes` for an entry of the edge's class table. */
  readonly policy: string;
  /** The rule's id, or what the class entry matches. */
  readonly id: string;
};

/**
 * The configured class first, else the decision for the Microsoft group, else the profile; unknown means deny.
 *
 * @param only the name of the only profile that the device may use, which then has to forward the destination; null: all
 */
export function admit(destination: Destination, policy: EdgePolicy, only: string | null = null): Admission {
  if (only !== null && forwardedBy(destination, policy, only) === null)
    return deny('not-in-profile-of-device');
  const entry = policy.classes.find(destination);
  if (entry !== null) return admitEntry(entry, policy);
  if (!policy.ports.has(destination.port)) return deny('port-not-allowed');
  const found = forwardedBy(destination, policy);
  if (found === null) return deny('destination-not-allowed');
  const rule = {
    trafficType: found.profile.trafficForwardingType,
    policy: found.policy.name,
    id: found.rule.id,
  };
  return isMicrosoftGroup(found.profile, found.rule)
    ? admitMicrosoft(policy, rule)
    : admitPlain('opaque', policy, 'profile-rule', rule);
}

function admitEntry(entry: CompiledClass, policy: EdgePolicy): Admission {
  switch (entry.class) {
    case 'direct':
      return deny('class-direct', 'direct');
    case 'tenant-restriction':
      return deny('class-not-available', entry.class);
    case 'forwarded':
    case 'adfs':
      // As bytes, the device's own headers would reach a destination that believes them.
      return entry.forwarding === null || entry.upstream === null
        ? deny('class-not-available', entry.class)
        : admitConfigured(entry, entry.class, policy);
    case 'proxy-v2':
    case 'anchor':
    case 'opaque':
      return admitConfigured(entry, entry.class, policy);
  }
}

function admitConfigured(entry: CompiledClass, restoration: RestorationClass, policy: EdgePolicy): Admission {
  return {
    kind: 'admit',
    class: restoration,
    upstream: entry.upstream,
    preferredFamily: entry.family,
    egress: entry.egress ?? policy.egress,
    proxyFields: entry.proxyFields,
    forwarding: entry.forwarding,
    reason: 'class-entry',
    // What is dialled at an address of the organisation's own choice is its own application.
    rule: {
      trafficType: entry.upstream === null ? 'internet' : 'private',
      policy: 'classes',
      id: entry.match,
    },
  };
}

/** A plain relay of the group would let Entra ID see the edge without anybody having decided so. */
function admitMicrosoft(policy: EdgePolicy, rule: AdmittingRule): Admission {
  return policy.microsoft === 'anchor'
    ? admitPlain('anchor', policy, 'microsoft-anchor', rule)
    : deny('class-direct', 'direct');
}

function admitPlain(
  plain: 'opaque' | 'anchor',
  policy: EdgePolicy,
  reason: string,
  rule: AdmittingRule,
): Admission {
  return {
    kind: 'admit',
    class: plain,
    upstream: null,
    preferredFamily: null,
    egress: policy.egress,
    proxyFields: 'all',
    forwarding: null,
    reason,
    rule,
  };
}

/** The first enabled profile whose best rule for the destination forwards it. */
function forwardedBy(
  { host, port }: Destination,
  policy: EdgePolicy,
  only: string | null = null,
): { profile: Profile; policy: Policy; rule: Rule } | null {
  for (const { profile, match } of policy.profiles) {
    if (only !== null && profile.name !== only) continue;
    const found = profile.state === 'enabled' ? match(host, port, 'tcp') : null;
    if (found?.policy.state === 'enabled' && found.rule.action === 'forward') {
      return { profile, policy: found.policy, rule: found.rule };
    }
  }
  return null;
}

function deny(reason: string, refused: RestorationClass | null = null): Admission {
  return { kind: 'deny', class: refused, denial: { error: 'http_request_denied', reason } };
}
