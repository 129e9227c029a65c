import { expect, test } from 'vitest';
import type {
  HealthFacts,
  KernelFacts,
  NftFacts,
  SessionFacts,
} from '../../../../agent/core/health-facts.ts';
import type { HealthCheckId } from '../../../../protocol/health-checks.ts';
import type { HealthCheck } from '../../../../protocol/health-report.ts';
import { capturing, healthyFacts, judged } from '../../../support/health-facts.ts';

const transparent = capturing;
const on: Partial<HealthFacts> = { transparent };
const kernel = (changes: Partial<KernelFacts>): Partial<HealthFacts> => ({
  ...on,
  kernel: { ...healthyFacts().kernel, ...changes },
});
const rules = { notrack: [], port53: [], ownTable: true, guardTable: true };
const nft = (changes: Partial<NftFacts>): Partial<HealthFacts> => ({
  ...on,
  nft: { version: 'nftables v1.1.3', rules, ...changes },
});
const hidden = { kind: 'fault', fault: 'this account may not list' } as const;
const obstacle = { code: 'no-room', detail: '' } as const;
const resolved = (answer: SessionFacts['resolved']): Partial<HealthFacts> => ({
  ...on,
  session: {
    ...healthyFacts().session,
    expected: {
      ...healthyFacts().session.expected,
      captured: { name: 'login.contoso.test', syntheticRange: '6.6.0.0/16' },
    },
    resolved: answer,
  },
});

const rows: [HealthCheckId, Partial<HealthFacts>, HealthCheck['state'], RegExp, RegExp | null][] = [
  ['capture-system', {}, 'not-applicable', /by proxy only/, null],
  ['capture-system', on, 'ok', /Linux 6\.12/, null],
  ['capture-system', kernel({ release: '5.12.0' }), 'ok', /5\.12/, null],
  ['capture-system', kernel({ release: '5.11.22-generic' }), 'failed', /5\.11/, /5\.12 or later/],
  ['capture-system', kernel({ release: '4.19.0' }), 'failed', /4\.19/, /5\.12 or later/],
  ['capture-system', kernel({ platform: 'darwin' }), 'failed', /darwin/, /only Linux/],
  ['capture-account', on, 'ok', /990/, null],
  ['capture-account', kernel({ uid: 0 }), 'failed', /root/, /User=/],
  ['capture-capability', on, 'ok', /CAP_NET_ADMIN/, null],
  ['capture-capability', kernel({ effectiveCapabilities: 1n << 10n }), 'failed', /missing/, /Ambient/],
  ['capture-nft', on, 'ok', /v1\.1\.3/, null],
  ['capture-nft', nft({ version: null }), 'failed', /not found/, /package nftables/],
  ['foreign-notrack', on, 'ok', /none/, null],
  [
    'foreign-notrack',
    nft({ rules: { ...rules, notrack: ['ip raw output'] } }),
    'warning',
    /ip raw output/,
    /notrack/,
  ],
  ['foreign-notrack', nft({ rules: hidden }), 'unknown', /may not list/, null],
  [
    'foreign-port-53',
    nft({ rules: { ...rules, port53: ['ip nat out'] } }),
    'warning',
    /ip nat out/,
    /port 53/,
  ],
  ['foreign-port-53', nft({ version: null, rules: hidden }), 'unknown', /capture-nft fails/, null],
  ['rp-filter', on, 'ok', /rp_filter 2/, null],
  ['rp-filter', kernel({ rpFilter: null }), 'unknown', /cannot be read/, null],
  ['synthetic-range', on, 'ok', /6\.6\.0\.0\/16/, null],
  ['synthetic-range', kernel({ inSyntheticRange: ['eth1 6.6.0.9'] }), 'failed', /eth1/, /syntheticRange/],
  ['guard-table', nft({}), 'ok', /none/, null],
  ['guard-table', nft({ rules: { ...rules, ownTable: false } }), 'failed', /without/, /delete table/],
  ['guard-table', nft({ rules: hidden }), 'unknown', /may not list/, null],
  ['guard-table', nft({ version: null, rules: hidden }), 'not-applicable', /not installed/, null],
  ['capture-running', on, 'ok', /^on$/, null],
  ['capture-running', { transparent: { ...capturing, state: 'idle' } }, 'warning', /idle/, /connect/],
  [
    'capture-running',
    { transparent: { ...capturing, obstacles: [obstacle] } },
    'warning',
    /^The subnets of the profiles/,
    /^Name fewer/,
  ],
  ['capture-running', { transparent: { ...capturing, state: 'failed' } }, 'failed', /it failed/, /log/],
  ['capture-running', kernel({ uid: 0 }), 'unknown', /capture-account fails/, null],
  ['synthetic-address', {}, 'not-applicable', /no name/, null],
  ['synthetic-address', resolved(['6.6.0.4']), 'ok', /is 6\.6\.0\.4/, null],
  ['synthetic-address', resolved(['6.6.0.4', '203.0.113.9']), 'failed', /203/, /port 53/],
  ['synthetic-address', resolved([]), 'failed', /login/, /port 53/],
  ['synthetic-address', resolved({ kind: 'fault', fault: 'ENOTFOUND' }), 'failed', /ENOTFOUND/, /port 53/],
  ['synthetic-address', resolved(null), 'unknown', /not asked/, null],
];

test.each(rows)('%s %# is %s', (id, changes, state, measured, remedy) => {
  const result = judged(id, changes);
  expect(result).toMatchObject({ id, state });
  expect(result.measured).toMatch(measured);
  if (remedy === null) expect(result.remedy).toBeNull();
  else expect(result.remedy).toMatch(remedy);
});
