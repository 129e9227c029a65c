// The edge's settings made ready for decisions: what each entry matches, and what holds where it says nothing.
import { describe, expect, test } from 'vitest';
import {
  type ClassSettings,
  type CompiledClass,
  compileEdgePolicy,
  type PolicySettings,
  portsOfClass,
} from '../../../../edge/core/edge-policy.ts';
import { parseAuthority } from '../../../../protocol/destination.ts';
import { parseProfile } from '../../../../protocol/profile.ts';

const settings: PolicySettings = {
  classes: [],
  ports: [443, 80],
  sourceRanges: ['10.20.0.0/16', '2001:db8::/32', '10.1.2.3'],
  strict: true,
  microsoft: 'direct',
  egress: { ipv4: '198.51.100.5', ipv6: null },
};

/** What a destination falls under in a table of `entries`. */
function found(authority: string, ...entries: readonly ClassSettings[]): CompiledClass | null {
  return compileEdgePolicy({ ...settings, classes: entries }, []).classes.find(parseAuthority(authority)!);
}

test('what needs no compiling is taken over as it is', () => {
  const policy = compileEdgePolicy(settings, []);
  expect(policy).toMatchObject({ strict: true, microsoft: 'direct', egress: settings.egress, upstreams: [] });
  expect([...policy.ports]).toEqual([443, 80]);
  expect(policy.sourceRanges.map(({ address, length }) => [address.text, length])).toEqual([
    ['10.20.0.0', 16],
    ['2001:db8::', 32],
    ['10.1.2.3', 32],
  ]);
});

test('profiles keep their order', () => {
  const facts = { state: 'enabled', version: '1', trafficForwardingType: 'm365', priority: 1, policies: [] };
  const profiles = ['b', 'a'].map((name) => parseProfile({ ...facts, name }, name));
  expect(compileEdgePolicy(settings, profiles).profiles.map(({ profile }) => profile.name)).toEqual([
    'b',
    'a',
  ]);
});

describe('an entry', () => {
  test('that says nothing more leaves upstream, family and egress to the rest', () => {
    expect(found('a.test:443', { match: 'a.test', class: 'opaque' })).toEqual({
      ...{ match: 'a.test', class: 'opaque', ports: [443, 80] },
      ...{ upstream: null, family: null, egress: null, proxyFields: 'all', forwarding: null },
    });
  });

  test('that says everything has it all', () => {
    const entry = found('a.test:8443', {
      match: 'a.test',
      ports: [8443],
      class: 'proxy-v2',
      upstream: { address: '2001:DB8:0::1', port: 9443 },
      family: 'ipv6',
      egress: { ipv4: null, ipv6: '2001:db8::5' },
      proxyFields: 'checksum',
    });
    expect(entry).toMatchObject({
      ports: [8443],
      upstream: { address: { family: 'ipv6', text: '2001:db8::1' }, port: 9443 },
      family: 'ipv6',
      egress: { ipv4: null, ipv6: '2001:db8::5' },
      proxyFields: 'checksum',
    });
  });

  test.each<[match: string, authority: string, matches: boolean]>([
    ['a.test', 'a.test:443', true],
    ['a.test', 'b.a.test:443', false],
    ['*.a.test', 'c.b.a.test:443', true],
    ['*.a.test', 'a.test:443', false],
    // A pattern never takes an address, nor a prefix a name.
    ['*', '192.0.2.1:443', false],
    ['*', '[2001:db8::1]:443', false],
    ['192.0.2.0/24', '192.0.2.255:443', true],
    ['192.0.2.0/24', '192.0.3.0:443', false],
    ['0.0.0.0/0', 'a.test:443', false],
    ['0.0.0.0/0', '[2001:db8::1]:443', false],
    // A mapped address is the IPv4 address that it maps.
    ['192.0.2.0/24', '[::ffff:192.0.2.9]:443', true],
  ])('for %s and the destination %s: %s', (match, authority, matches) => {
    expect(found(authority, { match, class: 'opaque' }) !== null).toBe(matches);
  });

  test('is the first that matches, its ports included', () => {
    const table: readonly ClassSettings[] = [
      { match: 'a.test', ports: [8443], class: 'proxy-v2' },
      { match: '*.test', class: 'anchor' },
      { match: 'a.test', class: 'opaque' },
    ];
    expect(found('a.test:8443', ...table)?.class).toBe('proxy-v2');
    expect(found('a.test:443', ...table)?.class).toBe('anchor');
    expect(found('a.test:8080', ...table)).toBeNull();
  });
});

test('an entry stands for its own ports, else the general ones; for all ports where nothing passes the edge', () => {
  expect(portsOfClass({ class: 'proxy-v2', ports: [8443] }, [443])).toEqual([8443]);
  expect(portsOfClass({ class: 'proxy-v2' }, [443])).toEqual([443]);
  expect(portsOfClass({ class: 'direct', ports: [8443] }, [443])).toEqual([8443]);
  expect(portsOfClass({ class: 'direct' }, [443])).toBeUndefined();
});

test('the upstreams of all entries are known', () => {
  const classes: readonly ClassSettings[] = [
    { match: 'a.test', class: 'proxy-v2', upstream: { address: '192.0.2.1', port: 9443 } },
    { match: 'b.test', class: 'opaque' },
    { match: 'c.test', class: 'opaque', upstream: { address: '2001:db8::1', port: 443 } },
  ];
  const { upstreams } = compileEdgePolicy({ ...settings, classes }, []);
  expect(upstreams.map(({ address, port }) => [address.text, port])).toEqual([
    ['192.0.2.1', 9443],
    ['2001:db8::1', 443],
  ]);
});

describe('text that is no address or prefix is refused by name', () => {
  test.each<[string, Partial<PolicySettings>]>([
    ['10.20.0.1/16', { sourceRanges: ['10.20.0.1/16'] }],
    ['a name', { sourceRanges: ['10.0.0.0/8', 'a name'] }],
    ['127.1', { classes: [{ match: 'a.test', class: 'opaque', upstream: { address: '127.1', port: 1 } }] }],
  ])('%s', (text, changes) => {
    expect(() => compileEdgePolicy({ ...settings, ...changes }, [])).toThrow(
      expect.objectContaining({
        code: 'bad-config',
        message: `${text} is neither an address nor a prefix`,
      }) as Error,
    );
  });
});
