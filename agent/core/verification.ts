// A prediction beside what a reflection service on the same path said, and how long that stays true.
import { type Address, families, type Family, parseAddress } from '../../protocol/address.ts';
import type { Verification } from '../../protocol/seen-as.ts';
import { sameSite } from './consensus.ts';
import { knownAddresses, type Prediction } from './prediction.ts';

export type Heard = { readonly address: Address; readonly url: string; readonly at: string };

/** What a prediction does not say of itself and a verification rests on too. */
export type Circumstances = {
  /** Of the network. */
  readonly generation: number;
  /** The edge that is connected, or null. */
  readonly edge: string | null;
  /** Of the edge's view; null where it has told none. */
  readonly viewRevision: number | null;
};

export type StoredVerification = {
  readonly verification: Verification;
  readonly premise: string;
};

/** While this text stays the same, a verification made under it is still true. */
export function premiseOf(prediction: Prediction, circumstances: Circumstances): string {
  const { path, class: name, reason, addresses, edge } = prediction;
  return JSON.stringify([path, name, reason, knownAddresses(addresses), edge, circumstances]);
}

/** A device changes the rest of an IPv6 address by itself (RFC 8981); the edge calls from exactly what is configured. */
export function compare({ addresses, whose }: Prediction, { address, url, at }: Heard): Verification {
  const predicted = addresses[address.family];
  const expected = predicted.address === null ? null : parseAddress(predicted.address);
  const heard = { address: address.text, url, at };
  if (expected !== null) {
    const isSame = whose === 'edge' ? expected.text === address.text : sameSite(expected, address);
    return { kind: isSame ? 'agrees' : 'differs', ...heard };
  }
  return { kind: predicted.state === 'unknown' ? 'unpredicted' : 'differs', ...heard };
}

/**
 * Whether a service answers for a destination: its flows take the same way, and are seen with addresses that the
 * destination may see too.
 */
export function isSamePath(service: Prediction, destination: Prediction): boolean {
  return (
    wayText(service) === wayText(destination) &&
    familyBeyond(service, destination) === null &&
    families.every((family) => isSameEdge(family, service, destination))
  );
}

/** A family over which the service may be reached and the destination is not; null where there is none. */
export function familyBeyond(service: Prediction, destination: Prediction): Family | null {
  const isSeen = (family: Family, { addresses }: Prediction) => addresses[family].state !== 'none';
  return families.find((family) => isSeen(family, service) && !isSeen(family, destination)) ?? null;
}

function wayText({ path, class: name, whose }: Prediction): string {
  // Whichever rule sends a flow out directly, it leaves from the same place.
  return path === 'direct' ? path : JSON.stringify([path, name, whose]);
}

/** Over a family that the edge does not call the service over, its address does not matter. */
function isSameEdge(family: Family, service: Prediction, destination: Prediction): boolean {
  const isCalled = service.whose !== 'edge' || service.addresses[family].state !== 'none';
  return !isCalled || service.edge[family] === destination.edge[family];
}
