// Whether the claims of an ID token make a person known here (OpenID Connect Core 1.0 section 3.1.3.7). Signatures are elsewhere.
import { z } from 'zod';
import type { Person, PersonRefusal } from '../../protocol/person.ts';

/** One who may vouch for people. */
export type PersonIssuer = {
  /** As in `iss`; `{tenantid}` stands for each of `tenants`. */
  readonly issuer: string;
  readonly clientId: string;
  /** What `aud` may hold, the client among them. */
  readonly audiences: readonly string[];
  /** Entra ID's `tid`, lower case; empty: any, where the issuer itself is of one tenant. */
  readonly tenants: readonly string[];
  /** What user names may end in after the @, lower case; empty: any. */
  readonly domains: readonly string[];
  /**
   * Whether a token without a nonce may begin a session. Issuers leave it out with device codes and renewals; such a token
   * counts at whichever device shows it.
   */
  readonly nonce: 'required' | 'optional';
  /** Claims for the user name and for the identifier that never changes, the first that is there. */
  readonly userName: readonly string[];
  readonly objectId: readonly string[];
  /** Claims that hold the names or identifiers of the person's groups; all that are there. */
  readonly groups: readonly string[];
};

/** How far the clocks of issuer and edge may differ. */
export const clockToleranceMs = 60_000;

/** What sign-ins may be signed with; HMAC and none are not among them, so that a public key is never a secret. */
export const idTokenAlgorithms = ['RS256', 'PS256', 'ES256'] as const;

const claimsSchema = z.looseObject({
  iss: z.string().max(512),
  sub: z.string().min(1).max(255),
  aud: z.union([z.string(), z.array(z.string()).min(1).max(16)]),
  exp: z.number(),
  iat: z.number(),
  nbf: z.number().optional(),
  auth_time: z.number().optional(),
  azp: z.string().optional(),
  nonce: z.string().optional(),
  tid: z.string().optional(),
});
type Claims = z.output<typeof claimsSchema>;

export type Judged =
  | {
      readonly kind: 'person';
      readonly person: Person;
      /** As the issuer writes them, each once. */
      readonly groups: readonly string[];
      /** `exp`, `iat` and `auth_time`, in ms since 1970; null: the issuer does not say when the person proved who they are. */
      readonly expiresAtMs: number;
      readonly issuedAtMs: number;
      readonly authenticatedAtMs: number | null;
      /** Whether it begins a session, or only prolongs one: issuers may leave the nonce out then (Core 1.0 section 12.2). */
      readonly begins: boolean;
    }
  | { readonly kind: 'refused'; readonly reason: PersonRefusal };

/** Whose token it says it is; null: nobody's who counts here. To be asked before the signature, which needs the answer. */
export function findIssuer(claims: unknown, issuers: readonly PersonIssuer[]): PersonIssuer | null {
  const parsed = z.looseObject({ iss: z.string(), tid: z.string().optional() }).safeParse(claims);
  if (!parsed.success) return null;
  const { iss, tid } = parsed.data;
  return issuers.find(({ issuer }) => iss === issuer.replace('{tenantid}', tid ?? '')) ?? null;
}

/** @param nonces what the nonce may be: the token is bound to one of these by it */
export function judgeClaims(
  value: unknown,
  expected: { readonly issuer: PersonIssuer; readonly nonces: readonly string[]; readonly nowMs: number },
): Judged {
  const parsed = claimsSchema.safeParse(value);
  if (!parsed.success) return { kind: 'refused', reason: 'claims' };
  const claims = parsed.data;
  const { issuer } = expected;
  const reason =
    (findIssuer(claims, [issuer]) === null ? 'issuer' : null) ??
    judgeAudience(claims, issuer) ??
    judgeTimes(claims, expected.nowMs) ??
    judgeTenant(claims, issuer) ??
    (claims.nonce !== undefined && !expected.nonces.includes(claims.nonce) ? 'nonce' : null);
  if (reason !== null) return { kind: 'refused', reason };
  const name = firstText(claims, issuer.userName);
  const subject = firstText(claims, issuer.objectId);
  if (name === null || subject === null) return { kind: 'refused', reason: 'claims' };
  if (!isOfDomain(name, issuer.domains)) return { kind: 'refused', reason: 'domain' };
  return {
    kind: 'person',
    person: { issuer: claims.iss, subject, name },
    groups: groupsOf(claims, issuer.groups),
    expiresAtMs: claims.exp * 1000,
    issuedAtMs: claims.iat * 1000,
    authenticatedAtMs: claims.auth_time === undefined ? null : claims.auth_time * 1000,
    begins: claims.nonce !== undefined || issuer.nonce === 'optional',
  };
}

/** One that is not ours beside one that is ours would be told who the person is by us. */
function judgeAudience({ aud, azp }: Claims, { clientId, audiences }: PersonIssuer): PersonRefusal | null {
  const named = typeof aud === 'string' ? [aud] : aud;
  if (!named.every((one) => audiences.includes(one))) return 'audience';
  if (azp === undefined) return named.length > 1 ? 'authorized-party' : null;
  return azp === clientId ? null : 'authorized-party';
}

function judgeTimes({ exp, nbf, iat }: Claims, nowMs: number): PersonRefusal | null {
  if (exp * 1000 + clockToleranceMs <= nowMs) return 'expired';
  if (nbf !== undefined && nbf * 1000 - clockToleranceMs > nowMs) return 'not-yet-valid';
  return iat * 1000 - clockToleranceMs > nowMs ? 'issued-at' : null;
}

function judgeTenant({ tid }: Claims, { tenants }: PersonIssuer): PersonRefusal | null {
  if (tenants.length === 0) return null;
  return tid !== undefined && tenants.includes(tid.toLowerCase()) ? null : 'tenant';
}

function isOfDomain(name: string, domains: readonly string[]): boolean {
  if (domains.length === 0) return true;
  const at = name.lastIndexOf('@');
  return at > 0 && domains.includes(name.slice(at + 1).toLowerCase());
}

/** Names go into logs and windows: what moves a cursor or hides text is no part of them. */
function firstText(claims: Claims, names: readonly string[]): string | null {
  for (const name of names) {
    const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
    if (typeof value !== 'string') continue;
    const text = value.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').trim();
    if (text !== '' && text.length <= 256) return text;
  }
  return null;
}

/** Issuers write one group, or a list. What is no text is no group. */
function groupsOf(claims: Claims, names: readonly string[]): readonly string[] {
  const values = names.flatMap((name) => (Object.hasOwn(claims, name) ? claims[name] : []));
  const groups = values.filter((value) => typeof value === 'string' && value !== '' && value.length <= 256);
  return [...new Set(groups as string[])];
}
