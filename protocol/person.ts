// What device and edge say to each other about the person at the device: who may vouch for people, a sign-in, its session.
import { z } from 'zod';
import { trafficType } from './profile.ts';

/** GET: whose sign-ins count. POST: a sign-in is shown. DELETE with `?session=ID`: it ends. */
export const personPath = '/.well-known/opengsa/person';

/** The longest ID token that is read, in characters; directories put lists of groups into them. */
export const longestIdToken = 16 * 1024;

/** Who may sign people in here, the first being the usual one. */
export const personOffer = z.object({
  issuers: z
    .array(
      z.object({
        /** Where discovery begins (OpenID Connect Discovery 1.0 section 4). */
        issuer: z.url({ protocol: /^https$/ }),
        clientId: z.string().min(1).max(256),
        scopes: z.array(z.string().min(1).max(256)).min(1).max(16),
      }),
    )
    .max(16),
  /** Traffic that this edge takes from signed-in people only. */
  required: z.array(trafficType).max(trafficType.options.length),
});
export type PersonOffer = z.infer<typeof personOffer>;
export type OfferedIssuer = PersonOffer['issuers'][number];

/** A sign-in as a device shows it. */
export const shownSignIn = z.strictObject({
  idToken: z.string().min(1).max(longestIdToken),
  /** What the device's nonce was made of: see `nonce.ts`. */
  salt: z.base64url().length(43),
});
export type ShownSignIn = z.infer<typeof shownSignIn>;

export const person = z.object({
  issuer: z.string(),
  /** The identifier that never changes: `oid` where the issuer is Entra ID, else `sub`. */
  subject: z.string(),
  /** As people know it; it may change. */
  name: z.string(),
});
export type Person = z.infer<typeof person>;

/** Names change, and are another's at another issuer. Nobody is the same as nobody. */
export function isSamePerson(one: Person | null, other: Person | null): boolean {
  return one !== null && one.issuer === other?.issuer && one.subject === other.subject;
}

/** The edge's answer to a sign-in that counts. */
export const personSession = z.object({
  /** Stands in the requests of the person's flows. Of no use to another device. */
  id: z.base64url().length(22),
  person,
  expiresAt: z.iso.datetime(),
});
export type PersonSession = z.infer<typeof personSession>;

/** Why a sign-in does not count. Closed, each with what it means; unknown means that it does not. */
export const personRefusals = {
  malformed: 'it is no ID token',
  issuer: 'its issuer is not one of the edge',
  algorithm: 'it is signed in a way that is not accepted',
  signature: 'its signature is not one of its issuer',
  'keys-unavailable': 'the edge cannot get the keys of its issuer',
  claims: 'it lacks what a sign-in must say',
  audience: 'it was made for another application',
  'authorized-party': 'it was given to another application',
  expired: 'it has expired',
  'not-yet-valid': 'it is not valid yet',
  'issued-at': 'it says that it was made in the future',
  nonce: 'it was not made for this device',
  tenant: 'its tenant is not one of the edge',
  domain: 'people of its domain may not sign in here',
  'too-many': 'too many people are signed in at this device',
} as const;
export type PersonRefusal = keyof typeof personRefusals;
export const personRefusal = z.object({ reason: z.enum(Object.keys(personRefusals) as [PersonRefusal]) });
