// Verifies an ID token: whose it says it is, that issuer's signature, then its claims. Every fault is a refusal with its reason.
import { compactVerify, decodeJwt, decodeProtectedHeader, errors } from 'jose';
import type { PersonRefusal } from '../../protocol/person.ts';
import {
  findIssuer,
  idTokenAlgorithms,
  judgeClaims,
  type Judged,
  type PersonIssuer,
} from '../core/id-token.ts';
import type { IssuerKeys } from './issuer-keys.ts';

export type TrustedIssuer = PersonIssuer & { readonly keys: IssuerKeys };

/** Never rejects. @param nonces one of which binds the token to whoever shows it */
export async function verifyIdToken(
  idToken: string,
  nonces: readonly string[],
  issuers: readonly TrustedIssuer[],
  nowMs: number,
): Promise<Judged> {
  const said = readUnverified(idToken);
  if (said === null) return refused('malformed');
  if (!idTokenAlgorithms.some((known) => known === said.algorithm)) return refused('algorithm');
  const found = findIssuer(said.claims, issuers);
  const issuer = issuers.find((one) => one === found);
  if (issuer === undefined) return refused('issuer');
  const fault = await checkSignature(idToken, issuer.keys);
  if (fault !== null) return refused(fault);
  return judgeClaims(said.claims, { issuer, nonces, nowMs });
}

function readUnverified(token: string): { algorithm: string; claims: unknown } | null {
  try {
    return { algorithm: decodeProtectedHeader(token).alg ?? '', claims: decodeJwt(token) };
  } catch {
    // What a device sends is no fault of this program.
    return null;
  }
}

async function checkSignature(token: string, keys: IssuerKeys): Promise<PersonRefusal | null> {
  let keysFault: unknown = null;
  const told: IssuerKeys = async (header, jws) => {
    try {
      return await keys(header, jws);
    } catch (error) {
      keysFault = error;
      throw error;
    }
  };
  try {
    await compactVerify(token, told, { algorithms: [...idTokenAlgorithms] });
    return null;
  } catch (error) {
    if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm';
    const isSignature =
      error instanceof errors.JWSSignatureVerificationFailed ||
      error instanceof errors.JWKSNoMatchingKey ||
      error instanceof errors.JWKSMultipleMatchingKeys;
    if (isSignature) return 'signature';
    // Critical extensions that nobody knows among others. A key that is of no use is the issuer's fault, and no JOSEError.
    const isToken = error instanceof errors.JOSEError && error !== keysFault;
    return isToken ? 'malformed' : 'keys-unavailable';
  }
}

function refused(reason: PersonRefusal): Judged {
  return { kind: 'refused', reason };
}
