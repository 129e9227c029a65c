// An invitation's secret: random, shown once, and kept as its hash alone.
import { createHash, randomBytes } from 'node:crypto';

/** 256 bits in base64url: nobody guesses one. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** SHA-256 of the secret's text, base64url. Secrets that are random need no slower hash. */
export function hashOfSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url');
}
