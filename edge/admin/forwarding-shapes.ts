// Graph's shapes of forwarding profiles, policies and rules: their schemas, what can be asked of them, and ours in them.
import { z } from 'zod';
import { graphPolicy, graphPolicyLink, graphProfile, graphRule } from '../../protocol/graph-export.ts';
import type { IdentifiedPolicy, IdentifiedProfile } from '../core/forwarding-changes.ts';
import type { QueryRules } from '../core/odata/query.ts';

export const status = z.enum(['enabled', 'disabled']);
export const ruleAction = z.enum(['forward', 'bypass']);
const trafficForwardingType = z.enum(['m365', 'internet', 'private']);
const typed = { '@odata.type': z.string() };

export const ruleShape = z.object({
  ...typed,
  id: z.string(),
  name: z.string(),
  ruleType: z.enum(['fqdn', 'ipSubnet', 'ipAddress', 'ipRange', 'url', 'webCategory']),
  action: ruleAction,
  protocol: z.enum(['tcp', 'udp']),
  ports: z.array(z.string()),
  category: z.enum(['optimized', 'allow', 'default']),
  clientFallbackAction: z.enum(['bypass', 'block']),
  destinations: z.array(z.object(typed)),
});

export const policyShape = z.object({
  ...typed,
  id: z.string(),
  name: z.string(),
  description: z.string().exactOptional(),
  version: z.string(),
  trafficForwardingType,
  policyRules: z.array(ruleShape).exactOptional(),
});

export const policyLinkShape = z.object({
  ...typed,
  id: z.string(),
  state: status,
  version: z.string(),
  policy: policyShape.exactOptional(),
});

export const profileShape = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().exactOptional(),
  state: status,
  version: z.string(),
  lastModifiedDateTime: z.string().exactOptional(),
  trafficForwardingType,
  priority: z.int(),
  associations: z.array(z.never()),
  policies: z.array(policyLinkShape).exactOptional(),
});

export type ProfileAnswer = z.output<typeof profileShape>;
export type PolicyLinkAnswer = z.output<typeof policyLinkShape>;
export type PolicyAnswer = z.output<typeof policyShape>;
export type RuleAnswer = z.output<typeof ruleShape>;

const listOptions = ['$filter', '$select', '$orderby', '$top', '$skip', '$count', '$expand'] as const;
const pages = { pageSize: 100, largestPage: 999 };

export const profileQuery: QueryRules = {
  options: listOptions,
  fields: {
    ...{ id: 'string', name: 'string', state: 'string', version: 'string', priority: 'number' },
    ...{ trafficForwardingType: 'string', lastModifiedDateTime: 'date' },
  },
  properties: Object.keys(profileShape.shape),
  expands: ['policies', 'policies/policy', 'policies/policy/policyRules'],
  ...pages,
};

export const policyLinkQuery: QueryRules = {
  options: listOptions,
  fields: { id: 'string', state: 'string', version: 'string', 'policy/name': 'string' },
  properties: propertiesOf(policyLinkShape),
  expands: ['policy', 'policy/policyRules'],
  ...pages,
};

export const policyQuery: QueryRules = {
  options: listOptions,
  fields: { id: 'string', name: 'string', version: 'string', trafficForwardingType: 'string' },
  properties: propertiesOf(policyShape),
  expands: ['policyRules'],
  ...pages,
};

export const ruleQuery: QueryRules = {
  options: listOptions.filter((option) => option !== '$expand'),
  fields: {
    ...{ id: 'string', name: 'string', action: 'string', ruleType: 'string', category: 'string' },
    ...{ protocol: 'string', clientFallbackAction: 'string' },
  },
  properties: propertiesOf(ruleShape),
  ...pages,
};

/** Of one entity: what of a list's query makes sense. */
export function ofOne(rules: QueryRules): QueryRules {
  return {
    ...rules,
    options: rules.options.filter((option) => option === '$select' || option === '$expand'),
  };
}

export function profileAnswer(profile: IdentifiedProfile, expand: ReadonlySet<string>): ProfileAnswer {
  const whole = { ...profile, policies: [...profile.policies] };
  const { description, lastModifiedDateTime, ...facts } = graphProfile(whole);
  return {
    ...facts,
    id: profile.id,
    ...(description === undefined ? {} : { description }),
    ...(lastModifiedDateTime === undefined ? {} : { lastModifiedDateTime }),
    ...(expand.has('policies')
      ? {
          policies: profile.policies.map((policy) =>
            policyLinkAnswer(policy, profile, under('policies', expand)),
          ),
        }
      : {}),
  };
}

/** @param expand whether the policy stands in it, and its rules */
export function policyLinkAnswer(
  policy: IdentifiedPolicy,
  profile: IdentifiedProfile,
  expand: ReadonlySet<string>,
): PolicyLinkAnswer {
  const whole = { ...profile, policies: [...profile.policies] };
  return {
    ...graphPolicyLink(policy, whole),
    id: policy.id,
    ...(expand.has('policy') ? { policy: policyAnswer(policy, profile, under('policy', expand)) } : {}),
  };
}

export function policyAnswer(
  policy: IdentifiedPolicy,
  profile: IdentifiedProfile,
  expand: ReadonlySet<string>,
): PolicyAnswer {
  return {
    ...graphPolicy(policy, { ...profile, policies: [...profile.policies] }),
    id: policy.id,
    ...(expand.has('policyRules') ? { policyRules: policy.rules.map(graphRule) } : {}),
  };
}

/** `policies/policy` seen from `policies` is `policy`. */
function under(name: string, expand: ReadonlySet<string>): ReadonlySet<string> {
  const prefix = `${name}/`;
  return new Set(
    [...expand].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length)),
  );
}

function propertiesOf({ shape }: z.ZodObject): string[] {
  return Object.keys(shape).filter((name) => !name.startsWith('@'));
}
