// The edge's configuration: defaults, refusals and the paths that refusals name.
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../edge/config.ts';

const least = { name: 'edge.contoso.test', organisation: 'Contoso' };

const oneClass = (entry: object) => ({
  ...least,
  classes: [{ match: 'a.test', class: 'opaque', ...entry }],
});

function refusal(value: unknown): string {
  try {
    parseConfig(value, 'edge.yaml');
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

describe('defaults', () => {
  test('a name and an organisation are enough, and nothing listens beyond this machine', () => {
    const config = parseConfig(least, 'edge.yaml');
    expect(config.listen).toEqual({
      tunnel: [{ address: '127.0.0.1', port: 8443 }],
      portalCheck: null,
      enrollment: null,
      administration: null,
      metrics: null,
    });
    expect(config).toMatchObject({
      microsoft: null,
      profiles: ['microsoft'],
      ports: [443, 80],
      sourceRanges: [],
      strict: false,
      egress: { ipv4: null, ipv6: null },
    });
    expect(config.limits.drainSeconds).toBe(10);
  });

  test('a section that gives one value keeps the defaults of the others', () => {
    const config = parseConfig(
      { ...least, limits: { drainSeconds: 1 }, egress: { ipv4: '192.0.2.1' } },
      'edge.yaml',
    );
    expect(config.limits.flowsPerDevice).toBe(4096);
    expect(config.egress).toEqual({ ipv4: '192.0.2.1', ipv6: null });
  });

  test('a class entry without optional keys gets none', () => {
    const entry = { match: '*.contoso.test', class: 'opaque' };
    expect(parseConfig({ ...least, classes: [entry] }, 'edge.yaml').classes).toEqual([entry]);
  });

  test('a listener for load balancers has their ranges', () => {
    const behind = { address: '0.0.0.0:8444', proxyFrom: ['10.0.0.0/8', '2001:db8::5'] };
    const place = { url: 'https://edge.contoso.test' };
    const value = { ...least, listen: { tunnel: [behind, '127.0.0.1:8443'] }, edges: [place], witness: {} };
    const [first, second] = parseConfig(value, 'edge.yaml').listen.tunnel;
    expect(first).toMatchObject({
      address: '0.0.0.0',
      port: 8444,
      proxyFrom: [{ length: 8 }, { length: 128 }],
    });
    expect(second).toEqual({ address: '127.0.0.1', port: 8443 });
  });

  test('addresses are kept in canonical form', () => {
    const config = parseConfig({ ...least, egress: { ipv6: '2001:DB8:0::1' } }, 'edge.yaml');
    expect(config.egress.ipv6).toBe('2001:db8::1');
  });
});

describe('refusals name the file and the field', () => {
  test.each([
    ['a key that is unknown', { ...least, colour: 'blue' }, /^edge\.yaml: \(top level\): .*colour/],
    ['a nested key that is unknown', { ...least, limits: { flow: 3 } }, /^edge\.yaml: limits: .*flow/],
    ['no name', { organisation: 'Contoso' }, /^edge\.yaml: name: /],
    ['a name that is an address', { ...least, name: '192.0.2.1' }, /^edge\.yaml: name: must be a host name/],
    ['a listener without port', { ...least, listen: { tunnel: ['127.0.0.1'] } }, /listen\.tunnel\[0\]: /],
    [
      'a name as listener of the portal check',
      { ...least, listen: { portalCheck: 'edge:80' } },
      /listen\.portalCheck: /,
    ],
    [
      'a portal check over TLS, which no portal answers',
      { ...least, portalCheck: { url: 'https://edge.contoso.test/generate_204' } },
      /portalCheck\.url: /,
    ],
    ['a name as listener', { ...least, listen: { tunnel: ['localhost:8443'] } }, /listen\.tunnel\[0\]: /],
    [
      'a listener for nobody',
      { ...least, listen: { tunnel: [{ address: '127.0.0.1:1', proxyFrom: [] }] } },
      /listen\.tunnel\[0\]\.proxyFrom: /,
    ],
    [
      'a balancer by name',
      { ...least, listen: { tunnel: [{ address: '127.0.0.1:1', proxyFrom: ['balancer'] }] } },
      /listen\.tunnel\[0\]\.proxyFrom\[0\]: must be a prefix/,
    ],
    [
      'a balanced listener that devices are told to use',
      { ...least, listen: { tunnel: [{ address: '127.0.0.1:1', proxyFrom: ['10.0.0.0/8'] }] } },
      /edges: is needed where a listener has proxyFrom/,
    ],
    ['IPv6 where IPv4 belongs', { ...least, egress: { ipv4: '::1' } }, /egress\.ipv4: must be an IPv4/],
    ['a plain http URL', { ...least, edges: [{ url: 'http://e.test' }] }, /edges\[0\]\.url: must be a URL/],
    ['a class that does not exist', oneClass({ class: 'magic' }), /classes\[0\]\.class: /],
    [
      'a class that this version lacks',
      oneClass({ class: 'tenant-restriction' }),
      /classes\[0\]\.class: the class tenant-restriction is a setting of the device/,
    ],
    ['forwarding without upstream', oneClass({ class: 'forwarded' }), /classes\[0\]\.upstream: .* needs it/],
    [
      'AD FS without upstream',
      oneClass({ class: 'adfs' }),
      /classes\[0\]\.upstream: the class adfs needs it/,
    ],
    [
      'a header outside forwarded',
      oneClass({ header: 'X-Real-IP' }),
      /classes\[0\]\.header: only the class forwarded/,
    ],
    [
      'a certificate outside the classes that end TLS',
      oneClass({ certificate: { certificate: 'a', key: 'b' } }),
      /classes\[0\]\.certificate: only the classes forwarded and adfs take it/,
    ],
    [
      'a header of AD FS',
      forwarding({ class: 'adfs', header: 'X-Real-IP' }),
      /classes\[0\]\.header: only the class/,
    ],
    [
      'a header with an underscore',
      forwarding({ header: 'X_Real_IP' }),
      /classes\[0\]\.header: must be a header name/,
    ],
    [
      'a header that HTTP needs',
      forwarding({ header: 'Host' }),
      /classes\[0\]\.header: is a header that HTTP/,
    ],
    [
      'a certificate without its key',
      forwarding({ certificate: { certificate: 'a' } }),
      /classes\[0\]\.certificate\.key: /,
    ],
    [
      'TLS that is neither off nor settings',
      forwarding({ upstreamTls: 'on' }),
      /classes\[0\]\.upstreamTls: /,
    ],
    [
      'a name to verify that is none',
      forwarding({ upstreamTls: { name: 'a b' } }),
      /classes\[0\]\.upstreamTls/,
    ],
    [
      'a plain way to a port that believes forwarding headers',
      twoClasses('forwarded', 'opaque'),
      /classes\[1\]\.upstream: is the upstream of a forwarded entry too, which the class opaque must not reach/,
    ],
    [
      'the same the other way round',
      twoClasses('anchor', 'adfs'),
      /classes\[0\]\.upstream: is the upstream of an adfs entry too, which the class anchor must not reach/,
    ],
    [
      'one port for PROXY headers and for forwarding headers',
      twoClasses('forwarded', 'proxy-v2'),
      /classes\[1\]\.upstream: is the upstream of a forwarded entry too, which the class proxy-v2 must not reach/,
    ],
    ['an octet beyond 255', oneClass({ match: '192.0.2.300' }), /classes\[0\]\.match: /],
    ['an octet with a leading zero', oneClass({ match: '010.0.0.1' }), /classes\[0\]\.match: /],
    ['a shortened address', oneClass({ match: '10.1' }), /classes\[0\]\.match: /],
    ['an upper case pattern', oneClass({ match: 'Login.contoso.test' }), /classes\[0\]\.match: /],
    [
      'an upstream by name',
      oneClass({ upstream: { address: 'localhost', port: 1 } }),
      /upstream\.address: must be/,
    ],
    [
      'an egress outside anchor',
      oneClass({ egress: { ipv4: '192.0.2.1' } }),
      /classes\[0\]\.egress: only the class anchor/,
    ],
    [
      'a PROXY header without upstream',
      oneClass({ class: 'proxy-v2' }),
      /classes\[0\]\.upstream: .* needs it/,
    ],
    [
      'a plain way to a port that takes PROXY headers',
      {
        ...least,
        classes: ['proxy-v2', 'opaque'].map((name, i) => ({
          match: `${name}.contoso.test`,
          class: name,
          upstream: { address: ['2001:db8::5', '2001:DB8:0::5'][i], port: 8443 },
        })),
      },
      /classes\[1\]\.upstream: is the upstream of a proxy-v2 entry too/,
    ],
    [
      'host bits in a range',
      { ...least, sourceRanges: ['192.0.2.1/24'] },
      /sourceRanges\[0\]: must be a prefix/,
    ],
    [
      'a location without ranges',
      { ...least, namedLocations: [{ name: 'HQ', ranges: [] }] },
      /namedLocations\[0\]\.ranges/,
    ],
    ['an unknown decision', { ...least, microsoft: 'opaque' }, /microsoft: /],
    ['a negative limit', { ...least, limits: { flows: 0 } }, /limits\.flows: /],
  ])('%s', (_, value, message) => {
    expect(refusal(value)).toMatch(message);
  });
});

test('forwarding and AD FS may share a destination: both take away what devices say', () => {
  expect(refusal(twoClasses('forwarded', 'adfs'))).toBe('accepted');
});

test.each([
  [{}],
  [{ header: 'Forwarded', schemeHeader: 'X-Forwarded-Proto', upstreamTls: 'off' }],
  [
    {
      upstreamTls: { name: 'idp.internal.test', ca: 'ca.pem' },
      certificate: { certificate: 'a.crt', key: 'a.key' },
    },
  ],
])('forwarding with %j', (settings) => {
  expect(refusal(forwarding(settings))).toBe('accepted');
});

function forwarding(settings: object) {
  return oneClass({ class: 'forwarded', upstream: { address: '192.0.2.8', port: 8443 }, ...settings });
}

function twoClasses(...names: readonly string[]) {
  const upstream = { address: '192.0.2.8', port: 8443 };
  return {
    ...least,
    classes: names.map((name) => ({ match: `${name}.contoso.test`, class: name, upstream })),
  };
}

describe('enrolling by signing in', () => {
  const listen = { enrollment: '127.0.0.1:8444' };
  const people = { issuers: [{ issuer: 'https://login.contoso.test', clientId: 'opengsa' }] };
  const open = (signIn: object, more: object = { listen, people }) => ({
    ...least,
    enrollment: { signIn },
    ...more,
  });

  test('is off unless it is set; an empty section has the defaults', () => {
    expect(parseConfig(least, 'edge.yaml').enrollment.signIn).toBeNull();
    expect(parseConfig(open({}), 'edge.yaml').enrollment.signIn).toEqual({
      ...{ devicesPerPerson: 5, maxAge: null, groups: [], profile: null },
    });
    expect(parseConfig(open({ maxAge: '10m' }), 'edge.yaml').enrollment.signIn?.maxAge).toBe(600_000);
  });

  test.each([
    [open({}, { people }), 'listen.enrollment: is needed with enrollment.signIn'],
    [open({}, { listen }), 'people.issuers: is needed with enrollment.signIn'],
    [open({ maxAge: '10s' }), 'enrollment.signIn.maxAge: must be from 1m to 365d'],
    [open({ devicesPerPerson: 0 }), 'enrollment.signIn.devicesPerPerson:'],
    [open({ group: 'sales' }), 'enrollment.signIn:'],
  ])('%j is refused by its path', (value, message) => {
    expect(refusal(value)).toContain(`edge.yaml: ${message}`);
  });
});
