// Facts of a healthy machine, for tests that change one and look at what the checks say.
import type { BrowserPolicy } from '../../agent/core/browser-policies.ts';
import { judgeHealth } from '../../agent/core/health-checks.ts';
import type { CollectedFacts, Fact, HealthFacts, TransparentFacts } from '../../agent/core/health-facts.ts';
import { parsePrefix, type Prefix } from '../../protocol/address.ts';
import type { HealthCheckId } from '../../protocol/health-checks.ts';
import type { HealthCheck } from '../../protocol/health-report.ts';
import type { Language } from '../../protocol/language.ts';
import type { EgressAddressStatus } from '../../protocol/status.ts';
import { seen } from './seen-as.ts';

const noPolicy: BrowserPolicy = { installed: false, doh: null, quic: null, dohFile: null, faults: [] };

/** Capture without a proxy, in order. */
export const capturing: TransparentFacts = {
  state: 'on',
  obstacles: [],
  ipv6Subnets: 3,
  capturedName: 'login.contoso.test',
};

export const now = Date.UTC(2026, 10, 27);
const day = 24 * 3_600_000;

export function egress(changes: Partial<EgressAddressStatus> = {}): EgressAddressStatus {
  const witness = { source: 'witness', operator: 'Contoso', asked: 'edge.contoso.test', signed: true };
  return {
    state: 'confirmed',
    address: '203.0.113.7',
    checkedAt: null,
    expiresAt: null,
    evidence: [{ ...witness, address: '203.0.113.7', at: '2026-11-27T00:00:00.000Z', error: null }],
    ...changes,
  };
}

export function healthyFacts(): HealthFacts {
  return {
    status: {
      status: {
        connection: { kind: 'connected', edge: 'edge.contoso.test:443', since: '2026-11-27T00:00:00.000Z' },
        channels: [],
        egress: { ipv4: egress(), ipv6: egress({ state: 'none', address: null, evidence: [] }) },
        ...{ signaling: 'enabled', organisation: 'Contoso' },
        seenAs: (['Sign-in', 'Graph', 'Exchange', 'SharePoint'] as const).map((group) =>
          seen(['198.51.100.5'], { group, label: group }),
        ),
      },
      view: 'known',
      witnesses: { ipv4: 'edge.contoso.test', ipv6: null },
    },
    device: {
      ...{ kind: 'enrolled', name: 'laptop-1', organisation: 'Contoso', now },
      ...{ validFrom: now - day, validTo: now + 90 * day },
    },
    profiles: [{ name: 'microsoft', enabled: true, fault: null }],
    runs: {
      ...{ now, bootId: 'boot-1', isRunning: true, fault: null },
      runs: [{ startedAt: now - day, endedAt: null, pid: 100, bootId: 'boot-1' }],
    },
    locations: { count: 2, fault: null },
    network: { addresses: ['eth0 192.0.2.5/24'], gateways: { ipv4: 'eth0 via 192.0.2.1', ipv6: null } },
    nameServers: { servers: ['192.0.2.53'], answer: { server: '192.0.2.53', ms: 3, fault: null } },
    edges: [
      {
        edge: 'edge.contoso.test:443',
        name: { kind: 'resolved', addresses: ['198.51.100.1'] },
        path: { kind: 'reached', ms: 12, protocol: 'TLSv1.3' },
        aheadMs: 100,
      },
    ],
    listeners: {
      httpProxy: { at: '127.0.0.1:8088', fault: null },
      socks5: { at: '127.0.0.1:8089', fault: null },
      pac: { at: '127.0.0.1:8088', fault: null, contentType: 'application/x-ns-proxy-autoconfig' },
    },
    policies: { chrome: noPolicy, chromium: noPolicy, edge: noPolicy, firefox: noPolicy },
    resolved: { running: false, dnsOverTls: 'no', file: null },
    kernel: {
      ...{
        platform: 'linux',
        release: '6.12.3-1',
        uid: 990,
        effectiveCapabilities: 1n << 12n,
        rpFilter: '2',
      },
      ...{ inSyntheticRange: [], syntheticRange: prefix('6.6.0.0/16') },
    },
    nft: {
      version: 'nftables v1.1.3',
      rules: { notrack: [], port53: [], ownTable: false, guardTable: false },
    },
    transparent: null,
    session: {
      expected: { httpProxy: '127.0.0.1:8088', pacUrl: 'http://127.0.0.1:8088/x/proxy.pac', captured: null },
      proxies: [{ source: 'https_proxy', value: 'http://127.0.0.1:8088' }],
      resolved: null,
      kept: null,
    },
  };
}

export function collected(changes: Partial<HealthFacts> = {}): CollectedFacts {
  const known = (value: unknown): Fact<unknown> => ({ kind: 'known', value, durationMs: 1.26 });
  const entries = Object.entries({ ...healthyFacts(), ...changes }).map(([name, value]) => [
    name,
    known(value),
  ]);
  return Object.fromEntries(entries) as CollectedFacts;
}

/** The one result of a check where the machine is healthy but for `changes`. */
export function judged(
  id: HealthCheckId,
  changes: Partial<HealthFacts> = {},
  language: Language = 'en',
): HealthCheck {
  const [result] = judgeHealth([id], collected(changes), language);
  if (result === undefined) throw new Error(`no result of ${id}`);
  return result;
}

function prefix(text: string): Prefix {
  const read = parsePrefix(text);
  if (read === null) throw new Error(text);
  return read;
}
