import { expect, test } from 'vitest';
import type { HealthFacts } from '../../../../agent/core/health-facts.ts';
import type { HealthCheckId } from '../../../../protocol/health-checks.ts';
import type { HealthCheck } from '../../../../protocol/health-report.ts';
import type { ConnectionState } from '../../../../protocol/status.ts';
import { capturing, healthyFacts, judged } from '../../../support/health-facts.ts';

const network = (changes: Partial<HealthFacts['network']>): Partial<HealthFacts> => ({
  network: { ...healthyFacts().network, ...changes },
});
const connection = (state: ConnectionState): Partial<HealthFacts> => {
  const { status } = healthyFacts();
  return { status: { ...status, status: { ...status.status, connection: state } } };
};
const since = '2026-11-27T00:00:00.000Z';
const nowhere = { ipv4: null, ipv6: null };
const both = network({ gateways: { ipv4: 'eth0 via 192.0.2.1', ipv6: 'eth0 via 2001:db8::1' } });
const silent = { server: '192.0.2.53', ms: null, fault: 'no answer within 1500 ms' };

const rows: [HealthCheckId, Partial<HealthFacts>, HealthCheck['state'], RegExp, RegExp | null][] = [
  ['default-route', {}, 'ok', /^eth0 via 192\.0\.2\.1$/, null],
  ['default-route', network({ gateways: nowhere }), 'warning', /no default route/, /ip route/],
  ['default-route', network({ gateways: nowhere, addresses: [] }), 'failed', /no interface/, /cable/],
  ['internet', {}, 'ok', /edge is reached/, null],
  [
    'internet',
    connection({ kind: 'captive-portal', since, page: 'http://p.test/' }),
    'failed',
    /sign-in/,
    /http:\/\/p\.test\//,
  ],
  [
    'internet',
    connection({ kind: 'captive-portal', since, page: null }),
    'failed',
    /sign-in/,
    /any plain http/,
  ],
  ['internet', connection({ kind: 'no-internet', since }), 'failed', /nothing through/, /cable/],
  ['internet', connection({ kind: 'connecting', attempt: 1, since }), 'unknown', /could tell/, null],
  ['name-servers', {}, 'ok', /192\.0\.2\.53 in 3 ms/, null],
  ['name-servers', { nameServers: { servers: [], answer: null } }, 'failed', /names none/, /nameserver/],
  [
    'name-servers',
    { nameServers: { servers: ['192.0.2.53'], answer: silent } },
    'failed',
    /no answer/,
    /port 53/,
  ],
  ['ipv6', {}, 'not-applicable', /no IPv6/, null],
  ['ipv6', both, 'ok', /proxy takes names/, null],
  ['ipv6', { ...both, transparent: capturing }, 'ok', /3 ranges captured/, null],
  ['ipv6', { ...both, transparent: { ...capturing, ipv6Subnets: 0 } }, 'warning', /are not/, /koffi/],
];

test.each(rows)('%s %j is %s', (id, changes, state, measured, remedy) => {
  const result = judged(id, changes);
  expect(result).toMatchObject({ id, state });
  expect(result.measured).toMatch(measured);
  if (remedy === null) expect(result.remedy).toBeNull();
  else expect(result.remedy).toMatch(remedy);
});
