// What the edge does with the person's address towards a destination: the restoration classes.
import { z } from 'zod';

/**
 * - `proxy-v2`: one PROXY protocol v2 header before the untouched bytes
 * - `forwarded`, `adfs`: the edge terminates TLS and writes exactly one header
 * - `direct`: the flow does not enter the tunnel; the destination sees the device's own egress
 * - `anchor`: dialled from an egress address that the organisation lists as a named location
 * - `tenant-restriction`: local inspection of the sign-in hosts, on the device
 * - `opaque`: plain relay; the destination sees the edge
 */
export const restorationClass = z.enum([
  'proxy-v2',
  'forwarded',
  'adfs',
  'direct',
  'anchor',
  'tenant-restriction',
  'opaque',
]);
export type RestorationClass = z.infer<typeof restorationClass>;

/** Classes that state the person's address to the destination: their flows carry attestations. */
export function restores(value: RestorationClass): boolean {
  return value === 'proxy-v2' || value === 'forwarded' || value === 'adfs';
}

/** How well a source address is proven (table of source choice). */
export const assurance = z.enum(['observed', 'observed+attested', 'attested', 'unknown']);
export type Assurance = z.infer<typeof assurance>;
