// Which address a destination will see, per family, why, and where the organisation's named locations put it.
import { z } from 'zod';
import { locationVerdict } from './location-verdict.ts';
import { authenticationKind } from './profile.ts';
import { restorationClass } from './restoration.ts';

/** Entra ID, Graph, Exchange and SharePoint of one tenant should see one address. */
export const microsoftGroup = z.enum(['Sign-in', 'Graph', 'Exchange', 'SharePoint']);
export type MicrosoftGroup = z.infer<typeof microsoftGroup>;

/** What a destination will see of one family. With both families known it is one of the two. */
export const seenAddress = z.discriminatedUnion('state', [
  z.object({ state: z.literal('known'), address: z.string(), verdict: locationVerdict }),
  /** It may see an address of this family, and which one is not known. */
  z.object({ state: z.literal('unknown'), address: z.null(), verdict: locationVerdict }),
  /** It will not see an address of this family. */
  z.object({ state: z.literal('none'), address: z.null(), verdict: z.null() }),
]);
export type SeenAddress = z.infer<typeof seenAddress>;

/** What a reflection service on the same path said, compared with the prediction. It is shown while that still holds. */
export const verification = z.discriminatedUnion('kind', [
  z.object({
    /** `unpredicted`: there was nothing to compare with, and the address is what is known. */
    kind: z.enum(['agrees', 'differs', 'unpredicted']),
    address: z.string(),
    /** Who said it. */
    url: z.string(),
    at: z.iso.datetime(),
  }),
  z.object({
    kind: z.literal('not-verified'),
    reason: z.enum([
      /** No service is configured for this destination. */
      'no-reflection',
      /** The service lies on another path, so that its answer would say nothing. */
      'other-path',
      'blocked',
      /** The flow to the service was refused: by this agent, or by the edge. */
      'refused',
      'untrusted',
      'unreachable',
      'timeout',
      'unexpected-answer',
      /** Network, path or class changed while the question was on its way. */
      'changed-meanwhile',
    ]),
    /** What exactly, in words; may be empty. */
    detail: z.string(),
    url: z.string().nullable(),
    at: z.iso.datetime(),
  }),
]);
export type Verification = z.infer<typeof verification>;

export const perFamilyAddress = z.object({ ipv4: z.string().nullable(), ipv6: z.string().nullable() });

/** What one destination will see. */
export const seenAs = z.object({
  /** A host name, pattern or address. */
  destination: z.string(),
  /** As a sentence names it: `Entra ID`. */
  label: z.string(),
  /** Why it is listed: of the organisation's own rules, of Microsoft's services, or asked for by name. */
  origin: z.enum(['organisation', 'microsoft', 'asked']),
  group: microsoftGroup.nullable(),
  authentication: authenticationKind.nullable(),
  path: z.enum(['direct', 'edge', 'blocked', 'unknown']),
  class: restorationClass.nullable(),
  /** Whose addresses these are: the edge states the person's own where it restores. */
  whose: z.enum(['own', 'edge']).nullable(),
  addresses: z.object({ ipv4: seenAddress, ipv6: seenAddress }),
  /** Where the edge's connections to it come from; null per family where there is none or it is not known. */
  edge: perFamilyAddress,
  /** How it is known: predicted by rule, given by the edge, observed by a reflection service, or not at all. */
  basis: z.enum(['predicted', 'given', 'observed', 'unknown']),
  /** Stable, kebab-case. */
  reason: z.string(),
  /** Null: not asked, or no longer true. */
  verification: verification.nullable(),
});
export type SeenAs = z.infer<typeof seenAs>;

/** The named locations that verdicts rest on. */
export const locationsSummary = z.object({
  /** How many the edge tells, and how many were imported here. */
  edge: z.int(),
  imported: z.int(),
  importedAt: z.iso.datetime().nullable(),
  /** Names of those that an address alone cannot be judged by. */
  notJudged: z.array(z.string()),
  /** Why the stored list is not used. */
  fault: z.string().nullable(),
});
export type LocationsSummary = z.infer<typeof locationsSummary>;
