// Which address a destination will see, predicted from the decision for its flows and what the edge says of itself.
import { type Family, families } from '../../protocol/address.ts';
import { type RestorationClass, restores } from '../../protocol/restoration.ts';
import type { SeenAs } from '../../protocol/seen-as.ts';
import type { EgressAddressStatus } from '../../protocol/status.ts';
import type { View } from '../../protocol/view.ts';
import type { FlowDecision } from './flow.ts';

export type ViewClass = View['classes'][number];

export type PathQuestion = {
  /** What happens to a flow there at this moment. */
  readonly decision: FlowDecision;
  /** The edge's class for it; null where none matches or the edge has no view. */
  readonly entry: ViewClass | null;
  /** The family of a destination that is an address; null for a name, which may have both. */
  readonly family: Family | null;
  /** One of Microsoft's services: it takes the address of the connection and reads nothing that an edge states. */
  readonly takesPeer: boolean;
  /** Of those whose way is chosen once for all: without a class of its own it takes that way. */
  readonly inMicrosoftGroup: boolean;
};

export type PathFacts = {
  readonly view: ViewFacts;
  readonly egress: Readonly<Record<Family, EgressAddressStatus>>;
  /** The family of the connection to the edge, which sees this device's address of that family; null: not known yet. */
  readonly tunnelFamily: Family | null;
};

/** `awaited`: the edge has a view and has not told it yet. `foreign`: an edge of another make, which tells nothing. */
export type ViewFacts =
  | { readonly kind: 'known'; readonly view: View }
  | { readonly kind: 'awaited' }
  | { readonly kind: 'foreign' };

export type PredictedAddress =
  | { readonly state: 'known'; readonly address: string }
  | { readonly state: 'unknown'; readonly address: null }
  | { readonly state: 'none'; readonly address: null };

type PerFamily<T> = Readonly<Record<Family, T>>;

export type Prediction = Pick<SeenAs, 'path' | 'class' | 'whose' | 'edge' | 'basis' | 'reason'> & {
  readonly addresses: PerFamily<PredictedAddress>;
};

/** Never more than follows from the facts. */
export function predict(question: PathQuestion, facts: PathFacts): Prediction {
  const { decision, entry } = question;
  if (decision.note === 'by-program') {
    return {
      ...{ path: 'unknown', class: null, whose: null, edge: noEdge, basis: 'unknown' },
      ...{ addresses: { ipv4: unknown, ipv6: unknown }, reason: decision.note },
    };
  }
  switch (decision.action) {
    case 'block':
      return {
        ...{ path: 'blocked', class: null, whose: null, edge: noEdge, basis: 'predicted' },
        ...{ addresses: { ipv4: none, ipv6: none }, reason: decision.reason },
      };
    case 'direct':
      return {
        ...{ path: 'direct', class: entry?.class === 'direct' ? 'direct' : null, whose: 'own', edge: noEdge },
        ...withBasis(
          reachedOver(
            question,
            perFamily((family) => ownAddress(facts.egress[family])),
          ),
        ),
        reason: decision.reason,
      };
    case 'tunnel':
      return throughEdge(question, facts);
  }
}

/** The addresses that are known, IPv4 first. With two it is the one or the other. */
export function knownAddresses(addresses: PerFamily<{ readonly address: string | null }>): readonly string[] {
  return families.map((family) => addresses[family].address).filter((address) => address !== null);
}

const none: PredictedAddress = { state: 'none', address: null };
const unknown: PredictedAddress = { state: 'unknown', address: null };
const noEdge = { ipv4: null, ipv6: null };

