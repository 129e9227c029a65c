// In which of the known formats a profile comes, by what its JSON looks like.
import { OpenGsaError } from '../error.ts';
import { type Profile, parseProfile } from '../profile.ts';
import { importEndpointList } from './endpoint-list.ts';
import { type GraphShape, importGraph } from './graph-profile.ts';

export type ProfileFormat = 'canonical' | 'endpoint-list' | `graph-${GraphShape}`;

export type ImportedProfile = { readonly format: ProfileFormat; readonly profile: Profile };

/**
 * Reads a profile in whichever format it is: our own, the Microsoft 365 endpoint list, or an answer of Graph.
 *
 * @param names what the profile is called where the format does not say it
 * @throws OpenGsaError `bad-profile` with the path of the fault, or with what was found where no format fits
 */
export function importProfile(
  value: unknown,
  subject: string,
  names: { readonly name: string; readonly version: string },
): ImportedProfile {
  const format = detectFormat(value);
  switch (format) {
    case null:
      throw new OpenGsaError(
        'bad-profile',
        `${subject}: (top level): neither a profile, an endpoint list nor an answer of Graph, but ${describe(value)}`,
      );
    case 'canonical':
      return { format, profile: parseProfile(value, subject) };
    case 'endpoint-list':
      return { format, profile: importEndpointList(value, subject, names) };
    default: {
      const profile = importGraph(value, graphShapes[format], subject, names);
      return { format, profile: parseProfile(profile, subject) };
    }
  }
}

const graphShapes = {
  'graph-profile': 'profile',
  'graph-profiles': 'profiles',
  'graph-policy-links': 'policy-links',
  'graph-policy': 'policy',
  'graph-rules': 'rules',
} as const satisfies Record<string, GraphShape>;

function detectFormat(value: unknown): ProfileFormat | null {
  if (Array.isArray(value)) return value.some((item) => has(item, 'serviceArea')) ? 'endpoint-list' : null;
  if (has(value, 'policyRules')) return 'graph-policy';
  if (has(value, 'policies')) {
    const { policies } = value;
    return Array.isArray(policies) && policies.some((item) => has(item, 'policy'))
      ? 'graph-profile'
      : 'canonical';
  }
  if (has(value, 'trafficForwardingType')) return has(value, 'priority') ? 'graph-profile' : null;
  return has(value, 'value') && Array.isArray(value.value) ? listFormat(value.value) : null;
}

function listFormat(items: readonly unknown[]): ProfileFormat | null {
  if (items.some((item) => has(item, 'ruleType'))) return 'graph-rules';
  if (items.some((item) => has(item, 'policy'))) return 'graph-policy-links';
  return items.some((item) => has(item, 'trafficForwardingType')) ? 'graph-profiles' : null;
}

function has<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list of other things';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const keys = Object.keys(value);
  if (keys.length === 0) return 'an empty object';
  const more = keys.length > 5 ? ', …' : '';
  return `an object with ${keys.slice(0, 5).join(', ')}${more}`;
}
