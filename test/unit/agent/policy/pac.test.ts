// The PAC file: it parses in old interpreters, and it answers as the matcher would.
import { readFileSync } from 'node:fs';
import { createContext, Script } from 'node:vm';
import { Linter } from 'eslint';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstMatch, ruleVerdict } from '../../../../agent/policy/decision.ts';
import { renderPac } from '../../../../agent/policy/pac.ts';
import { parseHost } from '../../../../protocol/destination.ts';
import { compileProfile } from '../../../../protocol/matcher.ts';
import { type Profile, parseProfile } from '../../../../protocol/profile.ts';

const microsoft = parseProfile(
  JSON.parse(readFileSync(new URL('../../../../assets/profiles/microsoft.json', import.meta.url), 'utf8')),
  'microsoft.json',
);

function rule(id: string, ruleType: string, destinations: readonly unknown[], more: object = {}): object {
  return {
    id,
    name: id,
    action: 'forward',
    clientFallbackAction: 'block',
    category: 'default',
    protocol: 'tcp',
    ports: ['443'],
    ruleType,
    destinations,
    ...more,
  };
}

const own = parseProfile(
  {
    name: 'own',
    state: 'enabled',
    version: '1',
    trafficForwardingType: 'm365',
    priority: 10,
    policies: [
      {
        name: 'on',
        state: 'enabled',
        rules: [
          rule('idp', 'fqdn', [{ value: 'login.contoso.test' }, { value: '__proto__.contoso.test' }]),
          rule('app', 'fqdn', [{ value: '*.app.contoso.test' }, { value: '*cdn.app.contoso.test' }], {
            clientFallbackAction: 'bypass',
            ports: ['80', '443', '8000-8010'],
          }),
          rule('tenant', 'fqdn', [{ value: 'a.*.contoso.test' }, { value: '*-files.contoso.test' }]),
          rule('no', 'fqdn', [{ value: 'no.app.contoso.test' }], { action: 'bypass' }),
          rule('udp', 'fqdn', [{ value: 'udp.contoso.test' }], { protocol: 'udp' }),
          rule('nets', 'ipSubnet', [
            { value: '192.0.2.64/26' },
            { value: '2001:db8::/33' },
            { value: '198.51.100.7/32' },
          ]),
          rule('range', 'ipRange', [{ beginAddress: '203.0.113.5', endAddress: '203.0.113.20' }]),
        ],
      },
      { name: 'off', state: 'disabled', rules: [rule('off', 'fqdn', [{ value: 'off.contoso.test' }])] },
    ],
  },
  'own profile',
);

type Pac = { readonly text: string; readonly find: (url: string, host: string) => string };

function pacOf(profiles: readonly Profile[], ownHosts: readonly string[] = []): Pac {
  const text = renderPac({
    profiles,
    proxy: '127.0.0.1:8088',
    ownHosts: ownHosts.map((host) => parseHost(host)!),
  });
  const context = createContext({});
  new Script(text).runInContext(context);
  const ask = new Script('FindProxyForURL(url, host)');
  return {
    text,
    find: (url, host) => {
      Object.assign(context, { url, host });
      return String(ask.runInContext(context));
    },
  };
}

const pac = pacOf([own, microsoft], ['edge.contoso.test', '192.0.2.99', '2001:db8::99']);

function ask(host: string, port = 443): string {
  return pac.find(`https://${host.includes(':') ? `[${host}]` : host}:${port}/`, host);
}

