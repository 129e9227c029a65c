import { expect, test } from 'vitest';
import type { BrowserPolicy } from '../../../../agent/core/browser-policies.ts';
import type { HealthFacts } from '../../../../agent/core/health-facts.ts';
import type { HealthCheckId } from '../../../../protocol/health-checks.ts';
import type { HealthCheck } from '../../../../protocol/health-report.ts';
import { capturing, healthyFacts, judged } from '../../../support/health-facts.ts';

const says = (
  browser: keyof HealthFacts['policies'],
  policy: Partial<BrowserPolicy>,
): Partial<HealthFacts> => {
  const { policies } = healthyFacts();
  return {
    transparent: capturing,
    policies: { ...policies, [browser]: { ...policies[browser], ...policy } },
  };
};
const servers = (...list: string[]): Partial<HealthFacts> => ({
  transparent: capturing,
  nameServers: { servers: list, answer: null },
});
const resolved = (dnsOverTls: string, running = true): Partial<HealthFacts> => ({
  transparent: capturing,
  resolved: { running, dnsOverTls, file: '/etc/systemd/resolved.conf' },
});
const file = '/etc/p.json';

const rows: [HealthCheckId, Partial<HealthFacts>, HealthCheck['state'], RegExp, RegExp | null][] = [
  [
    'doh-chrome',
    { ...says('chrome', { doh: 'secure' }), transparent: null },
    'not-applicable',
    /proxy/,
    null,
  ],
  ['doh-chrome', says('chrome', {}), 'not-applicable', /not found/, null],
  [
    'doh-chrome',
    says('chrome', { installed: true }),
    'warning',
    /no policy/,
    /"DnsOverHttpsMode":"off".*\/etc\/opt\/chrome/,
  ],
  ['doh-chromium', says('chromium', { doh: 'off', dohFile: file }), 'ok', /off by \/etc\/p\.json/, null],
  ['doh-edge', says('edge', { doh: 'automatic', dohFile: file }), 'warning', /left to/, /\/etc\/opt\/edge/],
  [
    'doh-firefox',
    says('firefox', { doh: 'secure', dohFile: file }),
    'failed',
    /on by/,
    /DNSOverHTTPS.*policies\.json$/,
  ],
  ['doh-chromium', says('chromium', { faults: [file] }), 'warning', /cannot be understood/, /mend it/],
  ['public-name-server', servers('192.0.2.53'), 'ok', /192/, null],
  [
    'public-name-server',
    servers('192.0.2.53', '8.8.8.8'),
    'warning',
    /^8\.8\.8\.8 \(Google\)$/,
    /DnsOverHttpsMode/,
  ],
  ['public-name-server', {}, 'not-applicable', /proxy/, null],
  ['dns-over-tls', resolved('no'), 'ok', /=no/, null],
  [
    'dns-over-tls',
    resolved('opportunistic'),
    'failed',
    /=opportunistic in \/etc/,
    /restart systemd-resolved/,
  ],
  ['dns-over-tls', resolved('yes', false), 'not-applicable', /does not run/, null],
  ['quic', says('chrome', { quic: false }), 'ok', /policy in chrome/, null],
  ['quic', {}, 'not-applicable', /through a proxy/, null],
];

test.each(rows)('%s %j is %s', (id, changes, state, measured, remedy) => {
  const result = judged(id, changes);
  expect(result).toMatchObject({ id, state });
  expect(result.measured).toMatch(measured);
  if (remedy === null) expect(result.remedy).toBeNull();
  else expect(result.remedy).toMatch(remedy);
});
