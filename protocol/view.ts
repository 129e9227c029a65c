// The view: what an edge tells a device about itself, so that the device can say what each destination will see.
import { z } from 'zod';
import { parsePrefix } from './address.ts';
import { isClassMatch } from './class-index.ts';
import { restorationClass } from './restoration.ts';

const perFamily = z.object({ ipv4: z.string().nullable(), ipv6: z.string().nullable() });

export const viewSchema = z.object({
  /** Grows with each change; `?after=REVISION` waits for a larger one. */
  revision: z.int().nonnegative(),
  organisation: z.string(),
  /** The addresses that destinations see for plain relays; null where the edge does not know. */
  edgeEgress: perFamily,
  /** First match wins. `match` is a host pattern or a prefix, with `ports` or any. */
  classes: z.array(
    z.object({
      match: z.string().refine(isClassMatch, 'must be a host pattern or a prefix'),
      ports: z.array(z.int()).optional(),
      class: restorationClass,
      /** Which family a restoring class prefers to state, where it prefers one. */
      family: z.enum(['ipv4', 'ipv6']).optional(),
      /** For `anchor`: the address it is dialled from, where configured. */
      egress: perFamily.optional(),
    }),
  ),
  namedLocations: z.array(
    z.object({
      name: z.string(),
      trusted: z.boolean(),
      ranges: z.array(z.string().refine((text) => parsePrefix(text) !== null, 'must be a prefix')),
    }),
  ),
  signaling: z.object({ status: z.enum(['enabled', 'disabled']), since: z.iso.datetime() }),
  /**
   * The revision of what this edge distributes: a device whose document is older asks whether there is another for it.
   * Absent: an edge that distributes no profiles.
   */
  distribution: z.object({ revision: z.int().nonnegative() }).optional(),
  /** The one decision for Entra ID, Graph, Exchange and SharePoint; null: not made, the group goes direct. */
  microsoft: z.enum(['anchor', 'direct']).nullable(),
  /** Ranges that are not global but may be sources here (a company WAN); empty by default. */
  sourceRanges: z.array(z.string()),
});
export type View = z.infer<typeof viewSchema>;
