// A person enrols a device by signing in: an ID token that was made for this device's key and this edge, and for nothing else.
import { createHash, X509Certificate } from 'node:crypto';
import type { Address } from '../../protocol/address.ts';
import type { EnrollAnswer, EnrollRequest } from '../../protocol/enrollment.ts';
import { enrollmentNonce } from '../../protocol/nonce.ts';
import type { Person, ShownSignIn } from '../../protocol/person.ts';
import type { Audit } from '../audit.ts';
import { type EnrollingVerdict, judgeEnrolling } from '../core/enrolling-sign-in.ts';
import { readCertificateRequest } from '../identity/certificate-request.ts';
import { type TrustedIssuer, verifyIdToken } from '../people/id-token.ts';
import type { Store } from '../store/store.ts';
import type { Guesses } from './guesses.ts';
import type { GoodRequest } from './issuing.ts';
import { type Outcome, refused } from './outcome.ts';
import type { Admission, Registry } from './registry.ts';

/** What signing in is good for. */
export type SignInTerms = {
  readonly issuers: readonly TrustedIssuer[];
  /** Good devices that a person may have enrolled at a time. */
  readonly devicesPerPerson: number;
  /** How long ago the person may have proved who they are to the issuer; null: as long as the issuer lets them. */
  readonly maxAgeMs: number | null;
  /** People of any of these may, as their issuer writes them; empty: everybody. */
  readonly groups: readonly string[];
  /** The only traffic profile that such a device may use; null: all of the edge's. */
  readonly profile: string | null;
};

export type BySignInParts = {
  /** Null: every device needs an invitation. */
  readonly terms: SignInTerms | null;
  readonly store: Store;
  readonly registry: Registry;
  readonly guesses: Guesses;
  readonly audit: Audit;
  readonly now: () => Date;
  /** The certificate of the edge's authority, PEM. */
  readonly authority: () => string;
};

/** How many of the devices that a person has are named where there are too many: an answer has its bounds. */
const mostNamed = 5;

export async function enrollBySignIn(
  signIn: ShownSignIn,
  asked: EnrollRequest,
  peer: Address,
  parts: BySignInParts,
): Promise<Outcome<EnrollAnswer>> {
  const { terms, store, registry, guesses } = parts;
  if (terms === null) {
    return refused('sign-in-refused', 'this edge enrols devices by invitation only: ask for an invitation');
  }
  const request = readCertificateRequest(asked.request);
  if (request.kind === 'refused') {
    const fault = `certificate request ${request.reason}`;
    return guesses.refuse(
      peer,
      `a sign-in: its ${fault}`,
      refused('bad-certificate-request', `the ${fault}`),
    );
  }
  const verdict = await judge(signIn, request, terms, parts);
  if (verdict.kind === 'undecided') {
    return refused('issuer-unavailable', `${verdict.why}: try again in a minute`);
  }
  if (verdict.kind === 'refused') {
    const refusal = refused('sign-in-refused', `the sign-in does not count: ${verdict.why}`);
    return guesses.refuse(peer, `a sign-in: ${verdict.why}`, refusal);
  }
  const { person } = verdict;
  const known = store.devices.byKey(request.keyHash);
  if (known === null) return registry.register(admit(person, terms, peer, parts), asked, request, peer);
  const isTheirs = known.owner?.issuer === person.issuer && known.owner.subject === person.subject;
  return (isTheirs ? registry.again(known.id, request.keyHash) : null) ?? keyIsKnown;
}

const keyIsKnown = refused(
  'bad-certificate-request',
  'the certificate request has the key of a device that is revoked or was enrolled otherwise: make another key',
);

async function judge(
  { idToken, salt }: ShownSignIn,
  { keyHash }: GoodRequest,
  { issuers, maxAgeMs, groups }: SignInTerms,
  { authority, now }: BySignInParts,
): Promise<EnrollingVerdict> {
  const own = createHash('sha256').update(new X509Certificate(authority()).raw).digest('base64url');
  const nonce = await enrollmentNonce({ authority: own, key: keyHash, salt });
  const nowMs = now().getTime();
  return judgeEnrolling(await verifyIdToken(idToken, [nonce], issuers, nowMs), { maxAgeMs, groups, nowMs });
}

function admit(
  person: Person,
  { devicesPerPerson, profile }: SignInTerms,
  peer: Address,
  { store, audit, now }: BySignInParts,
): Admission {
  const by = `the sign-in of ${person.name} (${person.subject} at ${person.issuer})`;
  return {
    ...{ by, name: null, profile, owner: person },
    nameRemedy: 'choose another with --name, or have that one revoked',
    confirm: () => {
      const names = store.devices.ownedBy(person, now().toISOString());
      if (names.length < devicesPerPerson) return null;
      audit(peer.text, 'enrollment.refuse', `${by}: has ${names.length} devices already`);
      const more = names.length > mostNamed ? ', …' : '';
      return refused(
        'too-many-devices',
        `${person.name} has as many devices as a person may have here: ` +
          `${names.slice(0, mostNamed).join(', ')}${more}; have one revoked`,
      );
    },
    // One more device is all that there is to it.
    use: () => undefined,
  };
}
