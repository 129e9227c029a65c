// What a verdict, or none, makes of what is known about the egress address of one family.
import { describe, expect, test } from 'vitest';
import type { Verdict } from '../../../../agent/core/consensus.ts';
import { addressOf, type EgressPhase, nextPhase } from '../../../../agent/core/egress-phase.ts';
import { address } from '../../../support/observations.ts';

const now = 1_700_000_000_000;
const known = { address: address('192.0.2.7'), checkedAt: now - 9, expiresAt: now - 1 };

const phases: { readonly [K in EgressPhase['kind']]: Extract<EgressPhase, { kind: K }> } = {
  unknown: { kind: 'unknown' },
  detecting: { kind: 'detecting', since: now - 5 },
  confirmed: { kind: 'confirmed', token: null, ...known },
  probable: { kind: 'probable', ...known },
  ambiguous: { kind: 'ambiguous', candidates: [known.address], contradiction: true },
  stale: { kind: 'stale', previous: known.address, since: now - 5 },
  none: { kind: 'none', since: now - 5 },
};
const every = Object.values(phases);

const verdicts: readonly Verdict[] = [
  { kind: 'confirmed', token: null, ...known },
  { kind: 'probable', ...known },
  { kind: 'ambiguous', candidates: [], contradiction: false },
];
const nothing: Verdict = { kind: 'nothing' };

describe.each(every)('from $kind', (phase) => {
  test.each(verdicts)('a verdict that is $kind holds, whatever a probe found', (verdict) => {
    expect(nextPhase(phase, verdict, { now, noRoute: true, answered: true, asking: false })).toBe(verdict);
  });

  test('a network without the family is none, since it was first seen to have none', () => {
    const since = phase.kind === 'none' ? phase.since : now;
    expect(nextPhase(phase, nothing, { now, noRoute: true, answered: true, asking: false })).toEqual({
      kind: 'none',
      since,
    });
  });
});

describe('no answer counts', () => {
  const stale = (previous: EgressPhase): EgressPhase => ({
    kind: 'stale',
    previous: addressOf(previous),
    since: now,
  });
  test.each<[EgressPhase, EgressPhase, EgressPhase]>([
    [phases.unknown, phases.unknown, phases.unknown],
    [phases.detecting, phases.detecting, phases.unknown],
    [phases.confirmed, stale(phases.confirmed), stale(phases.confirmed)],
    [phases.probable, stale(phases.probable), stale(phases.probable)],
    [phases.ambiguous, stale(phases.ambiguous), stale(phases.ambiguous)],
    [phases.stale, phases.stale, phases.stale],
    [phases.none, phases.unknown, phases.unknown],
  ])('$kind', (phase, unanswered, answered) => {
    expect(nextPhase(phase, nothing, { now, noRoute: false, answered: false, asking: false })).toEqual(
      unanswered,
    );
    expect(nextPhase(phase, nothing, { now, noRoute: false, answered: true, asking: false })).toEqual(
      answered,
    );
  });
});

test('only what is or was settled names an address', () => {
  expect(every.filter((phase) => addressOf(phase) !== null).map(({ kind }) => kind)).toEqual([
    'confirmed',
    'probable',
    'stale',
  ]);
  expect(addressOf(phases.stale)?.text).toBe('192.0.2.7');
  expect(addressOf({ ...phases.stale, previous: null })).toBeNull();
});
