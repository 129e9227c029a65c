// The document by which an organisation tells one device its traffic profiles: a JWS (RFC 7515) that the device checks by
// the keys it got when it was enrolled.
import { z } from 'zod';
import { profileSchema } from './profile.ts';

/** Asked on the tunnel's connection, as the device that the document is for. */
export const profileDocumentPath = '/.well-known/opengsa/profiles';

/** In the header: a statement of the witness, signed by the same key, can never pass for a document (RFC 8725, 3.11). */
export const profileDocumentType = 'opengsa-profiles+jwt';
export const profileDocumentAudience = 'opengsa-profiles';
export const profileDocumentAlgorithms = ['ES256', 'EdDSA', 'RS256'] as const;

/** The largest document, as sent, in bytes: what a device reads of one answer. */
export const profileDocumentMaxBytes = 1024 * 1024;
/** The largest profile in it, as JSON. */
export const distributedProfileMaxBytes = 512 * 1024;
export const maxDistributedProfiles = 32;

/** What a device says of itself when it asks. */
export const platforms = ['linux', 'windows', 'macos', 'other'] as const;
export type Platform = (typeof platforms)[number];

/** How a device calls a profile, in commands and files. */
export const profileNamePattern = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** Names what a document says: two of one tag differ in nothing but the time at which they were signed. */
export const documentTag = z.string().regex(/^[A-Za-z0-9_-]{22,64}$/, 'must be base64url');

export const profileDocumentClaims = z.object({
  aud: z.literal(profileDocumentAudience),
  /** Seconds since 1970: when it was signed, and until when a device takes it from an edge. */
  iat: z.int().nonnegative(),
  exp: z.int().nonnegative(),
  version: z.literal(1),
  organisation: z.string().max(256),
  /** `id` is the edge's number of the device. */
  device: z.object({ name: z.string().max(64), id: z.int() }),
  /** Never falls: a device takes no document that is older than the one it holds. */
  revision: z.int().nonnegative(),
  tag: documentTag,
  /** All profiles of the organisation are off, whatever is assigned. */
  breakGlass: z.object({ since: z.iso.datetime() }).nullable(),
  /**
   * In the order in which they are asked. Null: the organisation assigns none to anybody, and the device uses its own. An
   * empty list: others have some, this device has none.
   */
  profiles: z
    .array(
      z.object({
        name: z.string().regex(profileNamePattern),
        /** Of the profile in the edge's history; null where it is as the edge's files have it. */
        revision: z.int().nullable(),
        profile: profileSchema,
      }),
    )
    .max(maxDistributedProfiles)
    .nullable(),
});
export type ProfileDocument = z.infer<typeof profileDocumentClaims>;
