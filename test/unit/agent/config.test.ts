import { describe, expect, test } from 'vitest';
import { parseAgentConfig } from '../../../agent/config.ts';
import { parsePrefix } from '../../../protocol/address.ts';

describe('agent configuration', () => {
  test('an empty file is the defaults', () => {
    const config = parseAgentConfig(null, 'agent.yaml');
    expect(config).toEqual({
      credentials: null,
      capture: {
        mode: 'proxy',
        http: { address: '127.0.0.1', port: 8088 },
        socks5: { address: '127.0.0.1', port: 8089 },
        socks5Users: {},
        transparent: { syntheticRange: parsePrefix('6.6.0.0/16'), onlyUser: null },
      },
      profiles: { microsoft: 'enabled' },
      customRules: [],
      processes: 'uid',
      tunnel: { protocol: 'auto', localAddress: { ipv4: null, ipv6: null } },
      localAddress: { ipv4: null, ipv6: null },
      portalCheck: 'edge',
      organisationProfiles: 'apply',
      people: { ca: null },
      management: { group: null },
      egress: {
        intervalSeconds: 120,
        timeoutSeconds: 5,
        thirdParties: { stun: [], https: [], dns: [] },
      },
      inspection: { tenantRestriction: null, upstreamCa: null },
      reflections: [],
      log: { level: 'info' },
    });
  });

  test('a reflection service is a plain https URL, for its own host unless others are named', () => {
    const { reflections } = parseAgentConfig(
      {
        reflections: [
          { url: 'https://whoami.contoso.test/', destinations: ['Login.Contoso.test'], ca: 'ca.pem' },
        ],
      },
      'agent.yaml',
    );
    expect(reflections).toEqual([
      { url: 'https://whoami.contoso.test/', destinations: ['login.contoso.test'], ca: 'ca.pem' },
    ]);
    for (const url of [
      'http://a.test/',
      'https://me:pw@a.test/',
      'https://a.test/#x',
      'https://%20/',
      'a.test',
    ]) {
      const config = { reflections: [{ url }] };
      expect(() => parseAgentConfig(config, 'agent.yaml')).toThrow(
        /^agent\.yaml: reflections\[0\]\.url: must /,
      );
    }
  });

  test('a custom rule takes ports as numbers and ranges, and blocks by default', () => {
    const config = parseAgentConfig(
      { customRules: [{ destinations: ['Login.Contoso.test', '192.0.2.0/24'], ports: [443, '8000-8010'] }] },
      'agent.yaml',
    );
    expect(config.customRules).toEqual([
      {
        destinations: ['login.contoso.test', '192.0.2.0/24'],
        ports: ['443', '8000-8010'],
        hardening: 'block',
      },
    ]);
  });

  test.each(['edge', 'off', 'http://connectivity.contoso.test/generate_204'])(
    'a captive portal may be asked for by %j',
    (portalCheck) => {
      expect(parseAgentConfig({ portalCheck }, 'agent.yaml').portalCheck).toBe(portalCheck);
    },
  );

  test.each([
    [{ capture: { http: '127.0.0.1' } }, /^agent\.yaml: capture\.http: must be address:port/],
    [{ capture: { http: 'localhost:8088' } }, /^agent\.yaml: capture\.http: must be address:port/],
    [{ capture: { mode: 'magic' } }, /^agent\.yaml: capture\.mode: /],
    [
      { capture: { transparent: { syntheticRange: '10.0.0.0/8' } } },
      /^agent\.yaml: capture\.transparent\.syntheticRange: must be an IPv4 prefix of 16 bits/,
    ],
    [
      { capture: { transparent: { syntheticRange: 'fd66::/16' } } },
      /^agent\.yaml: capture\.transparent\.syntheticRange: must be an IPv4 prefix of 16 bits/,
    ],
    [{ colour: 'blue' }, /^agent\.yaml: \(top level\): .*colour/],
    [
      { customRules: [{ destinations: ['ok.test', 'not a host'] }] },
      /customRules\[0\]\.destinations\[1\]: must be/,
    ],
    [{ customRules: [{ destinations: ['ok.test'], ports: [70_000] }] }, /customRules\[0\]\.ports\[0\]: /],
    [{ localAddress: { ipv4: '::1' } }, /localAddress\.ipv4: must be an IPv4 address/],
    [{ egress: { intervalSeconds: 0 } }, /egress\.intervalSeconds: /],
    [{ inspection: { tenantRestriction: {} } }, /inspection\.tenantRestriction\.tenantId: /],
    [
      { inspection: { tenantRestriction: { tenantId: 'contoso', policyId: 'x' } } },
      /inspection\.tenantRestriction\.tenantId: must be a GUID/,
    ],
    [{ inspection: { hosts: ['login.contoso.test'] } }, /inspection: .*hosts/],
    [{ portalCheck: 'https://edge.contoso.test/generate_204' }, /portalCheck: must be edge, off, or a URL/],
    [{ portalCheck: 'http://user:secret@edge.contoso.test/' }, /portalCheck: must be edge, off, or a URL/],
    [{ portalCheck: 'on' }, /portalCheck: must be edge, off, or a URL/],
    ['text', /^agent\.yaml: \(top level\): /],
  ])('%j is refused with the path of the fault', (value, message) => {
    expect(() => parseAgentConfig(value, 'agent.yaml')).toThrow(message);
  });
});
