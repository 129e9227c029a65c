// Graph's shapes: read without loss, written so that reading gives the same again, faults named by Graph's own path.
import { describe, expect, it } from 'vitest';
import { exportGraph } from '../../../../protocol/graph-export.ts';
import { importProfile } from '../../../../protocol/profiles/profile-format.ts';
import { publishedListsPresent, readPublished } from '../../../support/published-lists.ts';

const names = { name: 'graph', version: '1' };

function graphRule(more: object = {}): object {
  return {
    '@odata.type': '#microsoft.graph.networkaccess.m365ForwardingRule',
    id: 'r1',
    name: 'M365 Exchange Fqdn rule 1',
    ruleType: 'fqdn',
    action: 'forward',
    protocol: 'TCP',
    ports: ['80', '443'],
    category: 'optimized',
    destinations: [{ '@odata.type': '#microsoft.graph.networkaccess.fqdn', value: 'Outlook.Office.com' }],
    ...more,
  };
}

function graphProfile(rules: readonly object[], more: object = {}): object {
  return {
    trafficForwardingType: 'm365',
    priority: 100,
    id: '00000000-0000-4000-8000-000000000001',
    name: 'Microsoft 365 traffic forwarding profile',
    description: null,
    state: 'enabled',
    version: '1.0.0',
    lastModifiedDateTime: '2026-05-18T12:15:02.6858083Z',
    associations: [],
    policies: [{ id: 'l', state: 'disabled', policy: { name: 'Exchange Online', policyRules: rules } }],
    ...more,
  };
}

function refusal(value: unknown): string {
  try {
    importProfile(value, 'answer.json', names);
  } catch (error) {
    return error instanceof Error ? error.message : 'not an error';
  }
  return 'accepted';
}

describe('reading an answer of Graph', () => {
  it('reads a profile with expanded policies', () => {
    const { format, profile } = importProfile(graphProfile([graphRule()]), 'answer.json', names);
    expect(format).toBe('graph-profile');
    expect(profile).toMatchObject({ priority: 100, state: 'enabled', version: '1.0.0' });
    expect(profile.policies).toEqual([
      {
        name: 'Exchange Online',
        state: 'disabled',
        rules: [
          {
            id: 'r1',
            name: 'M365 Exchange Fqdn rule 1',
            ruleType: 'fqdn',
            action: 'forward',
            clientFallbackAction: 'bypass',
            category: 'optimized',
            protocol: 'tcp',
            ports: ['80', '443'],
            destinations: [{ value: 'outlook.office.com' }],
            serviceArea: 'Exchange',
          },
        ],
      },
    ]);
  });

  it("takes the profile's fallback for rules that say none", () => {
    const rules = [graphRule(), graphRule({ id: 'r2', clientFallbackAction: 'bypass' })];
    const { profile } = importProfile(graphProfile(rules, { clientFallbackAction: 'block' }), 'a', names);
    expect(profile.policies[0]?.rules.map((rule) => rule.clientFallbackAction)).toEqual(['block', 'bypass']);
  });

  it('reads lists of rules, of policy links and of profiles, and a single policy', () => {
    const rules = { value: [graphRule()] };
    expect(importProfile(rules, 'a', names)).toMatchObject({ format: 'graph-rules', profile: names });
    const links = { value: [{ policy: { name: 'Exchange Online', policyRules: [graphRule()] } }] };
    expect(importProfile(links, 'a', names).format).toBe('graph-policy-links');
    const policy = { name: 'Exchange Online', policyRules: [graphRule()] };
    expect(importProfile(policy, 'a', names).profile.policies).toMatchObject([{ name: 'Exchange Online' }]);
    const profiles = {
      value: [graphProfile([], { trafficForwardingType: 'internet' }), graphProfile([graphRule()])],
    };
    expect(importProfile(profiles, 'a', names).profile.policies[0]?.rules).toHaveLength(1);
  });

  it('keeps every kind of destination', () => {
    const rule = (ruleType: string, destination: object, id: string) =>
      graphRule({ id, ruleType, destinations: [destination] });
    const rules = [
      rule('ipSubnet', { value: '192.0.2.0/24' }, 'a'),
      rule('ipAddress', { value: '2001:db8::1' }, 'b'),
      rule('ipRange', { beginAddress: '192.0.2.1', endAddress: '192.0.2.9' }, 'c'),
      rule('url', { value: 'https://a.test/x' }, 'd'),
      rule('webCategory', { name: 'Gambling', displayName: 'Gambling', group: null }, 'e'),
    ];
    const { profile } = importProfile(graphProfile(rules), 'a', names);
    expect(profile.policies[0]?.rules.map(({ ruleType }) => ruleType)).toEqual([
      'ipSubnet',
      'ipAddress',
      'ipRange',
      'url',
      'webCategory',
    ]);
  });

  it('gives back what it wrote', () => {
    const { profile } = importProfile(graphProfile([graphRule()]), 'a', names);
    const again = importProfile(JSON.parse(JSON.stringify(exportGraph(profile))), 'b', names).profile;
    expect(again.policies[0]?.rules).toEqual(profile.policies[0]?.rules);
    expect(again).toMatchObject({ name: profile.name, priority: 100, version: '1.0.0' });
  });

  it("refuses a fault with the path in Graph's own shape", () => {
    expect(refusal(graphProfile([graphRule({ ports: ['80', 'https'] })]))).toContain(
      'answer.json: policies[0].policy.policyRules[0].ports[1]: ',
    );
    expect(
      refusal({ value: [graphRule(), graphRule({ id: 'r2', action: 'unknownFutureValue' })] }),
    ).toContain('value[1].action: ');
    expect(refusal({ value: [graphRule(), graphRule()] })).toContain('r1 is used twice');
    expect(refusal({ value: [graphProfile([], { trafficForwardingType: 'private' })] })).toContain('m365');
  });

  it('says what it found where no format fits', () => {
    expect(refusal([])).toContain('an empty list');
    expect(refusal('x')).toContain('a string');
    expect(refusal(null)).toContain('null');
    expect(refusal({ a: 1, b: 2 })).toContain('an object with a, b');
    expect(refusal({ value: [] })).toContain('an object with value');
  });

  it.skipIf(!publishedListsPresent)('reads the published examples (copies beside the checkout)', () => {
    const { examples } = readPublished('graph-forwarding-profiles.json') as {
      examples: { name: string; body: unknown }[];
    };
    const read = (name: string) =>
      importProfile(examples.find((example) => example.name === name)?.body, name, names);
    expect(read('listForwardingProfiles').format).toBe('graph-profiles');
    expect(read('listForwardingProfiles2026Shape').profile.priority).toBe(100);
    expect(read('getForwardingProfile').format).toBe('graph-profile');
    expect(read('listForwardingProfilePolicies').profile.policies).toHaveLength(3);
    const exchange = read('listExchangePolicyRules').profile.policies[0]!;
    expect(exchange.rules.map(({ destinations }) => destinations.length)).toEqual([2, 11, 1, 1, 5, 1]);
  });
});
