// What the diagnostics window is given in its tests: an organisation one of whose services sees another address, and a
// machine with faults.
import { judgeHealth } from '../../agent/core/health-checks.ts';
import { healthCheckIds } from '../../protocol/health-checks.ts';
import type { HealthReport } from '../../protocol/health-report.ts';
import type { Language } from '../../protocol/language.ts';
import type { SeenAddress, SeenAs } from '../../protocol/seen-as.ts';
import type { SeenAsReport } from '../../protocol/seen-as-report.ts';
import type { Status } from '../../protocol/status.ts';
import { exampleStatus } from './example-status.ts';
import { collected, healthyFacts } from './health-facts.ts';
import { seen } from './seen-as.ts';

export const measuredAt = '2026-11-27T09:41:20.000Z';
const own = '203.0.113.7';
const ownIpv6 = '2001:db8::7';
export const edgeAddress = '198.51.100.5';

export function contosoStatus(): Status {
  const status = exampleStatus();
  return {
    ...status,
    connection: { kind: 'connected', edge: 'edge-1.contoso.test', since: measuredAt },
    ...{ shield: 'attention', title: 'Connected, 1 thing to look at', organisation: 'Contoso' },
    sentence: `Sign-in will see ${edgeAddress}, SharePoint will see ${own}.`,
    device: { name: 'WS-0417', thumbprint: 'x', certificateExpiresAt: '2027-02-19T00:00:00.000Z' },
    egress: contosoReport().egress,
    edgeEgress: { ipv4: edgeAddress, ipv6: null },
    signaling: 'enabled',
  };
}

/** SharePoint is reached directly, the tenant's other services through the edge. */
export function contosoReport(changes: Partial<SeenAsReport> = {}): SeenAsReport {
  return {
    at: measuredAt,
    connection: { kind: 'connected', edge: 'edge-1.contoso.test', since: measuredAt },
    ...{ title: 'Connected', organisation: 'Contoso' },
    egress: { ipv4: confirmed(own), ipv6: confirmed(ownIpv6) },
    edgeEgress: { ipv4: edgeAddress, ipv6: null },
    destinations: [
      microsoft('login.microsoftonline.com', 'Entra ID', 'Sign-in'),
      microsoft('graph.microsoft.com', 'Graph', 'Graph'),
      microsoft('outlook.office365.com', 'Exchange Online', 'Exchange'),
      directly(microsoft('contoso.sharepoint.com', 'SharePoint Online', 'SharePoint')),
      ...['login.contoso.test', 'sts.contoso.test', 'wiki.contoso.test'].map(restored),
      ...['login.live.com', 'device.login.microsoftonline.com', 'aadcdn.msauth.net'].map((host) =>
        microsoft(host, 'Entra ID', null),
      ),
    ],
    mismatch: {
      seen: [
        { group: 'Sign-in', addresses: [edgeAddress] },
        { group: 'Graph', addresses: [edgeAddress] },
        { group: 'Exchange', addresses: [edgeAddress] },
        { group: 'SharePoint', addresses: [own, ownIpv6] },
      ],
      sentence: `Sign-in, Graph and Exchange will see ${edgeAddress}, SharePoint will see ${own} or ${ownIpv6}.`,
      cause: 'The rule for *.sharepoint.com is set to bypass; the others are anchored.',
      remedy: 'Ask Contoso IT to set *.sharepoint.com to forward, or to choose direct for all four.',
    },
    locations: {
      ...{ edge: 0, imported: 6, importedAt: '2026-11-21T08:00:00.000Z', notJudged: [], fault: null },
    },
    ...changes,
  };
}

/** What an agent would tell of a host that no rule names. */
export function askedAbout(destination: string): SeenAs {
  return {
    ...directly(microsoft(destination, destination, null)),
    ...{ origin: 'asked', class: null, authentication: null, reason: 'no-rule' },
  };
}

/** Judged by the agent's own checks. */
export function faultyHealth(language: Language = 'en'): HealthReport {
  const { policies, network, status, runs } = healthyFacts();
  const killed = runs.runs.map((run) => ({ ...run, startedAt: run.startedAt - 8 * 3_600_000 }));
  const restarted = runs.runs.map((run) => ({ ...run, startedAt: runs.now - 5 * 3_600_000 }));
  const facts = collected({
    status: {
      ...status,
      view: 'awaited',
      status: { ...status.status, seenAs: contosoReport().destinations },
    },
    runs: { ...runs, runs: [...killed, ...restarted] },
    nameServers: { servers: ['192.0.2.53'], answer: { server: '192.0.2.53', ms: null, fault: 'no answer' } },
    profiles: [{ name: 'microsoft', enabled: false, fault: null }],
    network: { ...network, gateways: { ipv4: 'eth0 via 192.0.2.1', ipv6: 'eth0 via fe80::1' } },
    transparent: { state: 'on', obstacles: [], ipv6Subnets: 3, capturedName: null },
    policies: {
      ...policies,
      firefox: {
        installed: true,
        doh: 'secure',
        quic: null,
        dohFile: '/etc/firefox/policies.json',
        faults: [],
      },
    },
    listeners: { httpProxy: null, socks5: null, pac: null },
  });
  return { checkedAt: measuredAt, checks: [...judgeHealth(healthCheckIds, facts, language)] };
}

function microsoft(destination: string, label: string, group: SeenAs['group']): SeenAs {
  return seen([edgeAddress], {
    ...{ destination, label, origin: 'microsoft', group, authentication: 'sign-in', class: 'anchor' },
    addresses: { ipv4: inside(edgeAddress, 'Contoso edge'), ipv6: none },
    edge: { ipv4: edgeAddress, ipv6: null },
    reason: 'microsoft-anchor',
  });
}

function directly(one: SeenAs): SeenAs {
  return {
    ...one,
    ...{ path: 'direct', class: 'direct', whose: 'own', reason: 'rule-bypass' },
    addresses: { ipv4: inside(own, 'Berlin office'), ipv6: outside(ownIpv6) },
    edge: { ipv4: null, ipv6: null },
  };
}

function restored(destination: string): SeenAs {
  return seen([own], {
    ...{ destination, label: destination, class: 'proxy-v2', whose: 'own', authentication: 'sign-in' },
    addresses: { ipv4: inside(own, 'Berlin office'), ipv6: none },
    edge: { ipv4: edgeAddress, ipv6: null },
    ...{ basis: 'observed', reason: 'address-passed-on' },
    verification: {
      ...{ kind: 'agrees', address: own, url: 'https://whoami.contoso.test/', at: measuredAt },
    },
  });
}

const none: SeenAddress = { state: 'none', address: null, verdict: null };

function inside(address: string, name: string): SeenAddress {
  const locations = [{ name, trusted: true, source: 'imported' as const }];
  return { state: 'known', address, verdict: { kind: 'inside', locations } };
}

function outside(address: string): SeenAddress {
  return { state: 'known', address, verdict: { kind: 'outside' } };
}

function confirmed(address: string): Status['egress']['ipv4'] {
  return {
    ...{ state: 'confirmed', address, checkedAt: measuredAt, expiresAt: null },
    evidence: [
      {
        ...{ source: 'witness', operator: 'Contoso', asked: 'edge-1.contoso.test', address },
        ...{ signed: true, at: measuredAt, error: null },
      },
    ],
  };
}
