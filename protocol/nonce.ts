// What a sign-in is bound to: an ID token with such a nonce is of no use anywhere else, and no edge has to remember what it asked.

/**
 * The nonce of a person's sign-in at the device with this certificate.
 *
 * @param salt 32 random bytes, base64url
 */
export function personNonce(thumbprint: string, salt: string): Promise<string> {
  return digest(`opengsa person ${thumbprint} ${salt}`);
}

export type EnrollmentBinding = {
  /** SHA-256 of the DER form of the certificate of the edge's authority, base64url. */
  readonly authority: string;
  /** SHA-256 of the SPKI of the device's key, base64url. */
  readonly key: string;
  /** 32 random bytes, base64url. */
  readonly salt: string;
};

/** The nonce of a sign-in by which the device with this key enrols at the edge of this authority. */
export function enrollmentNonce({ authority, key, salt }: EnrollmentBinding): Promise<string> {
  return digest(`opengsa enrollment ${authority} ${key} ${salt}`);
}

/** SHA-256, base64url. */
async function digest(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Buffer.from(hash).toString('base64url');
}
