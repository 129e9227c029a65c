import { expect, test } from 'vitest';
import type { AgentFacts, EdgeFacts, HealthFacts } from '../../../../agent/core/health-facts.ts';
import type { HealthCheckId } from '../../../../protocol/health-checks.ts';
import type { HealthCheck } from '../../../../protocol/health-report.ts';
import type { ConnectionState, EgressAddressStatus } from '../../../../protocol/status.ts';
import { seen, unknownAddress } from '../../../support/seen-as.ts';
import { egress, healthyFacts, judged } from '../../../support/health-facts.ts';

const since = '2026-11-27T00:00:00.000Z';
const [good] = healthyFacts().edges;
if (good === undefined) throw new Error('no edge');

const edges = (...changes: Partial<EdgeFacts>[]): Partial<HealthFacts> => ({
  edges: changes.map((one, i) => ({ ...good, edge: `edge${i}.test:443`, ...one })),
});
const agent = (changes: Partial<AgentFacts>): Partial<HealthFacts> => ({
  status: { ...healthyFacts().status, ...changes },
});
const connection = (state: ConnectionState): Partial<HealthFacts> =>
  agent({ status: { ...healthyFacts().status.status, connection: state } });
const ipv4 = (changes: Partial<EgressAddressStatus>): Partial<HealthFacts> => {
  const { status } = healthyFacts().status;
  return agent({ status: { ...status, egress: { ...status.egress, ipv4: egress(changes) } } });
};
const status = (changes: Partial<AgentFacts['status']>): Partial<HealthFacts> =>
  agent({ status: { ...healthyFacts().status.status, ...changes } });
const own = '203.0.113.7';
const edge = '198.51.100.5';
const entra = { group: 'Sign-in', label: 'Entra ID' } as const;
const graph = { group: 'Graph', label: 'Graph' } as const;
const exchange = { group: 'Exchange', label: 'Exchange Online' } as const;
const notKnown = { addresses: { ipv4: unknownAddress, ipv6: unknownAddress } } as const;
const said = (error: string | null, at = since): EgressAddressStatus['evidence'][number] => ({
  ...{ source: 'witness', operator: 'Contoso', asked: 'edge.contoso.test', signed: true },
  ...{ address: error === null ? '203.0.113.7' : null, at, error },
});

const unnamed = { name: { kind: 'fault', fault: 'ENOTFOUND' } } as const;
const closed = { path: { kind: 'fault', step: 'connect', fault: 'ECONNREFUSED' } } as const;
const stranger = { path: { kind: 'fault', step: 'handshake', fault: 'self-signed' } } as const;
const cause = 'because';

