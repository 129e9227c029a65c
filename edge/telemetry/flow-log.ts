// The access log: one record per flow that a device asked for, refused ones included. It alone holds all addresses.
import { z } from 'zod';
import { person } from '../../protocol/person.ts';
import { assurance, restorationClass } from '../../protocol/restoration.ts';

const address = z.string().nullable();

export const flowLogRecord = z.object({
  traceparent: z.string().nullable(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  /** The tunnel session that it came by; null in logs of earlier versions. */
  connectionId: z.string().nullable().default(null),
  /** base64url SHA-256 of the certificate. */
  device: z.object({ thumbprint: z.string(), name: z.string().nullable() }),
  /** Who was signed in at the device and whose flow it was; records from before people could sign in lack it. */
  person: person.nullable().default(null),
  /** What the device asked for, as sent if it could not be read. */
  authority: z.string(),
  protocol: z.enum(['h2', 'http/1.1']),
  class: restorationClass.nullable(),
  /** What let it through; null for what was refused before, and in logs of earlier versions. */
  rule: z
    .object({ trafficType: z.enum(['m365', 'internet', 'private']), policy: z.string(), id: z.string() })
    .nullable()
    .default(null),
  /** The tunnel's TCP peer: what the edge saw. */
  peerAddress: z.string(),
  peerPort: z.int(),
  attestedIpv4: address,
  attestedIpv6: address,
  /** Why statements of the witness did not count. */
  attestationFaults: z.array(z.string()),
  /** What the destination was told; null where it saw the edge. */
  statedAddress: address,
  /** The edge's own address on the connection to the destination. */
  edgeAddress: address,
  dialledAddress: address,
  dialledPort: z.int().nullable(),
  assurance: assurance.nullable(),
  signaling: z.enum(['enabled', 'disabled']),
  flags: z.array(z.string()),
  bytesSent: z.int(),
  bytesReceived: z.int(),
  /** `refused` before any byte passed; `reset` where a side broke off. */
  result: z.enum(['ended', 'reset', 'refused']),
  /** RFC 9209 error type of a refusal. */
  proxyError: z.string().nullable(),
  reason: z.string().nullable(),
});
export type FlowLogRecord = z.infer<typeof flowLogRecord>;
