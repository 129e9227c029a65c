// Profiles as the agent would tell of them, for tests of what shows them.
import type { KnownProfile } from '../../protocol/known-profile.ts';
import { parseProfile } from '../../protocol/profile.ts';

type RuleText = { readonly id: string; readonly values: readonly string[]; readonly more?: object };

export function exampleProfile(
  name: string,
  policies: Readonly<Record<string, readonly RuleText[]>>,
  more: Partial<KnownProfile> = {},
): KnownProfile {
  const profile = parseProfile(
    {
      ...{
        name: `${name} profile`,
        state: 'enabled',
        version: '42',
        trafficForwardingType: 'm365',
        priority: 1,
      },
      policies: Object.entries(policies).map(([policy, rules]) => ({
        ...{ name: policy, state: 'enabled' },
        rules: rules.map(({ id, values, more: rest }) => ({
          ...{ id, name: id, action: 'forward', clientFallbackAction: 'block', category: 'allow' },
          ...{ protocol: 'tcp', ports: ['80', '443'], ruleType: 'fqdn' },
          destinations: values.map((value) => ({ value })),
          ...rest,
        })),
      })),
    },
    name,
  );
  return { name, source: 'built-in', path: null, enabled: true, profile, fault: null, ...more };
}
