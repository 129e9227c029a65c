// The policy tester: what a profile says of a destination, and how questions are read.
import { describe, expect, test } from 'vitest';
import {
  type ProfileVerdict,
  readQuestion,
  readTypedQuestion,
  testDestination,
  unmatched,
} from '../../../../agent/policy/profile-verdict.ts';
import { formatDestination, parseAuthority } from '../../../../protocol/destination.ts';
import { compileProfile } from '../../../../protocol/matcher.ts';
import { parseProfile } from '../../../../protocol/profile.ts';

function rule(id: string, value: string, more: object = {}): object {
  return {
    ...{ id, name: id, action: 'forward', clientFallbackAction: 'bypass', category: 'allow' },
    ...{ protocol: 'tcp', ports: ['443'], ruleType: 'fqdn', destinations: [{ value }], ...more },
  };
}

function matcherOf(...policies: readonly [name: string, state: string, ...rules: object[]][]) {
  return compileProfile(
    parseProfile(
      {
        ...{ name: 'p', state: 'enabled', version: '1', trafficForwardingType: 'm365', priority: 100 },
        policies: policies.map(([name, state, ...rules]) => ({ name, state, rules })),
      },
      'profile',
    ),
  );
}

const matchers = [
  matcherOf(['Own', 'enabled', rule('own', 'idp.contoso.test', { authentication: 'sign-in' })]),
  matcherOf(
    [
      'Entra',
      'enabled',
      rule('entra', '*.microsoftonline.com', { endpointSetId: 56, serviceArea: 'Common' }),
      rule('mail', 'smtp.office365.com', { action: 'bypass', category: 'optimized' }),
      rule('quic', 'app.contoso.test', { protocol: 'udp', category: 'default' }),
      rule('hidden', 'idp.contoso.test'),
    ],
    ['Files', 'disabled', rule('files', '*.sharepoint.com')],
  ),
];

function verdict(authority: string, protocol: 'tcp' | 'udp' = 'tcp'): ProfileVerdict {
  return testDestination({ destination: parseAuthority(authority)!, protocol }, matchers);
}

describe('a destination', () => {
  test('under a rule is told with all that the rule says', () => {
    expect(verdict('login.microsoftonline.com:443')).toEqual({
      match: {
        serviceArea: 'Common',
        category: 'Allow',
        endpointSetId: 56,
        destination: '*.microsoftonline.com',
        ruleId: 'entra',
        policy: 'Entra',
      },
      action: 'forward',
      reason: 'rule-forward',
      authentication: 'sign-in',
    });
  });

  test.each<[string, 'tcp' | 'udp', string, string, string]>([
    ['idp.contoso.test:443', 'tcp', 'own', 'forward', 'rule-forward'],
    ['smtp.office365.com:443', 'tcp', 'mail', 'bypass', 'rule-bypass'],
    ['contoso.sharepoint.com:443', 'tcp', 'files', 'bypass', 'policy-disabled'],
    ['app.contoso.test:443', 'udp', 'quic', 'forward', 'rule-forward'],
  ])('%s/%s is under %s', (authority, protocol, ruleId, action, reason) => {
    const answer = verdict(authority, protocol);
    expect([answer.match?.ruleId, answer.action, answer.reason]).toEqual([ruleId, action, reason]);
  });

  test('categories are spelt as the endpoint list does; what a rule does not say is null', () => {
    expect(verdict('smtp.office365.com:443').match).toMatchObject({
      category: 'Optimize',
      serviceArea: null,
      endpointSetId: null,
    });
    expect(verdict('app.contoso.test:443', 'udp').match?.category).toBe('Default');
  });

  test.each(['example.com:443', 'login.microsoftonline.com:80', 'app.contoso.test:443'])(
    '%s is under no rule',
    (authority) => {
      expect(verdict(authority)).toEqual(unmatched('no-rule'));
    },
  );
});

test('no match has neither action nor kind, only the reason', () => {
  expect(unmatched('malformed: x')).toEqual({
    match: null,
    action: null,
    authentication: null,
    reason: 'malformed: x',
  });
});

describe('a question as fields', () => {
  test.each<[unknown, string]>([
    [null, 'malformed: not an object'],
    [[], 'malformed: not an object'],
    ['a.test', 'malformed: not an object'],
    [{ port: 443, protocol: 'tcp' }, 'malformed: host is missing'],
    [{ host: 'a b', port: 443, protocol: 'tcp' }, 'malformed: host is no name or address'],
    [{ host: '127.1', port: 443, protocol: 'tcp' }, 'malformed: host is no name or address'],
    [{ host: 'a.test', port: '443', protocol: 'tcp' }, 'malformed: port is not a number from 1 to 65535'],
    [{ host: 'a.test', port: 0, protocol: 'tcp' }, 'malformed: port is not a number from 1 to 65535'],
    [{ host: 'a.test', port: 65_536, protocol: 'tcp' }, 'malformed: port is not a number from 1 to 65535'],
    [{ host: 'a.test', port: 4.5, protocol: 'tcp' }, 'malformed: port is not a number from 1 to 65535'],
    [{ host: 'a.test', port: 443 }, 'malformed: protocol is not tcp or udp'],
    [{ host: 'a.test', port: 443, protocol: 'icmp' }, 'malformed: protocol is not tcp or udp'],
  ])('%j is refused', (value, reason) => {
    expect(readQuestion(value)).toBe(reason);
  });

  test('is canonical once it is read', () => {
    const question = readQuestion({ host: 'Login.Contoso.TEST.', port: 65_535, protocol: 'UDP' });
    expect(question).toMatchObject({ protocol: 'udp' });
    expect(typeof question === 'string' ? question : formatDestination(question.destination)).toBe(
      'login.contoso.test:65535',
    );
  });
});

describe('a question as it is typed', () => {
  test.each<[string, string]>([
    ['a.test', 'a.test:443/tcp'],
    ['a.test:80', 'a.test:80/tcp'],
    ['a.test/udp', 'a.test:443/udp'],
    ['A.test:3478/UDP', 'a.test:3478/udp'],
    ['192.0.2.1:22', '192.0.2.1:22/tcp'],
    ['2001:db8::1', '[2001:db8::1]:443/tcp'],
    ['[2001:db8::1]', '[2001:db8::1]:443/tcp'],
    ['[2001:db8::1]:80/udp', '[2001:db8::1]:80/udp'],
    ['', 'malformed: host is no name or address'],
    [':443', 'malformed: host is no name or address'],
    ['a.test:', 'malformed: port is not a number from 1 to 65535'],
    ['a.test:https', 'malformed: port is not a number from 1 to 65535'],
    ['a.test:1e3', 'malformed: port is not a number from 1 to 65535'],
    ['a.test:70000', 'malformed: port is not a number from 1 to 65535'],
    ['https://a.test/', 'malformed: port is not a number from 1 to 65535'],
    ['a.test/', 'malformed: protocol is not tcp or udp'],
    ['a.test/sctp', 'malformed: protocol is not tcp or udp'],
  ])('%s', (text, read) => {
    const question = readQuestion(readTypedQuestion(text));
    expect(
      typeof question === 'string'
        ? question
        : `${formatDestination(question.destination)}/${question.protocol}`,
    ).toBe(read);
  });
});
