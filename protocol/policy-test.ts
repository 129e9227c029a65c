// The policy tester: what would become of a flow to a destination, and everything that was looked at on the way to it.
import { z } from 'zod';
import { flowRecord } from './flow-record.ts';
import { seenAs } from './seen-as.ts';

/** As a person types it: `host[:port][/tcp|udp]`, default 443/tcp. */
export const policyQuestion = z.strictObject({ destination: z.string().max(300) });

/** Why a rule that names the destination does not decide: what the deciding rule has before it, most important first. */
const lowerBecause = z.enum([
  /** An earlier profile decides. */
  'profile',
  'category',
  /** An exact name comes before a pattern with stars. */
  'exactness',
  /** The longer literal part or prefix wins. */
  'length',
  'endpoint-set',
  'order',
]);
export type LowerBecause = z.infer<typeof lowerBecause>;

/** One thing that was looked at. The list is in the order in which they are asked. */
const policyStep = z.discriminatedUnion('kind', [
  /** The agent's own edge and witness, direct before any rule. */
  z.object({ kind: z.literal('own-hosts'), matches: z.boolean() }),
  /** Only where the mode decides before the rules: paused, disconnected, not enrolled, or off for the whole organisation. */
  z.object({
    kind: z.literal('mode'),
    mode: z.enum(['paused', 'disconnected', 'not-enrolled', 'break-glass']),
  }),
  /** Rules for certain programs: they decide for those programs alone. `programs`: whom those that match are for. */
  z.object({ kind: z.literal('program-rules'), rules: z.int(), programs: z.array(z.string()) }),
  /** A profile that is in force and has no rule for the destination. */
  z.object({ kind: z.literal('profile'), name: z.string(), rules: z.int() }),
  z.object({
    kind: z.literal('rule'),
    profile: z.string(),
    policy: z.string(),
    policyEnabled: z.boolean(),
    ruleId: z.string(),
    /** The pattern, prefix, address or range that matched, as the rule writes it. */
    destination: z.string(),
    action: z.enum(['forward', 'bypass']),
    category: z.enum(['optimized', 'allow', 'default']),
    endpointSetId: z.int().nullable(),
    /** Null: this rule decides. */
    lower: lowerBecause.nullable(),
  }),
]);
export type PolicyStep = z.infer<typeof policyStep>;

export const policyAnswer = z.object({
  /** `host:port`, canonical. */
  destination: z.string(),
  protocol: z.enum(['tcp', 'udp']),
  action: flowRecord.shape.action,
  ruleId: flowRecord.shape.ruleId,
  /** Stable, kebab-case. */
  reason: flowRecord.shape.reason,
  note: flowRecord.shape.note,
  hardening: flowRecord.shape.hardening,
  authentication: flowRecord.shape.authentication,
  /** What would become of it with no tunnel. */
  tunnelDown: z.object({ action: flowRecord.shape.action, reason: flowRecord.shape.reason }),
  looked: z.array(policyStep),
  /** Which address it will see, with its class; null where nothing is predicted (UDP). */
  seenAs: seenAs.nullable(),
});
export type PolicyAnswer = z.infer<typeof policyAnswer>;
