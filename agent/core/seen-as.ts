// What one destination will see: the prediction, the named locations it falls into, and what was heard of it.
import { type Family, parseAddress } from '../../protocol/address.ts';
import type { LocationIndex } from '../../protocol/location-verdict.ts';
import type { AuthenticationKind } from '../../protocol/profile.ts';
import type { MicrosoftGroup, SeenAddress, SeenAs, Verification } from '../../protocol/seen-as.ts';
import { type PathFacts, type PathQuestion, predict, type PredictedAddress } from './prediction.ts';
import { type Circumstances, premiseOf, type StoredVerification } from './verification.ts';

export type SeenQuestion = PathQuestion & {
  /** As people know it: a host name or a pattern. */
  readonly destination: string;
  /** As a sentence names it: `login.contoso.test`, `Entra ID`. */
  readonly label: string;
  readonly origin: SeenAs['origin'];
  readonly group: MicrosoftGroup | null;
  readonly authentication: AuthenticationKind | null;
  /** The last answer of a reflection service, whether or not it is still true. */
  readonly heard: StoredVerification | null;
  /** Whether this agent inspects it: that changes what it is told, and not which address it sees. */
  readonly inspected?: boolean;
};

export type SeenFacts = PathFacts & {
  readonly locations: LocationIndex;
  readonly circumstances: Circumstances;
};

export function seenAs(question: SeenQuestion, facts: SeenFacts): SeenAs {
  const { destination, label, origin, group, authentication, heard } = question;
  const prediction = predict(question, facts);
  const isTrue = heard !== null && heard.premise === premiseOf(prediction, facts.circumstances);
  const verification = isTrue ? heard.verification : null;
  const address = (family: Family): SeenAddress =>
    judged(observed(prediction.addresses[family], family, verification), facts.locations);
  return {
    ...{ destination, label, origin, group, authentication },
    ...prediction,
    class:
      question.inspected === true && prediction.path !== 'blocked' ? 'tenant-restriction' : prediction.class,
    addresses: { ipv4: address('ipv4'), ipv6: address('ipv6') },
    basis: isObserved(verification) ? 'observed' : prediction.basis,
    verification,
  };
}

/** Whether the destination is told the person's own address by the edge. */
export function isPassedOn({ path, whose }: SeenAs): boolean {
  return path === 'edge' && whose === 'own';
}

function isObserved(verification: Verification | null): boolean {
  return verification?.kind === 'agrees' || verification?.kind === 'unpredicted';
}

/** What was heard takes the place of what could not be predicted, and of nothing else. */
function observed(
  predicted: PredictedAddress,
  family: Family,
  verification: Verification | null,
): PredictedAddress {
  if (verification?.kind !== 'unpredicted') return predicted;
  const { address } = verification;
  return parseAddress(address)?.family === family ? { state: 'known', address } : predicted;
}

function judged(predicted: PredictedAddress, locations: LocationIndex): SeenAddress {
  if (predicted.state === 'none') return { state: 'none', address: null, verdict: null };
  const verdict = locations.judge(predicted.address);
  return { ...predicted, verdict };
}
