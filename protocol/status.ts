// What people see: one value, derived from the machines and nothing else. Window, tray, browser and CLI show this.
import { z } from 'zod';
import { locationsSummary, microsoftGroup, perFamilyAddress, seenAs } from './seen-as.ts';

/** Why a person's traffic is in the state it is in. `agent not running` and `access denied` are not here: then nobody answers. */
export const connectionState = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('not-enrolled') }),
  z.object({ kind: z.literal('disabled'), by: z.enum(['user', 'organisation']), since: z.iso.datetime() }),
  z.object({ kind: z.literal('paused'), since: z.iso.datetime(), until: z.iso.datetime() }),
  z.object({ kind: z.literal('connecting'), attempt: z.int(), since: z.iso.datetime() }),
  z.object({ kind: z.literal('connected'), edge: z.string(), since: z.iso.datetime() }),
  z.object({
    kind: z.literal('edge-unreachable'),
    since: z.iso.datetime(),
    cause: z.string(),
    retryAt: z.iso.datetime().nullable(),
  }),
  z.object({
    kind: z.literal('device-refused'),
    edge: z.string(),
    since: z.iso.datetime(),
    cause: z.string(),
  }),
  z.object({
    kind: z.literal('edge-untrusted'),
    edge: z.string(),
    since: z.iso.datetime(),
    cause: z.string(),
  }),
  z.object({ kind: z.literal('sign-in-needed'), since: z.iso.datetime(), cause: z.string() }),
  z.object({ kind: z.literal('no-internet'), since: z.iso.datetime() }),
  z.object({ kind: z.literal('captive-portal'), since: z.iso.datetime(), page: z.string().nullable() }),
]);
export type ConnectionState = z.infer<typeof connectionState>;

/** Things to look at although the connection stands. */
export const attention = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('signaling-disabled'), since: z.iso.datetime() }),
  z.object({ kind: z.literal('microsoft-undecided') }),
  z.object({
    kind: z.literal('address-ambiguous'),
    family: z.enum(['ipv4', 'ipv6']),
    candidates: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('address-mismatch'),
    /** With two addresses it sees the one or the other. */
    seen: z.array(z.object({ group: microsoftGroup, addresses: z.array(z.string()) })),
  }),
  z.object({ kind: z.literal('channels-unreachable'), unreachable: z.array(z.string()) }),
  z.object({ kind: z.literal('foreign-edge') }),
  z.object({ kind: z.literal('profile-refused'), cause: z.string() }),
  /** Programs are not captured as the configuration asks. */
  z.object({ kind: z.literal('capture-impaired'), cause: z.string(), remedy: z.string() }),
  /** Rules for certain programs hold for none. Both are whole sentences. */
  z.object({ kind: z.literal('program-rules-idle'), cause: z.string(), remedy: z.string() }),
]);
export type Attention = z.infer<typeof attention>;

export const egressAddressStatus = z.object({
  /** `none`: the network has no address of this family. `stale`: not checked since the last network change. */
  state: z.enum(['confirmed', 'probable', 'ambiguous', 'detecting', 'stale', 'none', 'unknown']),
  address: z.string().nullable(),
  checkedAt: z.iso.datetime().nullable(),
  expiresAt: z.iso.datetime().nullable(),
  evidence: z.array(
    z.object({
      source: z.string(),
      operator: z.string(),
      /** What was asked: a host, a URL, the name of a record. */
      asked: z.string(),
      address: z.string().nullable(),
      signed: z.boolean(),
      at: z.iso.datetime(),
      error: z.string().nullable(),
    }),
  ),
});
export type EgressAddressStatus = z.infer<typeof egressAddressStatus>;

/** Capture of programs that know of no proxy. */
export const transparentCapture = z.object({
  /** `idle`: the person has it off, so nothing but addresses that programs still remember is taken. */
  state: z.enum(['on', 'idle', 'failed']),
  /** Names that have been given an address of the agent's own. */
  names: z.int(),
  /** Address ranges that are taken, per family. */
  subnets: z.object({ ipv4: z.int(), ipv6: z.int() }),
  /** The system's name servers whose questions the agent sees. */
  nameservers: z.array(z.string()),
  /** What is in the way, and what to do about it. */
  obstacles: z.array(z.object({ code: z.string(), sentence: z.string(), remedy: z.string() })),
  /** Destinations of the profiles that pass by, and why. */
  notCaptured: z.array(z.object({ destination: z.string(), reason: z.string() })),
});
export type TransparentCapture = z.infer<typeof transparentCapture>;

