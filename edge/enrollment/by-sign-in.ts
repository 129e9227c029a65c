// A person enrols a device by signing in: at the device, with a token that was made for its key and this edge alone; or by a
// code, with a token that the edge got itself.
import type { Address } from '../../protocol/address.ts';
import type { EnrollAnswer, EnrollCodeAnswer, EnrollRequest } from '../../protocol/enrollment.ts';
import type { IssuerClient } from '../../protocol/gateway/issuer-client.ts';
import { enrollmentNonce } from '../../protocol/nonce.ts';
import type { OfferedIssuer, ShownSignIn } from '../../protocol/person.ts';
import { judgeEnrolling } from '../core/enrolling-sign-in.ts';
import type { Judged } from '../core/id-token.ts';
import { readCertificateRequest } from '../identity/certificate-request.ts';
import { certificateThumbprint } from '../identity/pki.ts';
import { type TrustedIssuer, verifyIdToken } from '../people/id-token.ts';
import type { DeviceCodes } from './device-codes.ts';
import type { Guesses } from './guesses.ts';
import type { GoodRequest } from './issuing.ts';
import { type Outcome, type Refusal, refused } from './outcome.ts';
import type { OwnersDesk } from './owners-desk.ts';
import { within } from './within.ts';

/** What signing in is good for. */
export type SignInTerms = {
  readonly issuers: readonly TrustedIssuer[];
  /** The same, as devices are told them. */
  readonly offered: readonly OfferedIssuer[];
  /** Asks one of `offered`. */
  readonly clientOf: (issuer: OfferedIssuer) => Promise<IssuerClient>;
  /** How long ago the person may have proved who they are to the issuer, in ms; null: as long as the issuer lets them. */
  readonly maxAgeMs: number | null;
  /** People of any of these may, as their issuer writes them; empty: everybody. */
  readonly groups: readonly string[];
};

export type BySignInParts = {
  readonly terms: SignInTerms;
  readonly guesses: Guesses;
  readonly codes: DeviceCodes;
  readonly desk: OwnersDesk;
  readonly now: () => Date;
  /** The certificate of the edge's authority, PEM. */
  readonly authority: () => string;
};

/** Below the time that a device waits for an answer: the issuer may have to be asked for its keys. */
const verifyMs = 8_000;

export async function enrollBySignIn(
  { idToken, salt }: ShownSignIn,
  request: GoodRequest,
  asked: EnrollRequest,
  peer: Address,
  parts: BySignInParts,
): Promise<Outcome<EnrollAnswer>> {
  const authority = certificateThumbprint(parts.authority());
  const nonce = await enrollmentNonce({ authority, key: request.keyHash, salt });
  // Whatever an issuer may leave out for sessions: a token without the nonce would enrol whoever shows it.
  const issuers = parts.terms.issuers.map((issuer) => ({ ...issuer, nonce: 'required' as const }));
  return enrollPerson(await verify(idToken, [nonce], issuers, parts), request, asked, peer, parts);
}

/** The device without a browser asks for a code. @param wanted URL of the issuer */
export async function beginCode(
  wanted: string,
  request: GoodRequest,
  peer: Address,
  parts: BySignInParts,
): Promise<Outcome<EnrollCodeAnswer>> {
  const issuer = parts.terms.offered.find(({ issuer: url }) => url === wanted);
  if (issuer === undefined) return refused('bad-request', 'issuer: is not one of the offer');
  return parts.codes.begin(request.keyHash, peer, async () => {
    const client = await parts.terms.clientOf(issuer);
    return client.byDeviceCode({ nonce: null, maxAge: maxAgeOf(parts.terms) });
  });
}

/** The device with a code asks whether the person has signed in. */
export async function enrollByCode(
  ticket: string,
  request: GoodRequest,
  asked: EnrollRequest,
  peer: Address,
  parts: BySignInParts,
): Promise<Outcome<EnrollAnswer>> {
  const result = await parts.codes.result(ticket, request.keyHash);
  if (result === null) {
    const refusal = refused('sign-in-refused', 'this code is not known, or has expired: ask for another one');
    return parts.guesses.refuse(peer, 'an unknown ticket of a code', refusal);
  }
  if (result.kind === 'pending') {
    return refused('sign-in-pending', 'the code has not been entered yet');
  }
  if (result.kind === 'failed') return refused('sign-in-refused', result.cause);
  const judged = await verify(result.idToken, [], parts.terms.issuers, parts);
  // Bound to the device by the way that it came, in place of a nonce.
  const bound = judged.kind === 'person' ? { ...judged, begins: true } : judged;
  return enrollPerson(bound, request, asked, peer, parts);
}

/** As issuers and devices are told it, in seconds. */
export function maxAgeOf({ maxAgeMs }: SignInTerms): number | null {
  return maxAgeMs === null ? null : Math.ceil(maxAgeMs / 1000);
}

/** Of somebody who is not known yet: one that breaks a rule counts as a wrong guess. */
export function readStrangersRequest(
  request: string,
  peer: Address,
  { guesses }: Pick<BySignInParts, 'guesses'>,
): GoodRequest | Refusal {
  const read = readCertificateRequest(request);
  if (read.kind === 'good') return read;
  const fault = `certificate request ${read.reason}`;
  return guesses.refuse(peer, `a sign-in: its ${fault}`, refused('bad-certificate-request', `the ${fault}`));
}

async function verify(
  idToken: string,
  nonces: readonly string[],
  issuers: readonly TrustedIssuer[],
  { now }: BySignInParts,
): Promise<Judged> {
  const judged = await within(verifyIdToken(idToken, nonces, issuers, now().getTime()), verifyMs);
  return judged ?? { kind: 'refused', reason: 'keys-unavailable' };
}

function enrollPerson(
  judged: Judged,
  request: GoodRequest,
  asked: EnrollRequest,
  peer: Address,
  { terms, guesses, desk, now }: BySignInParts,
): Outcome<EnrollAnswer> {
  const verdict = judgeEnrolling(judged, { ...terms, nowMs: now().getTime() });
  if (verdict.kind === 'undecided') {
    return refused('issuer-unavailable', `${verdict.why}: try again in a minute`);
  }
  if (verdict.kind === 'refused') {
    const whose = judged.kind === 'person' ? ` of ${judged.person.name} at ${judged.person.issuer}` : '';
    const refusal = refused('sign-in-refused', `the sign-in does not count: ${verdict.why}`);
    return guesses.refuse(peer, `a sign-in${whose}: ${verdict.why}`, refusal);
  }
  return desk.enroll(verdict.person, request, asked, peer);
}
