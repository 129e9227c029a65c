// The attestation: a witness's signed statement that it saw this device at this address, bound to the device's certificate.
import { z } from 'zod';

export const egressTokenType = 'egress+jwt';
export const egressTokenAudience = 'egress';
/** The longest life a witness gives and an edge accepts, in seconds. */
export const egressTokenMaxLifetimeS = 300;
/** Clock difference between edges that is tolerated, in seconds. */
export const egressTokenSkewS = 60;
/** What an edge accepts as signature. */
export const egressTokenAlgorithms = ['ES256', 'EdDSA', 'RS256'] as const;

/** Claims (RFC 7519) with the confirmation method of RFC 8705 section 3.1. */
export const egressTokenClaims = z.object({
  iss: z.string(),
  aud: z.literal(egressTokenAudience),
  iat: z.int(),
  exp: z.int(),
  jti: z.string(),
  ip: z.string(),
  cnf: z.object({ 'x5t#S256': z.string() }),
});
export type EgressTokenClaims = z.infer<typeof egressTokenClaims>;
