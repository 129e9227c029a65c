// A connection of a device to the edge, one tunnel session: when, from where, and what it carried.
import { z } from 'zod';
import { assurance } from '../../protocol/restoration.ts';

const address = z.string().nullable();

export const connectionRecord = z.object({
  id: z.string(),
  startedAt: z.iso.datetime(),
  /** Until when the counts hold. */
  updatedAt: z.iso.datetime(),
  /** Null while it is open, and where the edge ended without seeing it end. */
  endedAt: z.iso.datetime().nullable(),
  isOpen: z.boolean(),
  /** base64url SHA-256 of the certificate. */
  device: z.object({ thumbprint: z.string(), name: z.string().nullable() }),
  protocol: z.enum(['h2', 'http/1.1']),
  /** The tunnel's TCP peer: what the edge saw. */
  peerAddress: z.string(),
  peerPort: z.int(),
  /** As of the last flow that brought statements of the witness, that told a destination an address, that was judged. */
  attestedIpv4: address,
  attestedIpv6: address,
  statedAddress: address,
  assurance: assurance.nullable(),
  /** Those that have ended. */
  flows: z.int(),
  refusedFlows: z.int(),
  bytesSent: z.int(),
  bytesReceived: z.int(),
});
export type ConnectionRecord = z.infer<typeof connectionRecord>;
