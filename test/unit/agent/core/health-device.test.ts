import { expect, test } from 'vitest';
import type { HealthFacts } from '../../../../agent/core/health-facts.ts';
import { mostRuns, type Run, type RunFacts } from '../../../../agent/core/run-history.ts';
import type { HealthCheckId } from '../../../../protocol/health-checks.ts';
import type { HealthCheck } from '../../../../protocol/health-report.ts';
import { healthyFacts, judged, now } from '../../../support/health-facts.ts';

const day = 24 * 3_600_000;
const device = (changes: object): Partial<HealthFacts> => ({
  device: { ...healthyFacts().device, ...changes },
});
const hour = 3_600_000;
const [thisRun] = healthyFacts().runs.runs;
if (thisRun === undefined) throw new Error('no run');
/** Runs that ended without a word, begun so many hours ago, before the one that goes on. */
const killed = (hoursAgo: readonly number[], changes: Partial<Run> = {}): readonly Run[] =>
  hoursAgo.map((hours) => ({ ...thisRun, startedAt: now - hours * hour, pid: hours, ...changes }));
const runs = (earlier: readonly Run[], changes: Partial<RunFacts> = {}): Partial<HealthFacts> => ({
  runs: { ...healthyFacts().runs, runs: [...earlier, { ...thisRun, startedAt: now - hour }], ...changes },
});
const profiles = (...list: HealthFacts['profiles']): Partial<HealthFacts> => ({ profiles: list });
const microsoft = { name: 'microsoft', enabled: true, fault: null };

const rows: [HealthCheckId, Partial<HealthFacts>, HealthCheck['state'], RegExp, RegExp | null][] = [
  ['agent-crashes', {}, 'ok', /^none$/, null],
  ['agent-crashes', runs([], { runs: [] }), 'ok', /^none$/, null],
  [
    'agent-crashes',
    runs(killed([5])),
    'warning',
    /^1 crash, the last time the run from 2026-11-26T19:00:00Z ended .*, and the next began at 2026-11-26T23:00:00Z$/,
    /journal of its service.*collect-logs/,
  ],
  ['agent-crashes', runs(killed([7, 6, 5])), 'warning', /^3 crashes, .* from 2026-11-26T19/, /collect-logs/],
  ['agent-crashes', runs(killed([300, 2])), 'warning', /^2 crashes/, /collect-logs/],
  // The first was missed more than a day ago.
  ['agent-crashes', runs(killed([300, 200])), 'warning', /^1 crash,/, /collect-logs/],
  [
    'agent-crashes',
    runs(killed([5], { bootId: 'boot-0' })),
    'ok',
    /^none; 1 run ended with the machine/,
    null,
  ],
  [
    'agent-crashes',
    runs([...killed([9, 8], { bootId: 'boot-0' }), ...killed([3])]),
    'warning',
    /^2 crashes, .*; 1 run ended with the machine and is not counted$/,
    /collect-logs/,
  ],
  ['agent-crashes', runs(killed([5], { bootId: null })), 'warning', /^1 crash/, /collect-logs/],
  [
    'agent-crashes',
    runs([], { isRunning: false }),
    'warning',
    /^1 crash, .* from 2026-11-26T23:00:00Z ended without a word, and none has begun since$/,
    /journal/,
  ],
  [
    'agent-crashes',
    runs(killed(Array.from({ length: mostRuns - 1 }, () => 2))),
    'warning',
    /^at least 99 crashes/,
    /collect-logs/,
  ],
  ['agent-crashes', runs([], { fault: '/s/runs.json: no room' }), 'unknown', /no room/, /disk is not full/],
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
