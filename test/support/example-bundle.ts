// A log bundle's parts as an agent would find them, with a person in every corner, for tests that look for her.
import type { Collected, FoundParts, RedactionKnowledge } from '../../agent/core/redaction.ts';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import { parseProfile, type Profile } from '../../protocol/profile.ts';
import { exampleStatus } from './example-status.ts';

/** What must not be in a redacted bundle. */
export const personal = [
  ...['203.0.113.7', '2001:db8::7', '192.168.178.20', 'Dora Example', 'dora', 'laptop-of-dora'],
  ...['secret-project', 'clinic.example', 'intranet', '198.51.100.77', '02:42:ac:11:00:02'],
];

/** What must be in no bundle at all. */
export const secrets = {
  pac: '0123456789abcdef0123456789abcdef',
  management: 'bWFuYWdlbWVudC1rZXktb2YtMzItYnl0ZXM',
  pem: '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----',
  jwt: 'eyJhbGciOiJFUzI1NiJ9.eyJpcCI6IjIwMy4wLjExMy43In0.c2lnbmF0dXJl',
  cookie: 'c00kie-of-a-session',
  query: 'one-time-code',
  password: 'hunter2-hunter2',
} as const;

export function exampleFlow(changes: Partial<FlowRecord> = {}): FlowRecord {
  return {
    id: 1,
    via: 'http-connect',
    destination: 'login.contoso.test:443',
    source: '127.0.0.1:50000',
    process: { uid: 1000, pid: 7, executable: '/home/dora/secret-project/browser', unknown: null },
    person: 'dora',
    action: 'tunnel',
    ruleId: 'agent.yaml-1',
    reason: 'rule-forward',
    note: null,
    hardening: 'block',
    authentication: 'sign-in',
    state: 'closed',
    detail: null,
    edge: 'edge.contoso.test',
    egressObserved: '203.0.113.7',
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    startedAt: '2026-11-23T08:00:00.000Z',
    endedAt: null,
    bytesSent: 1,
    bytesReceived: 2,
    ...changes,
  };
}

export function exampleParts(): FoundParts {
  const status = exampleStatus();
  const { pac, pem, jwt, cookie, query, password, management } = secrets;
  return {
    status: {
      ...status,
      sentence: 'Connected. Your address 203.0.113.7 is what login.contoso.test will see.',
      device: {
        name: 'laptop-of-dora',
        thumbprint: 'tGhT4hVg2bGf8kR3b9p0dWJbq0i3wFQm1xq9cQ0aB1c',
        certificateExpiresAt: '2027-01-01T00:00:00.000Z',
      },
      person: { name: 'Dora Example', signedInAt: '2026-11-23T08:00:00.000Z' },
      egress: {
        ipv4: { ...status.egress.ipv4, state: 'confirmed', address: '203.0.113.7' },
        ipv6: { ...status.egress.ipv6, state: 'confirmed', address: '2001:db8::7' },
      },
      capture: { ...status.capture, pacUrl: `http://127.0.0.1:8088/${pac}/proxy.pac` },
    },
    flows: [
      exampleFlow(),
      exampleFlow({ id: 2, destination: 'clinic.example:443', detail: 'edge.contoso.test: dns-error' }),
      exampleFlow({ id: 3, destination: 'intranet:80', source: '192.168.178.20:4000' }),
      exampleFlow({ id: 4, destination: '198.51.100.77:443' }),
    ],
    locations: {
      locations: [
        {
          source: 'imported',
          location: { kind: 'ranges', name: 'Head office', trusted: true, ranges: ['203.0.113.0/24'] },
        },
      ],
      importedAt: null,
      fault: null,
    },
    machine: {
      hostname: 'laptop-of-dora',
      system: 'Linux 6.1',
      addresses: ['eth0 192.168.178.20/24', 'eth0 2001:db8::7/64'],
      routes: ['default via 192.168.178.1 dev eth0'],
      nameservers: ['192.168.178.1'],
      ownRules: null,
      faults: [],
    },
    configuration: { credentials: '/home/dora/.config/opengsa/device', management: { group: null } },
    log: [
      line(`GET https://clinic.example/patients/dora?code=${query}`),
      line(`Cookie: sid=${cookie}; other=1`),
      line(`Authorization: Bearer ${jwt}`),
      line(`statement ${jwt} and ${pem} and ${management}`),
      line(`http://dora:${password}@192.168.178.1:3128/ refused 02:42:ac:11:00:02`),
      line('getaddrinfo ENOTFOUND intranet', {
        token: password,
        reason: 'see management.group in agent.yaml',
      }),
      line('Error: dora@contoso.test at /home/dora/secret-project/x.js, from [2001:db8::7]:443'),
    ],
  };
}

function line(message: string, fields: Record<string, string> = {}): NonNullable<FoundParts['log']>[number] {
  return { time: '2026-11-23T08:00:00.000Z', level: 'info', message, fields };
}

export function contosoProfile(): Profile {
  const rule = {
    ...{ id: 'r1', name: 'Sign-in', action: 'forward', clientFallbackAction: 'block', category: 'default' },
    ...{ protocol: 'tcp', ports: ['443'], ruleType: 'fqdn' },
    destinations: [{ value: 'login.contoso.test' }, { value: '*.contoso.test' }, { value: '*' }],
  };
  return parseProfile(
    {
      ...{ name: 'Contoso', state: 'enabled', version: '1', trafficForwardingType: 'private', priority: 1 },
      policies: [{ name: 'Contoso', state: 'enabled', rules: [rule] }],
    },
    'example',
  );
}

export function exampleKnowledge(): RedactionKnowledge {
  return {
    secrets: [secrets.pac, secrets.management],
    accounts: ['dora'],
    profiles: [contosoProfile()],
    places: ['edge.contoso.test'],
  };
}

/** Nothing is left out. */
export function exampleCollected(found: FoundParts = exampleParts()): Collected {
  return { found, leftOut: [], knowledge: exampleKnowledge() };
}