describe('a PAC file', () => {
  it('is ASCII and parses as ECMAScript 3', () => {
    expect(pac.text).toMatch(/^[\x20-\x7e\n]+$/);
    const problems = new Linter().verify(pac.text, [
      {
        languageOptions: { ecmaVersion: 3, sourceType: 'script' },
        linterOptions: { reportUnusedDisableDirectives: 'off' },
      },
    ]);
    expect(problems).toEqual([]);
    expect(pac.text).not.toContain('dnsResolve');
    expect(pac.text.length).toBeLessThan(100_000);
  });

  it('leaves no way past the proxy where hardening blocks, and one where it bypasses', () => {
    expect(ask('login.contoso.test')).toBe('PROXY 127.0.0.1:8088');
    expect(ask('x.app.contoso.test')).toBe('PROXY 127.0.0.1:8088; DIRECT');
    expect(ask('other.test')).toBe('DIRECT');
  });

  it('sends direct what is bypassed, disabled, for UDP only, or its own', () => {
    expect(ask('no.app.contoso.test')).toBe('DIRECT');
    expect(ask('off.contoso.test')).toBe('DIRECT');
    expect(ask('udp.contoso.test')).toBe('DIRECT');
    expect(ask('edge.contoso.test')).toBe('DIRECT');
    expect(ask('192.0.2.99')).toBe('DIRECT');
    expect(ask('2001:db8::99')).toBe('DIRECT');
    expect(ask('2001:db8::98')).toBe('PROXY 127.0.0.1:8088');
  });

  it('reads the port from the URL, or from its scheme', () => {
    const find = (url: string) => pac.find(url, 'x.app.contoso.test') !== 'DIRECT';
    expect(find('http://x.app.contoso.test/')).toBe(true);
    expect(find('https://x.app.contoso.test')).toBe(true);
    expect(find('wss://x.app.contoso.test/socket')).toBe(true);
    expect(find('http://x.app.contoso.test:8010/a:99')).toBe(true);
    expect(find('http://x.app.contoso.test:8011/')).toBe(false);
    expect(find('http://user:443@x.app.contoso.test:81/')).toBe(false);
    expect(find('ftp://x.app.contoso.test/')).toBe(false);
    expect(find('x.app.contoso.test')).toBe(false);
    expect(pac.find('http://login.contoso.test/', 'login.contoso.test')).toBe('DIRECT');
  });

  it('reads hosts as the agent does', () => {
    expect(ask('LOGIN.Contoso.Test.')).toBe('PROXY 127.0.0.1:8088');
    expect(ask('login.contoso.test..')).toBe('DIRECT');
    expect(ask('__proto__.contoso.test')).toBe('PROXY 127.0.0.1:8088');
    expect(ask('constructor')).toBe('DIRECT');
    expect(ask('[2001:db8::1]')).toBe('PROXY 127.0.0.1:8088');
    expect(ask('::ffff:192.0.2.65')).toBe('PROXY 127.0.0.1:8088');
    expect(ask('192.0.2.065')).toBe('DIRECT');
    expect(ask('203.0.113.20')).toBe('PROXY 127.0.0.1:8088');
    expect(ask('203.0.113.21')).toBe('DIRECT');
    expect(ask('log\u0131n.contoso.test')).toBe('DIRECT');
  });

  it('answers as the matcher decides, for names and addresses near the rules', () => {
    const matchers = [own, microsoft].map(compileProfile);
    const expected = (text: string, port: number) => {
      const host = parseHost(text);
      const match = host === null ? null : firstMatch({ host, port }, 'tcp', matchers);
      if (match === null || ruleVerdict(match).action === 'bypass') return 'DIRECT';
      return `PROXY 127.0.0.1:8088${match.rule.clientFallbackAction === 'block' ? '' : '; DIRECT'}`;
    };
    fc.assert(
      fc.property(anyHostText, fc.constantFrom(25, 80, 443, 993, 8005), (text, port) => {
        expect(ask(text, port)).toBe(expected(text, port));
      }),
      { numRuns: 3000 },
    );
  });

  it('is small and direct where no profile is enabled', () => {
    expect(pacOf([]).find('https://login.microsoftonline.com/', 'login.microsoftonline.com')).toBe('DIRECT');
  });
});

const values = [own, microsoft].flatMap(({ policies }) =>
  policies.flatMap(({ rules }) =>
    rules.flatMap(({ destinations }) => destinations.map((d) => ('value' in d ? d.value : '203.0.113.9'))),
  ),
);

const near = fc
  .tuple(fc.constantFrom(...values), fc.constantFrom('x', 'a.b', 'mail', ''), fc.nat(255))
  .map(([value, filler, last]) => {
    const [address = ''] = value.split('/');
    if (address.includes(':')) return address.endsWith('::') ? `${address}${last.toString(16)}` : address;
    if (/^[\d.]+$/.test(address)) return `${address.slice(0, address.lastIndexOf('.'))}.${last}`;
    return value.replaceAll('*', filler).replace(/^\./, '');
  });
const anyHostText = fc.oneof(
  { weight: 4, arbitrary: near },
  { weight: 1, arbitrary: near.map((text) => `x.${text}`) },
  { weight: 1, arbitrary: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6()) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom('a', '.', '1', ':', '0x', '-'), maxLength: 12 }),
  },
);
