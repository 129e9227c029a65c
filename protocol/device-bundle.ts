// What a device needs to use an edge, as files in one directory that only its owner may read.
import { z } from 'zod';

/** File names in the directory; each is 0600. */
export const deviceBundleFiles = {
  key: 'device.key',
  certificate: 'device.crt',
  /** The authority that signs the edge's certificate. */
  authority: 'ca.crt',
  edge: 'edge.json',
} as const;

/** In the same directory: the key of a renewed certificate, until both are in their places. */
export const renewedKeyFile = `${deviceBundleFiles.key}.next`;

/** Dialled instead of resolving the name, in order. Empty or absent: resolve. */
const addresses = z.array(z.union([z.ipv4(), z.ipv6()])).optional();

const endpoint = z.strictObject({
  /** `https://name:port`; the certificate is checked against the name. */
  url: z.url({ protocol: /^https$/ }),
  addresses,
});
export type EdgeEndpoint = z.infer<typeof endpoint>;

/** `edge.json`: where the organisation's edges and witnesses are, and the keys that sign attestations. */
export const deviceBundle = z.strictObject({
  version: z.literal(1),
  organisation: z.string(),
  device: z.string(),
  /** In the order of preference; later ones are for failover. */
  edges: z.array(endpoint).min(1),
  /** Asked outside the tunnel, one per address family; null where the edge has no address of that family. */
  witness: z.strictObject({
    ipv4: endpoint.nullable(),
    ipv6: endpoint.nullable(),
    /** The `iss` of its statements. Absent: the pinned keys alone say whose they are. */
    issuer: z.string().optional(),
  }),
  /** Asked for a captive portal when no edge answers: `http://name:port/generate_204`. Absent: no edge answers it. */
  portalCheck: z.strictObject({ url: z.url({ protocol: /^http$/ }), addresses }).optional(),
  /** Public keys of the witness (RFC 7517). */
  jwks: z.strictObject({ keys: z.array(z.record(z.string(), z.unknown())) }),
});
export type DeviceBundle = z.infer<typeof deviceBundle>;
