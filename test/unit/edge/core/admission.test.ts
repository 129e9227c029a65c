// Who is let through to what: classes first, then the Microsoft decision, then the profile; all else is refused.
import { describe, expect, test } from 'vitest';
import { parseAuthority } from '../../../../protocol/destination.ts';
import { parseProfile, type Profile } from '../../../../protocol/profile.ts';
import { admit } from '../../../../edge/core/admission.ts';
import {
  type ClassSettings,
  compileEdgePolicy,
  type PolicySettings,
} from '../../../../edge/core/edge-policy.ts';

const egress = { ipv4: '198.51.100.5', ipv6: null };
const settings: PolicySettings = {
  classes: [
    {
      match: 'login.contoso.test',
      ports: [443],
      class: 'proxy-v2',
      upstream: { address: '127.30.0.1', port: 9443 },
      family: 'ipv4',
    },
    { match: 'odd.contoso.test', ports: [8080], class: 'opaque' },
    { match: 'direct.contoso.test', class: 'direct' },
    { match: '*.contoso.test', class: 'anchor', egress: { ipv4: '198.51.100.9', ipv6: null } },
    { match: '192.0.2.0/24', class: 'opaque' },
  ],
  ports: [443, 80],
  sourceRanges: [],
  strict: false,
  microsoft: null,
  egress,
};

describe('a class entry', () => {
  test('gives its class, upstream and family', () => {
    expect(verdict('login.contoso.test:443')).toMatchObject({
      kind: 'admit',
      class: 'proxy-v2',
      upstream: { address: { text: '127.30.0.1' }, port: 9443 },
      preferredFamily: 'ipv4',
      egress,
      rule: { trafficType: 'private', policy: 'classes', id: 'login.contoso.test' },
    });
  });

  test('with ports counts for those only: another entry takes the rest', () => {
    expect(verdict('login.contoso.test:80')).toMatchObject({
      kind: 'admit',
      class: 'anchor',
      upstream: null,
    });
  });

  test('allows the ports that it names, and no others beyond the general list', () => {
    expect(verdict('odd.contoso.test:8080')).toMatchObject({ kind: 'admit', class: 'opaque' });
    expect(verdict('a.contoso.test:8080')).toEqual(denied('port-not-allowed'));
    expect(verdict('a.contoso.test:22')).toEqual(denied('port-not-allowed'));
  });

  test('without ports leaves those beyond the general list to a later entry that names them', () => {
    const classes: ClassSettings[] = [
      { match: '*.contoso.test', class: 'opaque' },
      { match: 'git.contoso.test', ports: [8080], class: 'anchor' },
    ];
    expect(verdict('git.contoso.test:8080', { classes })).toMatchObject({ class: 'anchor' });
    expect(verdict('git.contoso.test:443', { classes })).toMatchObject({ class: 'opaque' });
  });

  test('of the class anchor may have an egress of its own', () => {
    expect(verdict('a.contoso.test:443')).toMatchObject({ egress: { ipv4: '198.51.100.9' } });
  });

  test('with a prefix holds for addresses, and one with a name for names', () => {
    expect(verdict('192.0.2.7:443')).toMatchObject({ kind: 'admit', class: 'opaque' });
    expect(verdict('192.0.3.7:443')).toEqual(denied('destination-not-allowed'));
  });

  test('of the class direct does not pass the edge, on any port', () => {
    expect(verdict('direct.contoso.test:22')).toEqual({ ...denied('class-direct'), class: 'direct' });
    expect(verdict('direct.contoso.test:443')).toEqual({ ...denied('class-direct'), class: 'direct' });
  });

  test.each(['forwarded', 'adfs', 'tenant-restriction'] as const)(
    'of the class %s is refused where nothing says how to forward',
    (restoration) => {
      const classes: ClassSettings[] = [{ match: 'a.test', class: restoration }];
      expect(verdict('a.test:443', { classes })).toMatchObject({ denial: { reason: 'class-not-available' } });
    },
  );
});

describe('the profile', () => {
  test('lets through what it forwards', () => {
    expect(verdict('teams.example.com:443')).toMatchObject({ class: 'opaque', reason: 'profile-rule' });
  });

  test.each(['unknown.example.com:443', 'bypassed.example.com:443', 'disabled.example.com:443'])(
    'does not let %s through',
    (authority) => expect(verdict(authority)).toEqual(denied('destination-not-allowed')),
  );

  test('lets nothing through when it is disabled', () => {
    const profile = { ...exampleProfile(), state: 'disabled' as const };
    expect(verdict('teams.example.com:443', {}, [profile])).toEqual(denied('destination-not-allowed'));
  });
});

describe('the Microsoft group', () => {
  test.each(['login.example.com:443', 'mail.example.com:443'])(
    '%s is anchored when so decided',
    (authority) => {
      expect(verdict(authority, { microsoft: 'anchor' })).toMatchObject({
        class: 'anchor',
        egress,
        reason: 'microsoft-anchor',
        rule: { trafficType: 'm365' },
      });
    },
  );

  test.each([null, 'direct'] as const)('never becomes a plain relay (%s)', (microsoft) => {
    expect(verdict('login.example.com:443', { microsoft })).toMatchObject({
      denial: { reason: 'class-direct' },
    });
  });
});

test('a device with a profile of its own reaches what that one forwards, and nothing else', () => {
  const other = { ...exampleProfile(), name: 'other', policies: [] };
  const policy = compileEdgePolicy(settings, [exampleProfile(), other]);
  const of = (only: string, authority: string) => admit(parseAuthority(authority)!, policy, only);
  expect(of('example', 'teams.example.com:443')).toMatchObject({ kind: 'admit', reason: 'profile-rule' });
  for (const [only, authority] of [
    ['example', 'login.contoso.test:443'],
    ['other', 'teams.example.com:443'],
    ['gone', 'teams.example.com:443'],
  ] as const) {
    expect(of(only, authority)).toEqual(denied('not-in-profile-of-device'));
  }
});

function verdict(authority: string, change: Partial<PolicySettings> = {}, profiles = [exampleProfile()]) {
  return admit(parseAuthority(authority)!, compileEdgePolicy({ ...settings, ...change }, profiles));
}

function denied(reason: string) {
  return { kind: 'deny', class: null, denial: { error: 'http_request_denied', reason } };
}

function exampleProfile(): Profile {
  const rule = (id: string, value: string, extra: object = {}) => ({
    id,
    name: id,
    action: 'forward',
    clientFallbackAction: 'bypass',
    category: 'default',
    protocol: 'tcp',
    ports: ['443'],
    ruleType: 'fqdn',
    destinations: [{ value }],
    ...extra,
  });
  return parseProfile(
    {
      name: 'example',
      state: 'enabled',
      version: '1',
      trafficForwardingType: 'm365',
      priority: 1,
      policies: [
        {
          name: 'on',
          state: 'enabled',
          rules: [
            rule('teams', 'teams.example.com', { endpointSetId: 12, serviceArea: 'Skype' }),
            rule('login', 'login.example.com', { endpointSetId: 56, serviceArea: 'Common' }),
            rule('mail', 'mail.example.com', { endpointSetId: 1, serviceArea: 'Exchange' }),
            rule('bypass', 'bypassed.example.com', { action: 'bypass' }),
          ],
        },
        { name: 'off', state: 'disabled', rules: [rule('disabled', 'disabled.example.com')] },
      ],
    },
    'example',
  );
}
