// The organisation's own destinations as a profile: sorted by kind, before every list, faults named by their path.
import { describe, expect, test } from 'vitest';
import { type CustomRule, customProfile, programRules } from '../../../../agent/policy/custom-profile.ts';
import { decide } from '../../../../agent/policy/decision.ts';
import { parseAuthority } from '../../../../protocol/destination.ts';
import { compileProfile } from '../../../../protocol/matcher.ts';

function custom(changes: Partial<CustomRule> = {}): CustomRule {
  return { destinations: ['login.contoso.test'], ports: ['443'], hardening: 'block', ...changes };
}

function rulesOf(...rules: readonly CustomRule[]) {
  return customProfile(rules).policies.flatMap((policy) => policy.rules);
}

test('a rule is written out whole, and the profile comes before every other', () => {
  const profile = customProfile([custom({ authentication: 'sign-in', hardening: 'bypass' })]);
  expect(profile).toMatchObject({ state: 'enabled', trafficForwardingType: 'private', priority: 0 });
  expect(profile.policies).toHaveLength(1);
  expect(profile.policies[0]?.rules).toEqual([
    {
      id: 'custom-1-fqdn',
      name: 'login.contoso.test',
      action: 'forward',
      clientFallbackAction: 'bypass',
      category: 'optimized',
      protocol: 'tcp',
      ports: ['443'],
      authentication: 'sign-in',
      ruleType: 'fqdn',
      destinations: [{ value: 'login.contoso.test' }],
    },
  ]);
});

test('destinations of several kinds become one rule per kind, in the order of each', () => {
  const destinations = ['192.0.2.0/24', 'b.contoso.test', '2001:db8::1', '*.a.contoso.test', '2001:db8::/32'];
  const rules = rulesOf(custom(), custom({ destinations, name: 'Apps' }));
  expect(rules.map(({ id, name, destinations: list }) => [id, name, list])).toEqual([
    ['custom-1-fqdn', 'login.contoso.test', [{ value: 'login.contoso.test' }]],
    ['custom-2-fqdn', 'Apps', [{ value: 'b.contoso.test' }, { value: '*.a.contoso.test' }]],
    ['custom-2-ipAddress', 'Apps', [{ value: '2001:db8::1' }]],
    ['custom-2-ipSubnet', 'Apps', [{ value: '192.0.2.0/24' }, { value: '2001:db8::/32' }]],
  ]);
});

test('a rule for certain programs stands apart and keeps its number', () => {
  const rules = [custom({ programs: ['/usr/bin/curl'] }), custom({ destinations: ['b.contoso.test'] })];
  expect(rulesOf(...rules).map(({ id }) => id)).toEqual(['custom-2-fqdn']);
  expect(
    programRules(rules).map(({ programs, matcher: { profile } }) => [
      programs,
      profile.policies.flatMap((policy) => policy.rules.map(({ id }) => id)),
    ]),
  ).toEqual([[['/usr/bin/curl'], ['custom-1-fqdn']]]);
});

test('without rules nothing is matched', () => {
  expect(customProfile([]).policies).toMatchObject([{ rules: [] }]);
  expect(rulesOf(custom({ destinations: [] }))).toEqual([]);
});

test('a flow there is decided as a rule of the organisation says', () => {
  const matchers = [compileProfile(customProfile([custom({ authentication: 'sign-in' })]))];
  const context = {
    ownHosts: new Set<string>(),
    mode: 'on',
    matchers,
    tunnel: 'down',
    people: { required: [], phase: 'up' },
    programRules: [],
  } as const;
  const decided = decide(parseAuthority('login.contoso.test:443')!, 'tcp', {
    ...context,
    view: { kind: 'awaited' },
    mayWait: true,
    program: null,
  });
  expect(decided).toMatchObject({ action: 'block', ruleId: 'custom-1-fqdn', authentication: 'sign-in' });
});

describe('a fault is refused with its path', () => {
  test.each<[Partial<CustomRule>, RegExp]>([
    [{ destinations: ['Login.contoso.test'] }, /rules\[0\]\.destinations\[0\]\.value/],
    // With host bits it is no prefix, and no name either.
    [{ destinations: ['192.0.2.1/24'] }, /rules\[0\]\.destinations\[0\]\.value/],
    [{ ports: ['70000'] }, /rules\[0\]\.ports\[0\]/],
    [{ ports: [] }, /rules\[0\]\.ports/],
  ])('%j', (changes, path) => {
    const refused = expect.objectContaining({
      code: 'bad-profile',
      message: expect.stringMatching(
        new RegExp(`^customRules: policies\\[0\\]\\.${path.source}: `),
      ) as string,
    }) as Error;
    expect(() => customProfile([custom(changes)])).toThrow(refused);
  });
});
