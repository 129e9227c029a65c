// The organisation's own identity providers and apps as a profile, so that they are matched like every other rule.
import { parseAddress, parsePrefix } from '../../protocol/address.ts';
import { compileProfile } from '../../protocol/matcher.ts';
import { parseProfile, type AuthenticationKind, type Profile } from '../../protocol/profile.ts';
import type { ProgramRule } from './program-rules.ts';

export type CustomRule = {
  readonly name?: string | undefined;
  /** Host patterns, addresses and prefixes. */
  readonly destinations: readonly string[];
  readonly ports: readonly string[];
  readonly authentication?: AuthenticationKind | undefined;
  readonly hardening: 'block' | 'bypass';
  /** Whose flows it is for, as patterns of executables; absent: everybody's. */
  readonly programs?: readonly string[] | undefined;
};

/** The rules for everybody, one per kind of destination, in the order given. @throws OpenGsaError `bad-profile` */
export function customProfile(rules: readonly CustomRule[]): Profile {
  return profileOf(rules.flatMap((rule, i) => (rule.programs === undefined ? toRules(rule, i) : [])));
}

/** The rules for certain programs, in the order given. @throws OpenGsaError `bad-profile` */
export function programRules(rules: readonly CustomRule[]): readonly ProgramRule[] {
  return rules.flatMap((rule, i) =>
    rule.programs === undefined
      ? []
      : [{ programs: rule.programs, matcher: compileProfile(profileOf(toRules(rule, i))) }],
  );
}

function profileOf(rules: readonly unknown[]): Profile {
  return parseProfile(
    {
      name: 'Custom rules',
      description: "The organisation's own services",
      state: 'enabled',
      version: '1',
      trafficForwardingType: 'private',
      // Before every other profile: a narrower rule of the organisation wins over a published list.
      priority: 0,
      policies: [{ name: 'Custom rules', state: 'enabled', rules: [...rules] }],
    },
    'customRules',
  );
}

function toRules(rule: CustomRule, index: number): readonly unknown[] {
  const kinds = ['fqdn', 'ipAddress', 'ipSubnet'] as const;
  return kinds.flatMap((ruleType) => {
    const destinations = rule.destinations.filter((text) => kindOf(text) === ruleType);
    if (destinations.length === 0) return [];
    return [
      {
        id: `custom-${index + 1}-${ruleType}`,
        name: rule.name ?? destinations[0],
        action: 'forward',
        clientFallbackAction: rule.hardening,
        // The highest category wins among rules; these are the most particular ones.
        category: 'optimized',
        protocol: 'tcp',
        ports: [...rule.ports],
        ...(rule.authentication === undefined ? {} : { authentication: rule.authentication }),
        ruleType,
        destinations: destinations.map((value) => ({ value })),
      },
    ];
  });
}

function kindOf(text: string): 'fqdn' | 'ipAddress' | 'ipSubnet' {
  if (parseAddress(text) !== null) return 'ipAddress';
  return parsePrefix(text) === null ? 'fqdn' : 'ipSubnet';
}
