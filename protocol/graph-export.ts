// A traffic profile in Microsoft Graph's shapes, so that its scripts can read ours. What Graph has no field for is left out.
import type { Policy, Profile, Rule } from './profile.ts';

const type = '#microsoft.graph.networkaccess';

/** The profile as Graph answers it with everything expanded. */
export function exportGraph(profile: Profile) {
  return {
    '@odata.context':
      'https://graph.microsoft.com/beta/$metadata#networkAccess/forwardingProfiles(policies(policy(policyRules())))/$entity',
    ...graphProfile(profile),
    policies: profile.policies.map((policy) => ({
      ...graphPolicyLink(policy, profile),
      policy: { ...graphPolicy(policy, profile), policyRules: policy.rules.map(graphRule) },
    })),
  };
}

/** A `forwardingProfile` without its policies. */
export function graphProfile({ policies: _, ...facts }: Profile) {
  return { ...facts, associations: [] };
}

/** A `forwardingPolicyLink` without its policy. */
export function graphPolicyLink(policy: Policy, profile: Profile) {
  return {
    '@odata.type': `${type}.forwardingPolicyLink`,
    state: policy.state,
    version: policy.version ?? profile.version,
  };
}

/** A `forwardingPolicy` without its rules. */
export function graphPolicy(policy: Policy, profile: Profile) {
  return {
    '@odata.type': `${type}.forwardingPolicy`,
    ...(policy.id === undefined ? {} : { id: policy.id }),
    name: policy.name,
    ...(policy.description === undefined ? {} : { description: policy.description }),
    version: policy.version ?? profile.version,
    trafficForwardingType: profile.trafficForwardingType,
  };
}

/** An `m365ForwardingRule`. */
export function graphRule(rule: Rule) {
  const { id, name, ruleType, action, protocol, ports, category, clientFallbackAction } = rule;
  return {
    '@odata.type': `${type}.m365ForwardingRule`,
    ...{ id, name, ruleType, action, protocol, ports, category, clientFallbackAction },
    destinations: rule.destinations.map((destination) => ({
      '@odata.type': `${type}.${ruleType}`,
      ...destination,
    })),
  };
}
