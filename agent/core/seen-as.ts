// Which address a destination will see, from the decision for its flows and what the edge says of itself.
import type { RestorationClass } from '../../protocol/restoration.ts';
import type { SeenAs } from '../../protocol/status.ts';
import type { View } from '../../protocol/view.ts';
import type { FlowDecision } from './flow.ts';

export type ViewClass = View['classes'][number];

export type SeenQuestion = {
  /** As people know it: a host name or a pattern. */
  readonly destination: string;
  /** What happens to a flow there at this moment. */
  readonly decision: FlowDecision;
  /** The edge's class for it; null where none matches or the edge has no view. */
  readonly entry: ViewClass | null;
  /** Whether this agent inspects it: that changes what it is told, and not which address it sees. */
  readonly inspected?: boolean;
};

export type SeenFacts = {
  readonly view: ViewFacts;
  /** This network's own addresses, none where they are not known at this moment. */
  readonly own: readonly string[];
  readonly passedOn: PassedOn;
};

/** `awaited`: the edge has a view and has not told it yet. `foreign`: an edge of another make, which tells nothing. */
export type ViewFacts =
  | { readonly kind: 'known'; readonly view: View }
  | { readonly kind: 'awaited' }
  | { readonly kind: 'foreign' };

/** What the edge states to destinations that restore: addresses, nothing (none is proven), or it is not known yet. */
export type PassedOn =
  | { readonly kind: 'known'; readonly addresses: readonly string[] }
  | { readonly kind: 'none' }
  | { readonly kind: 'unknown' };

/** The prediction; never more than follows from the facts. */
export function seenAs(question: SeenQuestion, facts: SeenFacts): SeenAs {
  const seen = predicted(question, facts);
  return question.inspected === true && seen.path !== 'blocked'
    ? { ...seen, class: 'tenant-restriction' }
    : seen;
}

/** Whether the destination is told the person's own address by the edge. */
export function isPassedOn(seen: SeenAs): boolean {
  return seen.path === 'edge' && seen.reason === 'address-passed-on';
}

function predicted(question: SeenQuestion, facts: SeenFacts): SeenAs {
  const { destination, decision, entry } = question;
  const base = { destination, authentication: decision.authentication };
  if (decision.action === 'block') {
    return {
      ...base,
      path: 'blocked',
      class: null,
      addresses: [],
      basis: 'predicted',
      reason: decision.reason,
    };
  }
  if (decision.action === 'direct') {
    const known = facts.own.length > 0;
    return {
      ...base,
      path: 'direct',
      class: entry?.class === 'direct' ? 'direct' : null,
      addresses: [...facts.own],
      basis: known ? 'predicted' : 'unknown',
      reason: decision.reason,
    };
  }
  return { ...base, ...throughEdge(entry, facts) };
}

type EdgePath = Pick<SeenAs, 'path' | 'class' | 'addresses' | 'basis' | 'reason'>;

function throughEdge(entry: ViewClass | null, { view: facts, passedOn }: SeenFacts): EdgePath {
  if (facts.kind !== 'known') {
    const reason = facts.kind === 'foreign' ? 'foreign-edge' : 'view-awaited';
    return { path: 'edge', class: null, addresses: [], basis: 'unknown', reason };
  }
  const { view } = facts;
  const effective: RestorationClass = entry?.class ?? 'opaque';
  switch (effective) {
    case 'proxy-v2':
    case 'forwarded':
    case 'adfs':
      if (view.signaling.status === 'disabled')
        return edgeAddress(effective, view, null, 'signaling-disabled');
      if (passedOn.kind === 'none') return edgeAddress(effective, view, null, 'address-not-proven');
      return {
        path: 'edge',
        class: effective,
        addresses: passedOn.kind === 'known' ? [...passedOn.addresses] : [],
        basis: passedOn.kind === 'known' ? 'predicted' : 'unknown',
        reason: passedOn.kind === 'known' ? 'address-passed-on' : 'own-address-unknown',
      };
    case 'anchor':
      return edgeAddress(effective, view, entry?.egress ?? null, 'class-anchor');
    case 'direct':
    case 'tenant-restriction':
    case 'opaque':
      return edgeAddress(effective, view, null, `class-${effective}`);
  }
}

function edgeAddress(
  effective: RestorationClass,
  view: View,
  chosen: View['edgeEgress'] | null,
  reason: string,
): EdgePath {
  const { ipv4, ipv6 } = chosen ?? view.edgeEgress;
  const addresses = [ipv4, ipv6].filter((address) => address !== null);
  return {
    path: 'edge',
    class: effective,
    addresses,
    basis: addresses.length > 0 ? 'predicted' : 'unknown',
    reason,
  };
}
