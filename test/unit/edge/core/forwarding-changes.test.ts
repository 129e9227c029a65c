// Changes over files: what they name changes, everything else stays, and ids hold.
import { expect, test } from 'vitest';
import {
  applyChanges,
  identifyProfiles,
  publishedId,
  ruleKey,
  withPublished,
} from '../../../../edge/core/forwarding-changes.ts';
import type { Profile, Rule } from '../../../../protocol/profile.ts';

const rule = (id: string): Rule => ({
  ...{ id, name: id, action: 'forward', clientFallbackAction: 'bypass', category: 'default' },
  ...{ protocol: 'tcp', ports: ['443'], ruleType: 'fqdn', destinations: [{ value: `${id}.contoso.test` }] },
});
const profile = (name: string): Profile => ({
  ...{ name, state: 'enabled', version: '1', trafficForwardingType: 'm365', priority: 1 },
  policies: [
    { name: 'Exchange Online', state: 'enabled', rules: [rule('a'), rule('b')] },
    { id: 'given', name: 'Teams', state: 'enabled', rules: [rule('c')] },
  ],
});

test('ids are made from names, kept where given, and unique among all profiles', () => {
  const identified = identifyProfiles([
    profile('Microsoft: traffic!'),
    profile('Microsoft traffic'),
    profile('…'),
  ]);
  expect(identified.map(({ id, policies }) => [id, ...policies.map((policy) => policy.id)])).toEqual([
    ['microsoft-traffic', 'microsoft-traffic.exchange-online', 'given'],
    ['microsoft-traffic-2', 'microsoft-traffic-2.exchange-online', 'given-2'],
    ['unnamed', 'unnamed.exchange-online', 'given-3'],
  ]);
});

test("a published profile takes the place of the file's one of its id, and others come after", () => {
  const files = identifyProfiles([profile('One'), profile('Two')]);
  const published = [
    { profile: 'one', content: { ...profile('One'), version: '2' } },
    { profile: 'three', content: profile('Three') },
  ];
  const merged = withPublished(files, published);
  expect(merged.map(({ id, version }) => [id, version])).toEqual([
    ['one', '2'],
    ['two', '1'],
    ['three', '1'],
  ]);
  // What was switched of the file's one holds for the published one, too.
  expect(merged[0]?.policies.map(({ id }) => id)).toEqual(files[0]?.policies.map(({ id }) => id));
  expect(withPublished(files, [])).toEqual(files);
  expect([publishedId(profile('Contoso apps')), publishedId({ id: 'x', name: 'y' })]).toEqual([
    'contoso-apps',
    'x',
  ]);
});

test('each kind of change reaches what it names and nothing else', () => {
  const profiles = identifyProfiles([profile('One'), profile('Two')]);
  expect(applyChanges(profiles, [])).toEqual(profiles);
  const [one, two] = applyChanges(profiles, [
    { kind: 'profile', id: 'two', value: 'disabled' },
    { kind: 'policy', id: 'given', value: 'disabled' },
    { kind: 'rule', id: ruleKey('one.exchange-online', 'b'), value: 'bypass' },
    { kind: 'rule', id: ruleKey('gone', 'b'), value: 'bypass' },
  ]);
  expect(one?.state).toBe('enabled');
  expect(one?.policies.map(({ state }) => state)).toEqual(['enabled', 'disabled']);
  expect(one?.policies[0]?.rules.map(({ action }) => action)).toEqual(['forward', 'bypass']);
  expect(two).toEqual({ ...profiles[1], state: 'disabled' });
});
