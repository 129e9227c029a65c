// A profile that does not parse is refused with the path of the fault.
import { expect, test } from 'vitest';
import { parseProfile } from '../../../protocol/profile.ts';

const rule = {
  id: 'r1',
  name: 'Sign-in',
  ruleType: 'fqdn',
  action: 'forward',
  clientFallbackAction: 'block',
  category: 'allow',
  protocol: 'tcp',
  ports: ['443'],
  destinations: [{ value: 'login.contoso.test' }],
};
const profile = {
  name: 'Contoso',
  state: 'enabled',
  version: '1',
  trafficForwardingType: 'm365',
  priority: 100,
  policies: [{ name: 'Sign-in', state: 'enabled', rules: [rule] }],
};

test('a good profile comes out as it went in', () => {
  expect(parseProfile(profile, 'p.json')).toEqual(profile);
});

test.each([
  ['policies[0].rules[0].ports[1]', { ports: ['443', '0'] }],
  ['policies[0].rules[0].ports[0]', { ports: ['90-80'] }],
  ['policies[0].rules[0].ports[0]', { ports: [443] }],
  ['policies[0].rules[0].ports', { ports: [] }],
  ['policies[0].rules[0].action', { action: 'allow' }],
  ['policies[0].rules[0].clientFallbackAction', { clientFallbackAction: undefined }],
  ['policies[0].rules[0].destinations[0].value', { destinations: [{ value: 'Login.Contoso.Test' }] }],
  [
    'policies[0].rules[0].destinations[0].value',
    { ruleType: 'ipSubnet', destinations: [{ value: '192.0.2.1/24' }] },
  ],
  [
    'policies[0].rules[0].destinations[0].endAddress',
    { ruleType: 'ipRange', destinations: [{ beginAddress: '192.0.2.1' }] },
  ],
  ['policies[0].rules[0].ruleType', { ruleType: 'regex' }],
  ['policies[0].rules[0]', { surprise: true }],
])('a fault at %s is named', (path, change) => {
  const bad = { ...profile, policies: [{ ...profile.policies[0], rules: [{ ...rule, ...change }] }] };
  expect(() => parseProfile(bad, 'p.json')).toThrow(
    expect.objectContaining({
      code: 'bad-profile',
      message: expect.stringContaining(`p.json: ${path}: `) as string,
    }) as Error,
  );
});

test('two rules may not share an id', () => {
  const bad = { ...profile, policies: [{ name: 'a', state: 'enabled', rules: [rule, rule] }] };
  expect(() => parseProfile(bad, 'p.json')).toThrow('policies[0].rules[1].id: r1 is used twice');
});
