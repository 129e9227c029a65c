// The egress state as people see it: an answer whose life has ended is not shown as one that holds.
import { expect, test } from 'vitest';
import type { EgressPhase } from '../../../../agent/core/egress-phase.ts';
import { type EgressState, initialEgressState } from '../../../../agent/core/egress-state.ts';
import { egressStatus } from '../../../../agent/core/egress-status.ts';
import { egressAddressStatus } from '../../../../protocol/status.ts';
import { address, echoed, reflected, witnessed } from '../../../support/observations.ts';

const now = Date.parse('2026-11-23T09:50:00Z');
const settled = { address: address('192.0.2.7'), checkedAt: now - 60_000, expiresAt: now + 60_000 };

function stateWith(changes: Partial<EgressState>): EgressState {
  return { ...initialEgressState('ipv4', 0, { witness: true, thirdParties: true }), ...changes };
}

const checkedAt = '2026-11-23T09:49:00.000Z';
const expiresAt = '2026-11-23T09:51:00.000Z';
const unsettled = { checkedAt: null, expiresAt: null };

test.each<[EgressPhase, object]>([
  [{ kind: 'unknown' }, { state: 'unknown', address: null, ...unsettled }],
  [
    { kind: 'detecting', since: now },
    { state: 'detecting', address: null, ...unsettled },
  ],
  [
    { kind: 'confirmed', token: null, ...settled },
    { state: 'confirmed', address: '192.0.2.7', checkedAt, expiresAt },
  ],
  [
    { kind: 'probable', ...settled },
    { state: 'probable', address: '192.0.2.7', checkedAt, expiresAt },
  ],
  [
    { kind: 'ambiguous', candidates: [settled.address], contradiction: true },
    { state: 'ambiguous', address: null, ...unsettled },
  ],
  [
    { kind: 'stale', previous: settled.address, since: now },
    { state: 'stale', address: '192.0.2.7', ...unsettled },
  ],
  [
    { kind: 'stale', previous: null, since: now },
    { state: 'stale', address: null, ...unsettled },
  ],
  [
    { kind: 'none', since: now },
    { state: 'none', address: null, ...unsettled },
  ],
])('$kind', (phase, shown) => {
  const status = egressStatus(stateWith({ phase }), now);
  expect(status).toEqual({ ...shown, evidence: [] });
  expect(egressAddressStatus.parse(status)).toEqual(status);
});

test('an answer that ends at this moment is stale, with the time when it was checked', () => {
  const phase: EgressPhase = { kind: 'confirmed', token: null, ...settled };
  expect(egressStatus(stateWith({ phase }), settled.expiresAt - 1).state).toBe('confirmed');
  expect(egressStatus(stateWith({ phase }), settled.expiresAt)).toMatchObject({
    state: 'stale',
    address: '192.0.2.7',
    checkedAt,
    expiresAt: null,
  });
});

test('evidence is every answer that has not ended, with why it does not count, then the failures', () => {
  const failure = {
    source: 'stun',
    operator: 'contoso.test',
    asked: 'stun.contoso.test:3478',
    at: now - 1,
    generation: 0,
  } as const;
  const state = stateWith({
    observations: [
      witnessed('192.0.2.9', { at: now - 300_000 }),
      witnessed('8.8.8.8', { at: now - 1000 }),
      reflected('10.0.0.7', { at: now - 1000 }),
      echoed('8.8.4.4', { at: now - 1000, operator: 'echo.contoso.test' }),
    ],
    failures: [
      { ...failure, reason: 'timeout', detail: '' },
      { ...failure, reason: 'no-route', detail: 'ENETUNREACH' },
    ],
  });
  const { evidence } = egressStatus(state, now);
  expect(evidence.map((e) => [e.source, e.address, e.signed, e.error])).toEqual([
    ['witness', '8.8.8.8', true, null],
    ['reflection', '10.0.0.7', false, 'not-global'],
    ['https', '8.8.4.4', false, null],
    ['stun', null, false, 'timeout'],
    ['stun', null, false, 'no-route: ENETUNREACH'],
  ]);
  expect(evidence[3]).toMatchObject({ asked: 'stun.contoso.test:3478', at: '2026-11-23T09:49:59.999Z' });
});
