// The traffic profile in canonical form: what is acquired, and what becomes of it. The shape follows Microsoft
// Graph's forwardingProfile, policies and rules, plus what the published endpoint list says of each set.
import { z } from 'zod';
import { parseAddress, parsePrefix } from './address.ts';
import { OpenGsaError } from './error.ts';
import { parse } from './parse.ts';

/** Which of our kinds of authentication a destination serves. Device registration is never inspected. */
export const authenticationKind = z.enum(['sign-in', 'device', 'graph', 'assets']);
export type AuthenticationKind = z.infer<typeof authenticationKind>;

const state = z.enum(['enabled', 'disabled']);
const ruleAction = z.enum(['forward', 'bypass']);
/** What happens to a rule's traffic while no tunnel is up ("hardening"). */
const fallback = z.enum(['bypass', 'block']);
/** Spelt as Graph does; the endpoint list says Optimize, Allow, Default. */
const category = z.enum(['optimized', 'allow', 'default']);

export const portText = z
  .string()
  .refine(isPortOrRange, 'must be a port (443) or a range (3478-3481) from 1 to 65535');
/** A name or a pattern with stars, as rules of type `fqdn` hold it. */
export const hostPatternText = z
  .string()
  .refine(isHostPattern, 'must be a host name in lower case; * stands for any run of characters');
const address = z.string().refine((text) => parseAddress(text) !== null, 'must be an IP address');
export const prefixText = z
  .string()
  .refine((text) => parsePrefix(text) !== null, 'must be a prefix such as 192.0.2.0/24 with zero host bits');

const range = z
  .strictObject({ beginAddress: address, endAddress: address })
  .refine(isRange, 'beginAddress and endAddress must be of one family and in rising order');

const ruleBase = {
  id: z.string().min(1),
  name: z.string(),
  action: ruleAction,
  clientFallbackAction: fallback,
  category,
  protocol: z.enum(['tcp', 'udp']),
  ports: z.array(portText).min(1),
  /** The endpoint list's set that the rule renders; rules of one set share ports and category. */
  endpointSetId: z.int().nonnegative().optional(),
  /** The endpoint list's area (Exchange, SharePoint, Skype, Common, MEM), the key of a set beside its id. */
  serviceArea: z.string().optional(),
  required: z.boolean().optional(),
  expressRoute: z.boolean().optional(),
  notes: z.string().optional(),
  /** For destinations that an organisation adds: what kind of authentication they serve. */
  authentication: authenticationKind.optional(),
};

export const ruleSchema = z.discriminatedUnion('ruleType', [
  z.strictObject({
    ...ruleBase,
    ruleType: z.literal('fqdn'),
    destinations: z.array(z.strictObject({ value: hostPatternText })).min(1),
  }),
  z.strictObject({
    ...ruleBase,
    ruleType: z.literal('ipSubnet'),
    destinations: z.array(z.strictObject({ value: prefixText })).min(1),
  }),
  z.strictObject({
    ...ruleBase,
    ruleType: z.literal('ipAddress'),
    destinations: z.array(z.strictObject({ value: address })).min(1),
  }),
  z.strictObject({
    ...ruleBase,
    ruleType: z.literal('ipRange'),
    destinations: z.array(range).min(1),
  }),
  // Kept so that an import loses nothing; a client that does not inspect TLS cannot match them.
  z.strictObject({
    ...ruleBase,
    ruleType: z.literal('url'),
    destinations: z.array(z.strictObject({ value: z.string() })).min(1),
  }),
  z.strictObject({
    ...ruleBase,
    ruleType: z.literal('webCategory'),
    destinations: z
      .array(
        z.strictObject({
          name: z.string(),
          displayName: z.string().optional(),
          group: z.string().optional(),
        }),
      )
      .min(1),
  }),
]);

const policy = z.strictObject({
  id: z.string().optional(),
  name: z.string().min(1),
  description: z.string().optional(),
  /** A disabled policy bypasses all of its destinations. */
  state,
  version: z.string().optional(),
  rules: z.array(ruleSchema),
});

/** What a profile forwards, in Microsoft's terms: `Profile.trafficForwardingType`. */
export const trafficType = z.enum(['m365', 'internet', 'private']);
export type TrafficType = z.infer<typeof trafficType>;

export const profileSchema = z.strictObject({
  id: z.string().optional(),
  name: z.string().min(1),
  description: z.string().optional(),
  state,
  version: z.string(),
  lastModifiedDateTime: z.iso.datetime().optional(),
  trafficForwardingType: trafficType,
  /** Smaller wins. */
  priority: z.int(),
  policies: z.array(policy),
});

export type Profile = z.infer<typeof profileSchema>;
export type Policy = Profile['policies'][number];
export type Rule = Policy['rules'][number];
export type Hardening = Rule['clientFallbackAction'];

/** @throws OpenGsaError `bad-profile`, its message with the path of the fault: `policies[2].rules[0].ports[1]` */
export function parseProfile(value: unknown, subject: string): Profile {
  const profile = parse(profileSchema, value, subject, 'bad-profile');
  const seen = new Set<string>();
  profile.policies.forEach((p, i) =>
    p.rules.forEach((r, j) => {
      if (seen.has(r.id)) {
        throw new OpenGsaError(
          'bad-profile',
          `${subject}: policies[${i}].rules[${j}].id: ${r.id} is used twice`,
        );
      }
      seen.add(r.id);
    }),
  );
  return profile;
}

function isPortOrRange(text: string): boolean {
  const match = /^([1-9]\d{0,4})(?:-([1-9]\d{0,4}))?$/.exec(text);
  if (match === null) return false;
  const begin = Number(match[1]);
  const end = Number(match[2] ?? match[1]);
  return begin <= end && end <= 65_535;
}

export function isHostPattern(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9_*-]+(\.[a-z0-9_*-]+)*$/.test(text);
}

function isRange({ beginAddress, endAddress }: { beginAddress: string; endAddress: string }): boolean {
  const [begin, end] = [parseAddress(beginAddress), parseAddress(endAddress)];
  if (begin === null || end?.family !== begin.family) return false;
  const at = begin.bytes.findIndex((byte, i) => byte !== end.bytes[i]);
  return at === -1 || (begin.bytes[at] ?? 0) < (end.bytes[at] ?? 0);
}
