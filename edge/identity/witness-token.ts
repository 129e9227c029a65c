// Makes the witness's signed statement: this device's certificate was seen at this address.
import type { KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { Address } from '../../protocol/address.ts';
import {
  egressTokenAudience,
  type EgressTokenClaims,
  egressTokenMaxLifetimeS,
  egressTokenType,
} from '../../protocol/egress-token.ts';

/** The witness's signing key: EC P-256, never the TLS key. `kid` names it in the pinned key set. */
export type WitnessKey = { readonly kid: string; readonly privateKey: KeyObject };

/** A JWS in compact form (RFC 7515, ES256), valid for 300 s from `nowMs`. */
export function signEgressToken(
  key: WitnessKey,
  statement: {
    readonly issuer: string;
    readonly address: Address;
    readonly thumbprint: string;
    readonly tokenId: string;
    readonly nowMs: number;
  },
): Promise<string> {
  const iat = Math.floor(statement.nowMs / 1000);
  const claims: EgressTokenClaims = {
    iss: statement.issuer,
    aud: egressTokenAudience,
    iat,
    exp: iat + egressTokenMaxLifetimeS,
    jti: statement.tokenId,
    ip: statement.address.text,
    cnf: { 'x5t#S256': statement.thumbprint },
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: egressTokenType, kid: key.kid })
    .sign(key.privateKey);
}
