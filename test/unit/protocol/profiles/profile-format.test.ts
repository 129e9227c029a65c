// Which format a file is in, told by its own shape; what fits none is refused with what was found.
import { describe, expect, test } from 'vitest';
import { importProfile } from '../../../../protocol/profiles/profile-format.ts';

const names = { name: 'given', version: '7' };

const rule = {
  id: 'r1',
  name: 'M365 Exchange Fqdn rule 1',
  action: 'forward',
  clientFallbackAction: 'bypass',
  category: 'default',
  protocol: 'tcp',
  ports: ['443'],
  ruleType: 'fqdn',
  destinations: [{ value: 'outlook.office.com' }],
};
const facts = {
  name: 'own',
  state: 'enabled',
  version: '1',
  trafficForwardingType: 'm365',
  priority: 100,
};
const graphPolicy = { name: 'Exchange', policyRules: [rule] };
const link = { state: 'enabled', policy: graphPolicy };

describe('a format is known by what only it has', () => {
  test.each<[string, unknown, string, string, number]>([
    ['canonical', { ...facts, policies: [{ name: 'p', state: 'enabled', rules: [rule] }] }, 'own', '1', 1],
    ['canonical', { ...facts, policies: [] }, 'own', '1', 0],
    [
      'endpoint-list',
      [{ id: 1, serviceArea: 'Exchange', category: 'Allow', tcpPorts: '443', urls: ['a.test'] }],
      'given',
      '7',
      1,
    ],
    ['graph-profile', { ...facts, policies: [link] }, 'own', '1', 1],
    ['graph-profile', facts, 'own', '1', 0],
    ['graph-profiles', { value: [{ ...facts, policies: [link] }] }, 'own', '1', 1],
    ['graph-policy-links', { value: [link] }, 'given', '7', 1],
    ['graph-policy', graphPolicy, 'given', '7', 1],
    ['graph-rules', { value: [rule] }, 'given', '7', 1],
  ])('%s', (format, value, name, version, rules) => {
    const imported = importProfile(value, 'file.json', names);
    expect(imported.format).toBe(format);
    expect(imported.profile).toMatchObject({ name, version });
    expect(imported.profile.policies.flatMap((policy) => policy.rules)).toHaveLength(rules);
  });
});

describe('what is no profile is called what it is', () => {
  test.each<[unknown, string]>([
    [null, 'null'],
    ['text', 'a string'],
    [7, 'a number'],
    [true, 'a boolean'],
    [undefined, 'a undefined'],
    [[], 'an empty list'],
    [[1, { serviceareas: 1 }], 'a list of other things'],
    [{}, 'an empty object'],
    [{ a: 1, b: 2 }, 'an object with a, b'],
    [{ a: 1, b: 2, c: 3, d: 4, e: 5 }, 'an object with a, b, c, d, e'],
    [{ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }, 'an object with a, b, c, d, e, …'],
    [{ value: 'no list' }, 'an object with value'],
    [{ value: [] }, 'an object with value'],
    [{ trafficForwardingType: 'm365' }, 'an object with trafficForwardingType'],
    // Only what the file itself says counts.
    [Object.create({ policies: [] }), 'an empty object'],
  ])('%j', (value, found) => {
    expect(() => importProfile(value, 'file.json', names)).toThrow(
      expect.objectContaining({
        code: 'bad-profile',
        message: `file.json: (top level): neither a profile, an endpoint list nor an answer of Graph, but ${found}`,
      }) as Error,
    );
  });
});

test('rules that Graph names twice are refused, as in a profile of our own', () => {
  expect(() => importProfile({ value: [rule, rule] }, 'file.json', names)).toThrow(
    'file.json: policies[0].rules[1].id: r1 is used twice',
  );
});
