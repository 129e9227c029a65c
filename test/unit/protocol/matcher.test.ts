// Matching: which rule of a profile names a destination, by the stated order; and the same as a plain reading of it.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { importEndpointList } from '../../../protocol/profiles/endpoint-list.ts';
import { type Host, type TransportProtocol, parseHost } from '../../../protocol/destination.ts';
import { compileProfile } from '../../../protocol/matcher.ts';
import { type Profile, type Rule, parseProfile } from '../../../protocol/profile.ts';
import { naiveMatch } from '../../support/naive-matcher.ts';
import { endpointListFiles, publishedListsPresent, readPublished } from '../../support/published-lists.ts';

let made = 0;
function rule(type: Rule['ruleType'], destinations: readonly unknown[], more: object = {}): object {
  return {
    id: `rule-${++made}`,
    name: 'rule',
    action: 'forward',
    clientFallbackAction: 'bypass',
    category: 'default',
    protocol: 'tcp',
    ports: ['443'],
    ruleType: type,
    destinations: destinations.map((value) => (typeof value === 'string' ? { value } : value)),
    ...more,
  };
}

function profileOf(...rules: readonly object[]): Profile {
  return parseProfile(
    {
      name: 'test',
      state: 'enabled',
      version: '1',
      trafficForwardingType: 'm365',
      priority: 100,
      policies: [{ name: 'all', state: 'enabled', rules }],
    },
    'test profile',
  );
}

function found(profile: Profile, text: string, port = 443, protocol: TransportProtocol = 'tcp') {
  return compileProfile(profile).match(parseHost(text)!, port, protocol)?.destination ?? null;
}

describe('matching a destination', () => {
  it('compares a name with patterns and an address with prefixes, never across', () => {
    const profile = profileOf(rule('fqdn', ['*']), rule('ipSubnet', ['192.0.2.0/24']));
    expect(found(profile, 'example.com')).toBe('*');
    expect(found(profile, '192.0.2.1')).toBe('192.0.2.0/24');
    expect(found(profile, '198.51.100.1')).toBeNull();
  });

  it('holds ports and protocol against each rule', () => {
    const profile = profileOf(
      rule('fqdn', ['a.test'], { ports: ['80', '8000-8010'] }),
      rule('fqdn', ['a.test'], { protocol: 'udp', ports: ['443'] }),
    );
    expect(found(profile, 'a.test', 80)).toBe('a.test');
    expect(found(profile, 'a.test', 8010)).toBe('a.test');
    expect(found(profile, 'a.test', 8011)).toBeNull();
    expect(found(profile, 'a.test', 443)).toBeNull();
    expect(found(profile, 'a.test', 443, 'udp')).toBe('a.test');
    expect(found(profile, 'a.test', 80, 'udp')).toBeNull();
  });

  it('prefers the highest category, even against a more exact name', () => {
    const profile = profileOf(
      rule('fqdn', ['a.b.test'], { category: 'default' }),
      rule('fqdn', ['*.b.test'], { category: 'allow' }),
      rule('fqdn', ['*.test'], { category: 'optimized', ports: ['80'] }),
    );
    expect(found(profile, 'a.b.test')).toBe('*.b.test');
    expect(found(profile, 'a.b.test', 80)).toBe('*.test');
  });

  it('prefers within a category the exact name, then more literal characters', () => {
    const profile = profileOf(
      rule('fqdn', ['*.b.test', '*long.b.test', 'long.b.test'], { endpointSetId: 1 }),
      rule('fqdn', ['x-long.b.test'], { endpointSetId: 9 }),
    );
    expect(found(profile, 'x-long.b.test')).toBe('x-long.b.test');
    expect(found(profile, 'y-long.b.test')).toBe('*long.b.test');
    expect(found(profile, 'y.b.test')).toBe('*.b.test');
  });

  it('prefers the longest prefix, and counts the blocks of a range', () => {
    const profile = profileOf(
      rule('ipSubnet', ['192.0.2.0/24']),
      rule('ipAddress', ['192.0.2.9']),
      rule('ipRange', [{ beginAddress: '192.0.2.8', endAddress: '192.0.2.14' }]),
    );
    expect(found(profile, '192.0.2.9')).toBe('192.0.2.9');
    expect(found(profile, '192.0.2.14')).toBe('192.0.2.8-192.0.2.14');
    expect(found(profile, '192.0.2.15')).toBe('192.0.2.0/24');
  });

  it('takes of equals the lowest endpoint set, then the first in the profile', () => {
    const tie = (...ids: readonly (number | undefined)[]) =>
      compileProfile(
        profileOf(
          ...ids.map((endpointSetId, i) =>
            rule('fqdn', ['a.test'], {
              id: `r${i}`,
              ...(endpointSetId === undefined ? {} : { endpointSetId }),
            }),
          ),
        ),
      ).match(parseHost('a.test')!, 443, 'tcp')?.rule.id;
    expect(tie(86, 35)).toBe('r1');
    expect(tie(undefined, 7)).toBe('r1');
    expect(tie(undefined, undefined)).toBe('r0');
    expect(tie(5, 5)).toBe('r0');
  });

  it('never matches by path or web category, and keeps such rules', () => {
    const profile = profileOf(rule('url', ['a.test/x']), rule('webCategory', [{ name: 'Gambling' }]));
    expect(found(profile, 'a.test')).toBeNull();
  });

  it('matches in disabled policies and rules that bypass too: what becomes of it is decided elsewhere', () => {
    const profile = profileOf(rule('fqdn', ['a.test'], { action: 'bypass' }));
    const disabled = {
      ...profile,
      policies: profile.policies.map((p) => ({ ...p, state: 'disabled' as const })),
    };
    expect(found(disabled, 'a.test')).toBe('a.test');
  });
});

