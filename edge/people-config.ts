// The section `people` of the edge's configuration: who may vouch for people, and for how long.
import { z } from 'zod';
import { trafficType } from '../protocol/profile.ts';

const issuerRule =
  'must be the URL in the iss of its tokens, such as https://login.contoso.test; {tenantid} may stand for the tenant';
const guid = z
  .guid('must be a GUID such as 11111111-2222-3333-4444-555555555555')
  .transform((text) => text.toLowerCase());
const claimNames = z.array(z.string().min(1).max(64)).min(1).max(8);

const issuer = z
  .strictObject({
    issuer: z.string().max(512).refine(isIssuer, issuerRule),
    /** As the issuer knows OpenGSA: a public client with PKCE, loopback redirects and, for machines without a browser, device codes. */
    clientId: z.string().min(1).max(256),
    /** Others for whom tokens may be made as well. */
    audiences: z.array(z.string().min(1).max(256)).max(16).default([]),
    /** Entra ID: the tenants whose people count. Needed with `{tenantid}`. */
    tenants: z.array(guid).max(256).default([]),
    /** What user names must end in after the @; empty: anything. */
    domains: z
      .array(
        z
          .string()
          .min(1)
          .max(253)
          .transform((text) => text.toLowerCase()),
      )
      .max(256)
      .default([]),
    scopes: z
      .array(z.string().min(1).max(256))
      .min(1)
      .max(16)
      .default(['openid', 'profile', 'offline_access']),
    /** Claims that hold the user name; the first that is there. */
    userName: claimNames.default(['preferred_username', 'upn', 'email', 'name']),
    /** Claims that hold the identifier that never changes. */
    objectId: claimNames.default(['oid', 'sub']),
    /** Claims that hold the groups of the person, to which profiles are assigned; Entra ID has object ids there. */
    groups: claimNames.default(['groups']),
    /** `optional` lets tokens without a nonce begin sessions: Entra ID's device codes have none. They count at any device. */
    nonce: z.enum(['required', 'optional']).default('required'),
    /** Where its keys are; absent: where its discovery document says. */
    jwksUri: z.url({ protocol: /^https$/, error: 'must be a URL that begins with https://' }).optional(),
    /** A PEM file with the authorities of its certificate; absent: the system's. */
    ca: z.string().min(1).optional(),
  })
  .superRefine(({ issuer: url, tenants }, context) => {
    if (!url.includes('{tenantid}') || tenants.length > 0) return;
    const message = 'is needed with {tenantid}: else every tenant of the world could sign in';
    context.addIssue({ code: 'custom', path: ['tenants'], message });
  });

export const peopleSettings = z
  .strictObject({
    /** The first is the usual one. Empty: nobody can sign in. */
    issuers: z.array(issuer).max(16).default([]),
    /**
     * Traffic that is taken from signed-in people only, `true`: all. Without a person clients treat the rules of such
     * profiles as while no edge answers.
     */
    required: z
      .union([z.boolean(), z.array(trafficType).max(trafficType.options.length)], {
        error: 'must be true, false or a list of m365, internet and private',
      })
      .default(false)
      .transform((value) => (typeof value === 'boolean' ? (value ? trafficType.options : []) : value)),
    /** How long one proof of a sign-in counts, at most; ID tokens may say less. */
    sessionMinutes: z
      .int()
      .min(5)
      .max(24 * 60)
      .default(60),
  })
  .superRefine(({ issuers, required }, context) => {
    if (required.length === 0 || issuers.length > 0) return;
    const message = 'is needed with required: else nobody could ever sign in';
    context.addIssue({ code: 'custom', path: ['issuers'], message });
  })
  .prefault({});
export type PeopleSettings = z.output<typeof peopleSettings>;
export type IssuerSettings = PeopleSettings['issuers'][number];

function isIssuer(text: string): boolean {
  const url = URL.parse(text.replace('{tenantid}', 'tenant'));
  return url?.protocol === 'https:' && url.search === '' && url.hash === '' && url.username === '';
}
