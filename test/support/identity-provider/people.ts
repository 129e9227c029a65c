// The people that the provider knows and the applications that may ask it for a sign-in.
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ClientMetadata } from 'oidc-provider';

export type Person = {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly password: string;
};

/** Applications by their ids. */
export const apps = {
  /** A native application: authorization code with PKCE, answer to a loopback address (RFC 8252 section 7.3). */
  native: 'contoso-desktop',
  /** The provider's own start page, which only wants to know whether the sign-in is allowed. */
  portal: 'contoso-portal',
} as const;

export const signedInPath = '/signed-in';

export function clientsOf(issuer: string): ClientMetadata[] {
  return [
    {
      client_id: apps.native,
      client_name: 'Contoso Desktop',
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris: ['http://127.0.0.1/callback', 'http://localhost'],
      id_token_signed_response_alg: 'ES256',
    },
    {
      client_id: apps.portal,
      client_name: 'Contoso Portal',
      application_type: 'web',
      token_endpoint_auth_method: 'none',
      grant_types: [],
      response_types: ['none'],
      redirect_uris: [`${issuer}${signedInPath}`],
      id_token_signed_response_alg: 'ES256',
    },
  ];
}

/** The person with this name and password, or null. Takes the same time for a wrong name and a wrong password. */
export function authenticate(people: readonly Person[], username: string, password: string): Person | null {
  const person = people.find((candidate) => candidate.username === username.trim().toLowerCase());
  const right = timingSafeEqual(digest(person?.password ?? ''), digest(password));
  return person !== undefined && right ? person : null;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
