import { expect, test } from 'vitest';
import type { SessionReport } from '../../../../agent/core/session-report.ts';
import type { HealthFacts, SessionFacts } from '../../../../agent/core/health-facts.ts';
import type { HealthCheckId } from '../../../../protocol/health-checks.ts';
import type { HealthCheck } from '../../../../protocol/health-report.ts';
import { healthyFacts, judged } from '../../../support/health-facts.ts';

const listeners = (changes: Partial<HealthFacts['listeners']>): Partial<HealthFacts> => ({
  listeners: { ...healthyFacts().listeners, ...changes },
});
const session = (changes: Partial<SessionFacts>): Partial<HealthFacts> => ({
  session: { ...healthyFacts().session, ...changes },
});
const expected = (changes: Partial<SessionFacts['expected']>): Partial<HealthFacts> =>
  session({ proxies: [], expected: { ...healthyFacts().session.expected, ...changes } });
/** `opengsa session` runs, in this state, and programs are led to a file of its own. */
const kept = (state: SessionReport['state']): Partial<HealthFacts> =>
  session({
    proxies: [{ source: 'GNOME', value: 'auto http://127.0.0.1:4711/x/proxy.pac?v=1' }],
    kept: { place: 'GNOME’s proxy setting', state },
  });
const at = '127.0.0.1:8088';
const dead = { at, fault: 'ECONNREFUSED' };
const captured = { name: 'login.contoso.test', syntheticRange: '6.6.0.0/16' };

const rows: [HealthCheckId, Partial<HealthFacts>, HealthCheck['state'], RegExp, RegExp | null][] = [
  ['http-proxy', {}, 'ok', /8088/, null],
  ['http-proxy', listeners({ httpProxy: null }), 'not-applicable', /capture\.http/, null],
  ['http-proxy', listeners({ httpProxy: dead }), 'failed', /ECONNREFUSED/, /capture\.http/],
  ['socks5', listeners({ socks5: dead }), 'failed', /ECONNREFUSED/, /capture\.socks5/],
  ['pac', {}, 'ok', /8088/, null],
  ['pac', listeners({ pac: null }), 'not-applicable', /is off/, null],
  ['pac', listeners({ httpProxy: dead }), 'unknown', /http-proxy fails/, null],
  ['pac', listeners({ pac: { at, fault: 'answered 404', contentType: null } }), 'failed', /404/, /restart/],
  [
    'pac',
    listeners({ pac: { at, fault: null, contentType: 'text/html' } }),
    'failed',
    /text\/html/,
    /stop it/,
  ],
  ['system-proxy', {}, 'ok', /^https_proxy$/, null],
  [
    'system-proxy',
    session({ proxies: [{ source: 'GNOME', value: 'auto http://127.0.0.1:8088/x/proxy.pac' }] }),
    'ok',
    /GNOME/,
    null,
  ],
  [
    'system-proxy',
    session({ proxies: [{ source: 'GNOME', value: 'manual p.test:3128' }] }),
    'warning',
    /p\.test/,
    /export https_proxy=http:\/\/127/,
  ],
  ['system-proxy', session({ proxies: [] }), 'unknown', /no setting/, /opengsa session.*proxy\.pac/],
  ['system-proxy', kept({ kind: 'set' }), 'ok', /opengsa session.*GNOME/, null],
  [
    'system-proxy',
    kept({ kind: 'absent', reason: 'disconnected' }),
    'not-applicable',
    /the agent does not want it/,
    null,
  ],
  [
    'system-proxy',
    kept({ kind: 'taken-over', keys: ['mode'] }),
    'warning',
    /changed since.*mode/,
    /opengsa session status/,
  ],
  [
    'system-proxy',
    kept({ kind: 'hindered', cause: 'no PAC file' }),
    'warning',
    /no PAC file/,
    /session status/,
  ],
  [
    'system-proxy',
    session({ proxies: [], kept: { kind: 'fault', fault: 'connect EACCES' } }),
    'unknown',
    /EACCES/,
    /opengsa session/,
  ],
  ['system-proxy', expected({ httpProxy: null }), 'not-applicable', /is off/, null],
  ['system-proxy', expected({ captured }), 'not-applicable', /without one/, null],
];

test.each(rows)('%s %j is %s', (id, changes, state, measured, remedy) => {
  const result = judged(id, changes);
  expect(result).toMatchObject({ id, state });
  expect(result.measured).toMatch(measured);
  if (remedy === null) expect(result.remedy).toBeNull();
  else expect(result.remedy).toMatch(remedy);
});