function throughEdge(question: PathQuestion, facts: PathFacts): Prediction {
  const { entry, takesPeer } = question;
  if (facts.view.kind !== 'known') {
    return {
      ...{ path: 'edge', class: null, whose: null, edge: noEdge, basis: 'unknown' },
      addresses: { ipv4: unknown, ipv6: unknown },
      reason: facts.view.kind === 'foreign' ? 'foreign-edge' : 'view-awaited',
    };
  }
  const { view } = facts.view;
  const isAnchored = entry === null && question.inMicrosoftGroup && view.microsoft === 'anchor';
  const effective: RestorationClass = isAnchored ? 'anchor' : (entry?.class ?? 'opaque');
  const egress = (effective === 'anchor' ? entry?.egress : undefined) ?? view.edgeEgress;
  const edge = { ipv4: egress.ipv4, ipv6: egress.ipv6 };
  const base = { path: 'edge', class: effective, edge } as const;
  const seesEdge = (reason: string): Prediction => {
    const addresses = reachedOver(
      question,
      perFamily((family) => known(egress[family])),
    );
    const calls = perFamily((family) => (addresses[family].state === 'none' ? null : edge[family]));
    return { ...base, edge: calls, whose: 'edge', ...withBasis(addresses), reason };
  };
  if (isAnchored) return seesEdge('microsoft-anchor');
  if (!restores(effective)) return seesEdge(`class-${effective}`);
  if (takesPeer) return seesEdge('statement-not-read');
  if (view.signaling.status === 'disabled') return seesEdge('signaling-disabled');
  const stated = withBasis(statedAddresses(entry?.family ?? null, facts));
  return { ...base, whose: 'own', ...stated, reason: reasonOf(stated.basis, facts) };
}

/**
 * What the edge states, by its choice of the source: the peer of the tunnel, unless the class prefers the other family
 * and the device has a signed statement for that. Which address the edge sees is not known before it has said so.
 */
function statedAddresses(
  preferred: Family | null,
  { egress, tunnelFamily }: PathFacts,
): PerFamily<PredictedAddress> {
  if (tunnelFamily === null) return perFamily((family) => ownAddress(egress[family]));
  const isAttested = preferred !== null && preferred !== tunnelFamily && isSigned(egress[preferred]);
  const stated = isAttested ? preferred : tunnelFamily;
  const own = ownAddress(egress[stated]);
  // The tunnel goes over that family, so this network has one.
  return perFamily((family) => (family === stated ? (own.state === 'none' ? unknown : own) : none));
}

function reasonOf(basis: Prediction['basis'], { egress, tunnelFamily }: PathFacts): string {
  if (basis === 'predicted') return 'address-passed-on';
  const asked = tunnelFamily === null ? families : [tunnelFamily];
  const isContradicted = asked.some((family) => egress[family].state === 'ambiguous');
  return isContradicted ? 'address-not-proven' : 'own-address-unknown';
}

/** The address that holds at this moment; one from before the last network change does not. */
function ownAddress({ state, address }: EgressAddressStatus): PredictedAddress {
  if (state === 'none') return none;
  return state === 'confirmed' || state === 'probable' ? known(address) : unknown;
}

function isSigned({ state, address, evidence }: EgressAddressStatus): boolean {
  return state === 'confirmed' && evidence.some((one) => one.signed && one.address === address);
}

function known(address: string | null): PredictedAddress {
  return address === null ? unknown : { state: 'known', address };
}

/** Over the family that a destination does not have, nothing reaches it. */
function reachedOver(
  { family: only }: PathQuestion,
  addresses: PerFamily<PredictedAddress>,
): PerFamily<PredictedAddress> {
  return only === null ? addresses : perFamily((family) => (family === only ? addresses[family] : none));
}

function withBasis(addresses: PerFamily<PredictedAddress>): Pick<Prediction, 'addresses' | 'basis'> {
  const isKnown = families.some((family) => addresses[family].state === 'known');
  return { addresses, basis: isKnown ? 'predicted' : 'unknown' };
}

function perFamily<T>(of: (family: Family) => T): PerFamily<T> {
  return { ipv4: of('ipv4'), ipv6: of('ipv6') };
}
