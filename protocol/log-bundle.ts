// The log bundle: what a person hands to whoever helps, as one JSON document that windows show like a running agent.
import { z } from 'zod';
import { OpenGsaError } from './error.ts';
import { flowRecord } from './flow-record.ts';
import { healthReport } from './health-report.ts';
import { hostnameRecord } from './hostname-record.ts';
import { knownProfile } from './known-profile.ts';
import { locationSource } from './location-verdict.ts';
import { olderConnections } from './older-connection.ts';
import { parse } from './parse.ts';
import { seenAsReport } from './seen-as-report.ts';
import { statusSchema } from './status.ts';

/** The largest bundle as JSON text, in bytes. */
export const logBundleMaxBytes = 32 * 1024 * 1024;

/** Every part with its title and with what it holds, as it is told before anything is written. */
export const logBundleParts = {
  status: { title: 'Status', contains: 'the state of the client and the addresses that it knows' },
  health: { title: 'Health check', contains: 'each precondition, what was found, and how to mend it' },
  seenAs: { title: 'Source address', contains: 'which address each service will see, and why' },
  profiles: {
    title: 'Forwarding profile',
    contains: 'the traffic profiles of this machine with their rules',
  },
  hostnames: {
    title: 'Hostname acquisition',
    contains: 'names that programs asked for, and what was answered',
  },
  flows: { title: 'Traffic', contains: 'connections that came to the agent: where to, when, how many bytes' },
  olderConnections: { title: 'Older connections', contains: 'open connections that go past the agent' },
  locations: { title: 'Named locations', contains: 'the address ranges that the organisation knows by name' },
  machine: { title: 'Machine', contains: 'network addresses, routes, name servers and our own kernel rules' },
  configuration: { title: 'Configuration', contains: 'agent.yaml as it is in force, without its secrets' },
  log: { title: 'Log', contains: "the newest lines of the agent's log" },
} as const;
export type LogBundlePart = keyof typeof logBundleParts;

export const logBundlePartNames = Object.keys(logBundleParts) as readonly LogBundlePart[];
export const logBundlePart = z.enum(logBundlePartNames);

export const logLine = z.object({
  time: z.iso.datetime(),
  level: z.enum(['error', 'warn', 'info', 'debug']),
  message: z.string(),
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
});
export type LogLine = z.infer<typeof logLine>;

/** What a redaction hides, by the word that stands in its place: `address-1`, `host-3`. */
export const hiddenKind = z.enum(['address', 'host', 'user', 'device', 'path', 'mac']);
export type HiddenKind = z.infer<typeof hiddenKind>;

/** How often something was hidden, and how many different things. */
export const hiddenCount = z.object({ kind: hiddenKind, values: z.int(), occurrences: z.int() });
export type HiddenCount = z.infer<typeof hiddenCount>;

/** As `locations.list` tells them, but that a range may be hidden. */
const bundledLocation = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ranges'),
    name: z.string(),
    trusted: z.boolean(),
    ranges: z.array(z.string()),
  }),
  z.object({ kind: z.literal('countries'), name: z.string(), countries: z.array(z.string()) }),
  z.object({ kind: z.literal('other'), name: z.string(), type: z.string() }),
]);

export const machineFacts = z.object({
  hostname: z.string(),
  system: z.string(),
  /** `eth0 192.0.2.7/24`. */
  addresses: z.array(z.string()),
  /** As `ip route show` lists them, both families; null where nobody could tell. */
  routes: z.array(z.string()).nullable(),
  nameservers: z.array(z.string()).nullable(),
  /** Our own tables as nft lists them; null while capture is by proxy only. */
  ownRules: z.array(z.string()).nullable(),
  /** What could not be found out, and why. */
  faults: z.array(z.string()),
});
export type MachineFacts = z.infer<typeof machineFacts>;

export const logBundle = z.object({
  version: z.literal(1),
  createdAt: z.iso.datetime(),
  /** Whether people, devices, addresses and names of others are hidden. Secrets are never in it. */
  redacted: z.boolean(),
  product: z.object({ version: z.string(), node: z.string(), platform: z.string() }),
  hidden: z.array(hiddenCount),
  /** What is known of each hidden address; `range` null: public. */
  hiddenAddresses: z.array(
    z.object({ name: z.string(), family: z.enum(['ipv4', 'ipv6']), range: z.string().nullable() }),
  ),
  /** How many secrets were cut out. */
  removedSecrets: z.int(),
  /** Parts that are missing or shortened although they were asked for. */
  leftOut: z.array(z.object({ part: logBundlePart, reason: z.string() })),
  status: statusSchema.optional(),
  health: healthReport.optional(),
  seenAs: seenAsReport.optional(),
  profiles: z.array(knownProfile).optional(),
  hostnames: z.object({ acquiring: z.boolean(), hostnames: z.array(hostnameRecord) }).optional(),
  flows: z.array(flowRecord).optional(),
  olderConnections: olderConnections.optional(),
  locations: z
    .object({
      locations: z.array(z.object({ source: locationSource, location: bundledLocation })),
      importedAt: z.iso.datetime().nullable(),
      fault: z.string().nullable(),
    })
    .optional(),
  machine: machineFacts.optional(),
  configuration: z.record(z.string(), z.unknown()).optional(),
  /** Oldest first. */
  log: z.array(logLine).optional(),
});
export type LogBundle = z.infer<typeof logBundle>;

/** Every word of the closed lists in it: a reader takes no other in its place. */
export const logBundleWords: ReadonlySet<string> = new Set(wordsOf(logBundle));

/** What a bundle would hold, told before it is made. */
export const logPreview = z.object({
  parts: z.array(
    z.object({
      name: logBundlePart,
      title: z.string(),
      contains: z.string(),
      entries: z.int(),
      /** As JSON text, before it is compressed. */
      bytes: z.int(),
      hidden: z.array(hiddenCount),
      removedSecrets: z.int(),
      /** The beginning of some entries, redacted. */
      samples: z.array(z.string()),
    }),
  ),
  leftOut: logBundle.shape.leftOut,
});
export type LogPreview = z.infer<typeof logPreview>;

/**
 * @param subject the file, for the message
 * @throws OpenGsaError `bad-message` with the path of the first fault, or for a bundle of a newer version
 */
export function parseLogBundle(value: unknown, subject: string): LogBundle {
  const newer = z.object({ version: z.int().min(2) }).safeParse(value);
  if (newer.success) {
    const { version } = newer.data;
    throw new OpenGsaError(
      'bad-message',
      `${subject}: version: is ${version}, and this program reads 1; open it with a newer one`,
    );
  }
  return parse(logBundle, value, subject);
}

function wordsOf(schema: z.core.$ZodType): readonly string[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case 'object':
      return Object.values(def.shape).flatMap(wordsOf);
    case 'array':
      return wordsOf(def.element);
    case 'union':
      return def.options.flatMap(wordsOf);
    case 'record':
      return wordsOf(def.valueType);
    case 'optional':
    case 'nullable':
      return wordsOf(def.innerType);
    case 'enum':
      return Object.values(def.entries).map(String);
    case 'literal':
      return def.values.map(String);
    default:
      return [];
  }
}
