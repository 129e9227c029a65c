// Which rules belong to the group that should see one address: sign-in, Graph, Exchange and SharePoint of Microsoft 365.
import { expect, test } from 'vitest';
import { isMicrosoftGroup } from '../../../protocol/microsoft-group.ts';
import { type Profile, parseProfile } from '../../../protocol/profile.ts';

function inProfile(type: Profile['trafficForwardingType'], facts: object): boolean {
  const rule = {
    ...{ id: 'r', name: 'r', action: 'forward', clientFallbackAction: 'bypass', category: 'default' },
    ...{ protocol: 'tcp', ports: ['443'], ruleType: 'fqdn', destinations: [{ value: 'a.test' }], ...facts },
  };
  const profile = parseProfile(
    {
      ...{ name: 'p', state: 'enabled', version: '1', trafficForwardingType: type, priority: 1 },
      policies: [{ name: 'one', state: 'enabled', rules: [rule] }],
    },
    'profile',
  );
  return isMicrosoftGroup(profile, profile.policies[0]!.rules[0]!);
}

test.each<[object, boolean]>([
  [{ endpointSetId: 56, serviceArea: 'Common' }, true],
  [{ endpointSetId: 59 }, true],
  [{ endpointSetId: 1, serviceArea: 'Exchange' }, true],
  [{ serviceArea: 'Exchange' }, true],
  [{ endpointSetId: 31, serviceArea: 'SharePoint' }, true],
  [{ endpointSetId: 11, serviceArea: 'Skype' }, false],
  [{ endpointSetId: 46, serviceArea: 'Common' }, false],
  [{ endpointSetId: 0 }, false],
  [{}, false],
])('%j of Microsoft 365: %s', (facts, expected) => {
  expect(inProfile('m365', facts)).toBe(expected);
});

test.each(['private', 'internet'] as const)('a profile of the type %s has no group', (type) => {
  expect(inProfile(type, { endpointSetId: 56, serviceArea: 'Exchange' })).toBe(false);
});
