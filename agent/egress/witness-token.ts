// Reads a witness's statement: the signature by a pinned key, whom it is for, how long it holds, which address it names.
import { createLocalJWKSet, errors, type JSONWebKeySet, jwtVerify, type JWTVerifyResult } from 'jose';
import { type Address, type Family, parseAddress } from '../../protocol/address.ts';
import {
  egressTokenAlgorithms,
  egressTokenAudience,
  egressTokenClaims,
  egressTokenMaxLifetimeS,
  egressTokenSkewS,
  egressTokenType,
} from '../../protocol/egress-token.ts';
import type { EgressToken } from '../core/consensus.ts';

export type TokenFailure =
  | 'malformed'
  | 'algorithm-refused'
  | 'unknown-key'
  | 'bad-signature'
  | 'wrong-type'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'wrong-device'
  | 'wrong-family'
  | 'expired'
  | 'not-yet-valid'
  | 'life-too-long';

export type TokenExpectation = {
  readonly family: Family;
  /** Pinned public keys of the organisation's witnesses. */
  readonly keys: JSONWebKeySet;
  /** Null: the keys alone say whose statement it is. */
  readonly issuer: string | null;
  /** base64url SHA-256 of this device's certificate (RFC 8705 section 3.1). */
  readonly thumbprint: string;
};

export type TokenReading =
  | { readonly kind: 'valid'; readonly address: Address; readonly token: EgressToken }
  | { readonly kind: 'invalid'; readonly reason: TokenFailure; readonly detail: string };

/** Never rejects. `now` is the wall clock in ms; the witness's clock may differ by the tolerated skew. */
export async function readWitnessToken(
  jws: string,
  expected: TokenExpectation,
  now: number,
): Promise<TokenReading> {
  let verified: JWTVerifyResult;
  try {
    verified = await jwtVerify(jws, createLocalJWKSet(expected.keys), {
      algorithms: [...egressTokenAlgorithms],
      typ: egressTokenType,
      audience: egressTokenAudience,
      ...(expected.issuer === null ? {} : { issuer: expected.issuer }),
      currentDate: new Date(now),
      clockTolerance: egressTokenSkewS,
    });
  } catch (error) {
    return invalid(reasonOf(error), error instanceof Error ? error.message : '');
  }
  const claims = egressTokenClaims.safeParse(verified.payload);
  if (!claims.success) return invalid('malformed', claims.error.issues[0]?.path.join('.') ?? '');
  const { iat, exp, ip, cnf } = claims.data;
  if (cnf['x5t#S256'] !== expected.thumbprint) return invalid('wrong-device', cnf['x5t#S256']);
  if (exp <= iat || exp - iat > egressTokenMaxLifetimeS) {
    return invalid('life-too-long', `${exp - iat} s`);
  }
  if (iat * 1000 > now + egressTokenSkewS * 1000) return invalid('not-yet-valid', clockHint(iat * 1000, now));
  const address = parseAddress(ip);
  if (address === null) return invalid('malformed', 'ip');
  if (address.family !== expected.family) return invalid('wrong-family', address.text);
  // Whichever clock is ahead, the token is put away before its witness says that it has ended.
  const expiresAt = Math.min(exp * 1000, now + (exp - iat) * 1000);
  if (expiresAt <= now) return invalid('expired', clockHint(exp * 1000, now));
  return { kind: 'valid', address, token: { jws, issuedAt: iat * 1000, expiresAt } };
}

function reasonOf(error: unknown): TokenFailure {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JWTClaimValidationFailed) return claimReasons[error.claim] ?? 'malformed';
  if (error instanceof errors.JWKSNoMatchingKey) return 'unknown-key';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'bad-signature';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm-refused';
  return 'malformed';
}

const claimReasons: Readonly<Record<string, TokenFailure>> = {
  typ: 'wrong-type',
  iss: 'wrong-issuer',
  aud: 'wrong-audience',
  nbf: 'not-yet-valid',
};

function clockHint(then: number, now: number): string {
  const seconds = Math.round(Math.abs(now - then) / 1000);
  return `${seconds} s ${then > now ? 'ahead of' : 'behind'} this device's clock`;
}

function invalid(reason: TokenFailure, detail: string): TokenReading {
  return { kind: 'invalid', reason, detail };
}
