// Checks the witness's signed statements that come with a CONNECT. A statement with any fault contributes nothing.
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { parseList } from 'structured-headers';
import { type Address, parseAddress, type Prefix } from '../../protocol/address.ts';
import {
  egressTokenAlgorithms,
  egressTokenAudience,
  egressTokenClaims,
  egressTokenMaxLifetimeS,
  egressTokenSkewS,
  egressTokenType,
} from '../../protocol/egress-token.ts';
import { type Attested, maySource } from '../core/source-choice.ts';

/** Stable names; they are counted and logged. */
export type AttestationFault =
  | 'malformed'
  | 'too-long'
  | 'unknown-key'
  | 'bad-algorithm'
  | 'bad-signature'
  | 'wrong-type'
  | 'other-issuer'
  | 'other-audience'
  | 'bad-claims'
  | 'expired'
  | 'not-yet-valid'
  | 'life-too-long'
  | 'address-not-allowed'
  | 'other-device'
  | 'second-of-family'
  | 'too-many';

export type AttestationVerdict = {
  readonly attested: Attested;
  readonly faults: readonly AttestationFault[];
};

export type AttestationContext = {
  /** base64url SHA-256 of the certificate that the device showed on this connection. */
  readonly thumbprint: string;
  /** Whether another certificate is the same device's, which has renewed it; absent: none is. */
  readonly isSameDevice?: (other: string) => boolean;
  readonly sourceRanges: readonly Prefix[];
  readonly nowMs: number;
};

/** @param field the value of `egress-attestation`, or null where the request has none. Never rejects. */
export type VerifyAttestation = (
  field: string | null,
  context: AttestationContext,
) => Promise<AttestationVerdict>;

const nothing: AttestationVerdict = { attested: { ipv4: null, ipv6: null }, faults: [] };
/** One per address family. */
const maxTokens = 2;
/** Two statements of a witness are some 900 characters; no more is ever taken apart. */
const maxFieldLength = 4096;

/** @param jwks the pinned public keys of the organisation's witnesses; no key is ever fetched */
export function createAttestationVerifier(options: {
  readonly jwks: JSONWebKeySet;
  readonly issuer: string;
}): VerifyAttestation {
  const pinned = createLocalJWKSet(options.jwks);
  // The library takes a lone key for a statement that names none; a witness names its key, and so must its statement.
  const keys: JWTVerifyGetKey = (header, token) => {
    if (typeof header.kid !== 'string') throw new errors.JWKSNoMatchingKey();
    return pinned(header, token);
  };
  return async (field, context) => {
    if (field === null) return nothing;
    if (field.length > maxFieldLength) return { ...nothing, faults: ['too-long'] };
    const tokens = parseTokens(field);
    if (tokens === null) return { ...nothing, faults: ['malformed'] };
    if (tokens.length > maxTokens) return { ...nothing, faults: ['too-many'] };
    const results = await Promise.all(tokens.map((token) => verify(token, keys, options.issuer, context)));
    return combine(results);
  };
}

function combine(results: readonly (Address | AttestationFault)[]): AttestationVerdict {
  const attested: { ipv4: Address | null; ipv6: Address | null } = { ipv4: null, ipv6: null };
  const faults: AttestationFault[] = [];
  for (const result of results) {
    if (typeof result === 'string') faults.push(result);
    else if (attested[result.family] !== null) faults.push('second-of-family');
    else attested[result.family] = result;
  }
  return { attested, faults };
}

/** The attested address, or why the statement does not count. */
async function verify(
  token: string,
  keys: JWTVerifyGetKey,
  issuer: string,
  { thumbprint, isSameDevice, sourceRanges, nowMs }: AttestationContext,
): Promise<Address | AttestationFault> {
  let payload: unknown;
  try {
    ({ payload } = await jwtVerify(token, keys, {
      algorithms: [...egressTokenAlgorithms],
      typ: egressTokenType,
      issuer,
      audience: egressTokenAudience,
      clockTolerance: egressTokenSkewS,
      currentDate: new Date(nowMs),
      requiredClaims: ['iat', 'exp', 'jti', 'ip', 'cnf'],
    }));
  } catch (error) {
    return faultOf(error);
  }
  const claims = egressTokenClaims.safeParse(payload);
  if (!claims.success) return 'bad-claims';
  const { iat, exp, ip, cnf } = claims.data;
  if (exp - iat > egressTokenMaxLifetimeS) return 'life-too-long';
  if (iat > nowMs / 1000 + egressTokenSkewS) return 'not-yet-valid';
  const shown = cnf['x5t#S256'];
  if (shown !== thumbprint && isSameDevice?.(shown) !== true) return 'other-device';
  const address = parseAddress(ip);
  // A witness writes the canonical text; another spelling (::ffff:192.0.2.1) would hide the family that it counts for.
  const isCanonical = address !== null && address.text === ip;
  return isCanonical && maySource(address, sourceRanges) ? address : 'address-not-allowed';
}

function faultOf(error: unknown): AttestationFault {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return claimFaults[error.claim] ?? 'bad-claims';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) {
    return 'unknown-key';
  }
  if (error instanceof errors.JOSEAlgNotAllowed || error instanceof errors.JOSENotSupported)
    return 'bad-algorithm';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad-signature';
  return 'malformed';
}

const claimFaults: Readonly<Record<string, AttestationFault>> = {
  nbf: 'not-yet-valid',
  typ: 'wrong-type',
  iss: 'other-issuer',
  aud: 'other-audience',
};

function parseTokens(field: string): string[] | null {
  try {
    const values = parseList(field).map(([value]): unknown => value);
    return values.every((value) => typeof value === 'string') ? values : null;
  } catch {
    // The device wrote a field that is no list: the caller names the fault.
    return null;
  }
}
