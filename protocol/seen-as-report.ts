// The answer to "which address will each destination see": the destinations asked for, and what the answer rests on.
import { z } from 'zod';
import { locationsSummary, microsoftGroup, perFamilyAddress, seenAs } from './seen-as.ts';
import { connectionState, egressAddressStatus } from './status.ts';

export const seenAsReport = z.object({
  at: z.iso.datetime(),
  connection: connectionState,
  /** The state in words: `Connected`, `Paused`. */
  title: z.string(),
  organisation: z.string().nullable(),
  egress: z.object({ ipv4: egressAddressStatus, ipv6: egressAddressStatus }),
  edgeEgress: perFamilyAddress,
  destinations: z.array(seenAs),
  /** Sign-in and resources of one tenant leave by different addresses. Null: none that is known. */
  mismatch: z
    .object({
      seen: z.array(z.object({ group: microsoftGroup, addresses: z.array(z.string()) })),
      sentence: z.string(),
      cause: z.string(),
      remedy: z.string(),
    })
    .nullable(),
  locations: locationsSummary,
});
export type SeenAsReport = z.infer<typeof seenAsReport>;