const rows: [HealthCheckId, Partial<HealthFacts>, HealthCheck['state'], RegExp, RegExp | null][] = [
  ['edge-name', {}, 'ok', /198\.51\.100\.1/, null],
  [
    'edge-name',
    edges({ name: { kind: 'listed', addresses: ['192.0.2.9'] } }),
    'ok',
    /from the enrolment/,
    null,
  ],
  ['edge-name', edges(unnamed), 'failed', /ENOTFOUND/, /name servers/],
  ['edge-name', edges(unnamed, {}), 'warning', /ENOTFOUND; edge1/, /name servers/],
  ['edge-name', edges(), 'not-applicable', /no edge/, null],
  ['edge-reachable', {}, 'ok', /in 12 ms, TLSv1\.3/, null],
  ['edge-reachable', edges(closed), 'failed', /ECONNREFUSED/, /edge runs/],
  ['edge-reachable', edges(stranger), 'failed', /self-signed/, /inspects TLS/],
  ['edge-reachable', edges(closed, {}), 'warning', /ECONNREFUSED/, /edge runs/],
  ['clock', {}, 'ok', /within 2 s/, null],
  ['clock', edges({ aheadMs: -9_900 }), 'ok', /10 s behind/, null],
  ['clock', edges({ aheadMs: 30_000 }), 'warning', /30 s ahead of/, /timedatectl/],
  ['clock', edges({ aheadMs: -61_000 }), 'failed', /61 s behind/, /timedatectl/],
  ['clock', edges({ aheadMs: null }), 'unknown', /told its time/, null],
  ['tunnel', {}, 'ok', /^to edge\.contoso\.test:443$/, null],
  ['tunnel', connection({ kind: 'disabled', by: 'user', since }), 'warning', /by you/, /opengsa connect/],
  ['tunnel', connection({ kind: 'disabled', by: 'organisation', since }), 'warning', /organisation/, /admin/],
  ['tunnel', connection({ kind: 'paused', since, until: since }), 'warning', /paused/, /resume/],
  ['tunnel', connection({ kind: 'connecting', attempt: 3, since }), 'warning', /attempt 3/, /again/],
  [
    'tunnel',
    connection({ kind: 'edge-unreachable', since, cause, retryAt: null }),
    'failed',
    /because/,
    /connect/,
  ],
  ['tunnel', connection({ kind: 'device-refused', edge: 'e', since, cause }), 'failed', /because/, /revoked/],
  [
    'tunnel',
    connection({ kind: 'edge-untrusted', edge: 'e', since, cause }),
    'failed',
    /because/,
    /inspects/,
  ],
  ['tunnel', connection({ kind: 'sign-in-needed', since, cause }), 'failed', /because/, /sign in/],
  ['tunnel', connection({ kind: 'no-internet', since }), 'unknown', /internet fails/, null],
  ['edge-view', {}, 'ok', /known/, null],
  ['edge-view', agent({ view: 'awaited' }), 'unknown', /not told yet/, null],
  ['edge-view', agent({ view: 'foreign' }), 'warning', /another product/, /nothing needs mending/],
  ['witness-ipv4', {}, 'ok', /saw 203\.0\.113\.7/, null],
  ['witness-ipv6', {}, 'not-applicable', /names no witness/, null],
  ['witness-ipv4', ipv4({ evidence: [] }), 'unknown', /not asked/, /egress --refresh/],
  ['witness-ipv4', ipv4({ evidence: [], state: 'none' }), 'not-applicable', /no IPv4/, null],
  ['witness-ipv4', ipv4({ evidence: [said('timed-out')] }), 'failed', /timed-out/, /open from here/],
  [
    'witness-ipv4',
    ipv4({ evidence: [said('x', '2026-11-26T00:00:00.000Z'), said(null)] }),
    'ok',
    /saw/,
    null,
  ],
  ['address-ipv4', {}, 'ok', /^203\.0\.113\.7$/, null],
  ['address-ipv6', {}, 'not-applicable', /no IPv6/, null],
  ['address-ipv4', ipv4({ state: 'probable' }), 'warning', /probable/, /witness/],
  ['address-ipv4', ipv4({ state: 'ambiguous' }), 'failed', /disagree: 203\.0\.113\.7/, /opengsa egress/],
  ['address-ipv4', ipv4({ state: 'stale' }), 'unknown', /stale/, /egress --refresh/],
  [
    'address-ipv4',
    ipv4({ evidence: [said('refused')], state: 'stale' }),
    'unknown',
    /witness-ipv4 fails/,
    null,
  ],
  ['signaling', {}, 'ok', /^signalling is on$/, null],
  ['signaling', status({ signaling: 'disabled' }), 'warning', /switched off/, /signaling enable/],
  ['signaling', status({ signaling: 'unknown' }), 'unknown', /not told/, null],
  ['signaling', agent({ view: 'foreign' }), 'not-applicable', /another product/, null],
  ['one-address', {}, 'ok', /^Sign-in, Graph, Exchange and SharePoint will see 198\.51\.100\.5\.$/, null],
  [
    'one-address',
    status({ seenAs: [seen([edge], entra), seen([edge], graph), seen([own], exchange)] }),
    'warning',
    /^Sign-in and Graph will see 198\.51\.100\.5, Exchange will see 203\.0\.113\.7\.$/,
    /^Ask Contoso IT to send all of them one way/,
  ],
  // What is certain to differ is told, whatever is not known besides.
  [
    'one-address',
    status({ seenAs: [seen([edge], entra), seen([own], graph), seen([], { ...exchange, ...notKnown })] }),
    'warning',
    /^Sign-in will see 198\.51\.100\.5, Graph will see 203\.0\.113\.7\.$/,
    /one way/,
  ],
  [
    'one-address',
    status({
      seenAs: [
        seen([edge], entra),
        seen([], { ...graph, ...notKnown }),
        seen([], { ...exchange, ...notKnown }),
      ],
    }),
    'unknown',
    /^what Graph and Exchange Online will see is not known$/,
    null,
  ],
  [
    'one-address',
    status({ seenAs: [seen([edge], entra), seen([], { ...graph, path: 'blocked' })] }),
    'ok',
    /^Sign-in will see 198\.51\.100\.5\.$/,
    null,
  ],
  ['one-address', status({ seenAs: [seen([own])] }), 'not-applicable', /no Microsoft profile/, null],
  // Nothing goes through the edge, so that all of them leave the same way.
  [
    'one-address',
    status({
      connection: { kind: 'paused', since, until: since },
      seenAs: [seen([own], entra), seen([own], graph)],
    }),
    'ok',
    /^Sign-in and Graph will see 203\.0\.113\.7\.$/,
    null,
  ],
  [
    'one-address',
    connection({ kind: 'device-refused', edge: 'e', since, cause }),
    'unknown',
    /not judged while tunnel fails/,
    null,
  ],
];

test.each(rows)('%s %j is %s', (id, changes, state, measured, remedy) => {
  const result = judged(id, changes);
  expect(result).toMatchObject({ id, state });
  expect(result.measured).toMatch(measured);
  if (remedy === null) expect(result.remedy).toBeNull();
  else expect(result.remedy).toMatch(remedy);
});

test('several addresses of one tenant are told in German, too', () => {
  const split = status({ seenAs: [seen([edge], entra), seen([own], exchange)] });
  expect(judged('one-address', split, 'de')).toMatchObject({
    title: 'Ein Mandant sieht eine Adresse',
    measured: 'Anmeldung wird 198.51.100.5 sehen, Exchange wird 203.0.113.7 sehen.',
    remedy: expect.stringMatching(/^Bitten Sie/) as string,
  });
});