describe.skipIf(!publishedListsPresent)(
  'matching in the published lists (copies beside the checkout)',
  () => {
    const worldwide = publishedListsPresent
      ? importEndpointList(readPublished('m365-endpoints-worldwide.json'), 'list', {
          name: 'm365',
          version: '1',
        })
      : null;

    it('resolves the ties between sets as stated', () => {
      const matcher = compileProfile(worldwide!);
      const of = (text: string, port = 443, protocol: TransportProtocol = 'tcp') => {
        const match = matcher.match(parseHost(text)!, port, protocol);
        return match === null ? null : [match.rule.endpointSetId, match.destination];
      };
      expect(of('outlook.office365.com')).toEqual([1, 'outlook.office365.com']);
      expect(of('outlook.office365.com', 993)).toEqual([2, 'outlook.office365.com']);
      expect(of('outlook.office365.com', 443, 'udp')).toEqual([1, 'outlook.office365.com']);
      expect(of('officeclient.microsoft.com')).toEqual([35, 'officeclient.microsoft.com']);
      expect(of('x.sharepointonline.com')).toEqual([37, '*.sharepointonline.com']);
      expect(of('autodiscover.contoso.onmicrosoft.com')).toEqual([8, 'autodiscover.*.onmicrosoft.com']);
      expect(of('autodiscover.a.b.onmicrosoft.com')).toEqual([78, '*.onmicrosoft.com']);
      expect(of('x.globalsecureaccess.microsoft.com')).toEqual([50, '*.microsoft.com']);
      expect(of('x.globalsecureaccess.microsoft.com', 80)).toEqual([78, '*.microsoft.com']);
      expect(of('login.microsoftonline.com')).toEqual([56, 'login.microsoftonline.com']);
      expect(of('stamp2.login.microsoftonline.com')).toEqual([59, '*.microsoftonline.com']);
      expect(of('x.mail.protection.outlook.com', 25)).toEqual([10, '*.mail.protection.outlook.com']);
      expect(of('13.107.64.1', 3480, 'udp')).toBeNull();
      expect(of('52.112.0.1', 3480, 'udp')).toEqual([11, '52.112.0.0/14']);
      expect(of('52.112.0.1')).toEqual([12, '52.112.0.0/14']);
      for (const text of [
        'sharepoint.com',
        'office.com',
        'microsoft.com',
        'cloud.microsoft',
        'sts.windows.net',
      ]) {
        expect(of(text)).toBeNull();
      }
    });

    it.each(endpointListFiles)('agrees with a plain reading of the rules on %s', (file) => {
      const profile = importEndpointList(readPublished(file), file, { name: 'm365', version: '1' });
      const matcher = compileProfile(profile);
      const property = fc.property(
        anyHost(profile),
        anyPort,
        fc.constantFrom('tcp', 'udp'),
        (host, port, protocol) => {
          const expected = naiveMatch(profile, host, port, protocol);
          const actual = matcher.match(host, port, protocol);
          expect(actual?.destination ?? null).toBe(expected?.destination ?? null);
          expect(actual?.rule.id).toBe(expected?.rule.id);
        },
      );
      fc.assert(property, { numRuns: 1500 });
    });
  },
);

const anyPort = fc.constantFrom(25, 80, 443, 444, 587, 993, 3478, 3481);

/** Names near the profile's patterns, addresses near its prefixes, and others. */
function anyHost(profile: Profile): fc.Arbitrary<Host> {
  const values = profile.policies.flatMap((policy) =>
    policy.rules.flatMap(({ destinations }) => destinations.map((d) => ('value' in d ? d.value : ''))),
  );
  const near = fc
    .constantFrom(...values)
    .chain((value) => (value.includes('/') ? nearPrefix(value) : nearName(value)));
  const other = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  return fc
    .oneof({ weight: 4, arbitrary: near }, { weight: 1, arbitrary: other })
    .map((text) => parseHost(text))
    .filter((host) => host !== null);
}

function nearName(pattern: string): fc.Arbitrary<string> {
  const filler = fc.constantFrom('x', 'contoso', 'a.b', 'mail', 'autodiscover', 'login', 'cdn', '');
  const change = fc.constantFrom(
    (name: string) => name,
    (name: string) => `x.${name}`,
    (name: string) => `x${name}`,
    (name: string) => `${name}.test`,
    (name: string) => name.slice(name.indexOf('.') + 1),
  );
  return fc
    .tuple(filler, change)
    .map(([text, apply]) => apply(pattern.replaceAll('*', text)).replace(/^\./, ''));
}

function nearPrefix(text: string): fc.Arbitrary<string> {
  const [address = ''] = text.split('/');
  const last = fc.nat(255);
  if (!address.includes(':')) {
    return fc
      .tuple(last, last)
      .map(([a, b]) => address.split('.').slice(0, 2).concat(`${a}`, `${b}`).join('.'));
  }
  return last.map((n) => (address.endsWith('::') ? `${address}${n.toString(16)}` : address));
}
