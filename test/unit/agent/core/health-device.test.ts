import { expect, test } from 'vitest';
import type { HealthFacts } from '../../../../agent/core/health-facts.ts';
import type { HealthCheckId } from '../../../../protocol/health-checks.ts';
import type { HealthCheck } from '../../../../protocol/health-report.ts';
import { healthyFacts, judged, now } from '../../../support/health-facts.ts';

const day = 24 * 3_600_000;
const device = (changes: object): Partial<HealthFacts> => ({
  device: { ...healthyFacts().device, ...changes },
});
const profiles = (...list: HealthFacts['profiles']): Partial<HealthFacts> => ({ profiles: list });
const microsoft = { name: 'microsoft', enabled: true, fault: null };

const rows: [HealthCheckId, Partial<HealthFacts>, HealthCheck['state'], RegExp, RegExp | null][] = [
  ['enrolled', {}, 'ok', /^laptop-1 of Contoso$/, null],
  [
    'enrolled',
    { device: { kind: 'absent', directory: '/d' } },
    'failed',
    /^\/d holds no device$/,
    /devices add/,
  ],
  ['enrolled', { device: { kind: 'unusable', fault: 'k: not PEM' } }, 'failed', /^k: not PEM$/, /restart/],
  ['certificate-valid', {}, 'ok', /^until 2027-02-25, 90 days left$/, null],
  ['certificate-valid', device({ validTo: now + 14 * day }), 'ok', /14 days left/, null],
  ['certificate-valid', device({ validTo: now + 14 * day - 1 }), 'warning', /13 days left/, /devices add/],
  ['certificate-valid', device({ validTo: now + day }), 'warning', /1 day left/, /devices add/],
  ['certificate-valid', device({ validTo: now }), 'failed', /^ran out on 2026-11-27$/, /devices add/],
  ['certificate-valid', device({ validFrom: now + day }), 'failed', /not valid before 2026-11-28/, /clock/],
  ['profiles', profiles(microsoft, { ...microsoft, name: 'own' }), 'ok', /^2: microsoft, own$/, null],
  ['profiles', profiles({ ...microsoft, fault: 'p.json: x' }), 'failed', /^p\.json: x$/, /profile import/],
  ['microsoft-profile', {}, 'ok', /^on$/, null],
  [
    'microsoft-profile',
    profiles({ ...microsoft, enabled: false }),
    'warning',
    /off/,
    /profile enable microsoft/,
  ],
  ['microsoft-profile', profiles({ ...microsoft, enabled: null }), 'not-applicable', /does not run/, null],
  ['named-locations', {}, 'ok', /^2 known$/, null],
  ['named-locations', { locations: { count: 0, fault: null } }, 'not-applicable', /none/, null],
  [
    'named-locations',
    { locations: { count: 0, fault: 'l.json: x' } },
    'failed',
    /l\.json/,
    /locations import/,
  ],
];

test.each(rows)('%s %j is %s', (id, changes, state, measured, remedy) => {
  const result = judged(id, changes);
  expect(result).toMatchObject({ id, state });
  expect(result.measured).toMatch(measured);
  if (remedy === null) expect(result.remedy).toBeNull();
  else expect(result.remedy).toMatch(remedy);
});
