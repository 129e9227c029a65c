// The key that signs attestations. It is not the TLS key: it goes to every edge of a fleet, and devices never need it.
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';
import { parse } from '../../protocol/parse.ts';

const algorithm = 'ES256';

const witnessKeySchema = z.strictObject({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.base64url(),
  y: z.base64url(),
  d: z.base64url(),
  kid: z.string().min(1),
  alg: z.literal(algorithm),
  use: z.literal('sig'),
});
/** A private key as JWK (RFC 7517). */
export type WitnessKey = z.infer<typeof witnessKeySchema>;

/** A new key; its `kid` is its thumbprint (RFC 7638). */
export async function createWitnessKey(): Promise<WitnessKey> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return parse(witnessKeySchema, { ...jwk, kid, alg: algorithm, use: 'sig' }, 'witness key', 'internal');
}

/** @throws OpenGsaError `bad-config` that names `file` and never quotes the key */
export function parseWitnessKey(text: string, file: string): WitnessKey {
  let value: unknown = null;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's message quotes its input, which is the key; the schema refuses null with the file's name.
  }
  return parse(witnessKeySchema, value, file, 'bad-config');
}

/** What devices and other edges get to verify attestations. */
export function publicWitnessKey({ kty, crv, x, y, kid, alg, use }: WitnessKey): JWK {
  return { kty, crv, x, y, kid, alg, use };
}