/** What the organisation assigned to this device, as the newest document says that the device has accepted. */
export const distributionStatus = z.object({
  organisation: z.string(),
  /** Null until a document was accepted; then it holds across restarts, and while no edge answers. */
  document: z
    .object({
      revision: z.int(),
      signedAt: z.iso.datetime(),
      receivedAt: z.iso.datetime(),
      /** Until when an edge may send it. What was accepted before holds on. */
      validUntil: z.iso.datetime(),
      /** Whether it says which profiles this device has; else the device uses its own. */
      assigns: z.boolean(),
      profiles: z.array(z.object({ name: z.string(), title: z.string(), revision: z.int().nullable() })),
      breakGlassSince: z.iso.datetime().nullable(),
    })
    .nullable(),
  /** Why the last question had no good answer; what was held before is in force. */
  fault: z.string().nullable(),
});
export type DistributionStatus = z.infer<typeof distributionStatus>;

export const statusSchema = z.object({
  version: z.literal(1),
  /** Grows with each change of what is shown. */
  revision: z.int(),
  at: z.iso.datetime(),
  connection: connectionState,
  attention: z.array(attention),
  /** The outline of the tray shield; filled (on, attention) means that traffic goes through the edge. */
  shield: z.enum(['on', 'attention', 'busy', 'off', 'off-by-organisation', 'error']),
  title: z.string(),
  /** Who will see which address, in one or two sentences. */
  sentence: z.string(),
  cause: z.string().nullable(),
  remedy: z.string().nullable(),
  organisation: z.string().nullable(),
  device: z
    .object({ name: z.string(), thumbprint: z.string(), certificateExpiresAt: z.iso.datetime() })
    .nullable(),
  person: z.object({ name: z.string(), signedInAt: z.iso.datetime() }).nullable(),
  /** Whether people can sign in at the edge. */
  signInOffered: z.boolean(),
  profiles: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      version: z.string(),
      enabled: z.boolean(),
      /** The organisation or the profile itself switched it off; a person cannot switch it on. */
      locked: z.boolean(),
      policies: z.int(),
      rules: z.int(),
    }),
  ),
  /** The profiles that the organisation assigns; null where the device asks for none. Absent: an older agent's status. */
  distribution: distributionStatus.nullable().default(null),
  channels: z.array(
    z.object({
      name: z.string(),
      edge: z.string(),
      state: z.enum(['up', 'connecting', 'unreachable', 'off', 'paused']),
      protocol: z.enum(['h2', 'http/1.1']).nullable(),
      sessions: z.int(),
      since: z.iso.datetime().nullable(),
      latencyMs: z.number().nullable(),
      bytesSent: z.int(),
      bytesReceived: z.int(),
      cause: z.string().nullable(),
    }),
  ),
  egress: z.object({ ipv4: egressAddressStatus, ipv6: egressAddressStatus }),
  edgeEgress: perFamilyAddress,
  signaling: z.enum(['enabled', 'disabled', 'unknown']),
  /** The organisation's own services and one of each of Microsoft's. */
  seenAs: z.array(seenAs),
  /** What the verdicts of `seenAs` rest on. */
  locations: locationsSummary,
  capture: z.object({
    mode: z.enum(['proxy', 'transparent', 'both']),
    httpProxy: z.string().nullable(),
    socks5: z.string().nullable(),
    pacUrl: z.string().nullable(),
    transparent: transparentCapture.nullable(),
  }),
  flows: z.object({
    open: z.int(),
    total: z.int(),
    tunnelled: z.int(),
    direct: z.int(),
    blocked: z.int(),
    failed: z.int(),
  }),
});
export type Status = z.infer<typeof statusSchema>;
