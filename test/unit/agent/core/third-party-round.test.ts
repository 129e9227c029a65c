// When third parties are asked and when not, and what their word is worth: the machine with their sources enabled.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../../agent/core/consensus.ts';
import {
  attachable,
  type EgressEffect,
  type EgressEvent,
  type EgressSources,
  type EgressState,
  egressTransition,
  initialEgressState,
} from '../../../../agent/core/egress-state.ts';
import { egressStatus } from '../../../../agent/core/egress-status.ts';
import { address, echoed, reflected, witnessed } from '../../../support/observations.ts';

const start = 1_700_000_000_000;
const bothSources = { witness: true, thirdParties: true };
const thirdPartiesOnly = { witness: false, thirdParties: true };
const of = 'third-parties';

function machine(sources: EgressSources) {
  let state = initialEgressState('ipv4', 0, sources);
  let effects: readonly EgressEffect[] = [];
  const send = (event: EgressEvent, now = start): EgressState => {
    ({ state, effects } = egressTransition(state, event, now));
    return state;
  };
  return {
    send,
    see: (observation: Observation) => send({ kind: 'observation', observation }, observation.at),
    fail: (source: 'witness' | 'stun' | 'https', reason: string, at = start) =>
      send(
        {
          kind: 'probe-failed',
          failure: {
            source,
            operator: `${source}.test`,
            asked: source,
            reason,
            detail: '',
            at,
            generation: 0,
          },
        },
        at,
      ),
    ask: (at = start) => send({ kind: 'probe-started', of, generation: state.generation }, at),
    end: (at = start) => send({ kind: 'round-ended', generation: state.generation }, at),
    state: () => state,
    effects: () => effects,
    /** The planned round, if the last event planned one. */
    round: () => effects.find((e) => e.kind === 'probe' && e.of === of),
    kinds: () => effects.map((e) => (e.kind === 'probe' ? `probe ${e.of}` : e.kind)),
  };
}

const echo = (ip: string, operator: string, at = start) => echoed(ip, { at, operator });
const stun = (ip: string, operator: string, at = start): Observation => ({
  ...echoed(ip, { at, operator }),
  source: 'stun',
  overTls: false,
});

describe('with a witness', () => {
  it('third parties are asked once the witness has failed, not before, and no longer once it has answered', () => {
    const m = machine(bothSources);
    m.send({ kind: 'probe-started', of: 'witness', generation: 0 });
    expect(m.kinds()).toEqual([]);
    m.fail('witness', 'timeout');
    expect(m.round()).toEqual({ kind: 'probe', of, afterMs: 0, spread: 0 });
    m.fail('witness', 'timeout', start + 250);
    // One round is planned; a second failure plans no second one.
    expect(m.round()).toBeUndefined();
    m.see(witnessed('1.2.3.4', { at: start + 500 }));
    expect(m.kinds()).toContain('forget-probe');
    expect(m.state().round.kind).toBe('resting');
  });

  it('they are asked where the witness sees an address that may not count', () => {
    const m = machine(bothSources);
    m.see(witnessed('10.0.0.7', { at: start }));
    expect(m.round()?.kind).toBe('probe');
  });

  it('they are asked where witness and edge differ, and decide nothing', () => {
    const m = machine(bothSources);
    m.see(witnessed('1.2.3.4', { at: start }));
    expect(m.round()).toBeUndefined();
    m.see(reflected('5.6.7.8', { at: start }));
    expect(m.round()?.kind).toBe('probe');
    m.ask();
    m.see(echo('1.2.3.4', 'a.test'));
    m.see(echo('1.2.3.4', 'b.test'));
    expect(m.end().phase).toMatchObject({ kind: 'ambiguous', contradiction: true });
  });

  it('a network change drops the planned round and waits for the witness again', () => {
    const m = machine(bothSources);
    m.fail('witness', 'timeout');
    m.send({ kind: 'network-changed', generation: 1 });
    expect(m.kinds()).toEqual(['abort-probes', 'check', 'probe witness']);
    expect(m.state().round).toEqual({ kind: 'resting', fruitless: 0 });
  });

  it('an answer of third parties changes nothing of the witness’s own schedule', () => {
    const m = machine(bothSources);
    m.fail('witness', 'timeout');
    m.fail('witness', 'timeout');
    m.ask();
    m.see(echo('1.2.3.4', 'a.test'));
    expect(m.kinds()).not.toContain('probe witness');
    expect(m.state().failedProbes).toBe(2);
  });
});

describe('without a witness', () => {
  it('they are asked at once after a network change, and again at 80 % of a pair’s life', () => {
    const m = machine(thirdPartiesOnly);
    m.send({ kind: 'network-changed', generation: 1 });
    expect(m.kinds()).toEqual(['abort-probes', 'check', 'probe third-parties']);
    expect(m.ask().phase.kind).toBe('detecting');
    m.see({ ...stun('1.2.3.4', 'a.test'), generation: 1 });
    expect(m.state().phase.kind).toBe('detecting');
    m.see({ ...echo('1.2.3.4', 'b.test'), generation: 1 });
    expect(m.end().phase).toMatchObject({ kind: 'probable', address: address('1.2.3.4') });
    expect(m.round()).toEqual({ kind: 'probe', of, afterMs: 240_000, spread: 0.1 });
    expect(attachable(m.state(), start)).toBeNull();
  });

  it('a lone answer is ambiguous at the end of the round, and asked about ever more rarely', () => {
    const m = machine(thirdPartiesOnly);
    const waits = Array.from({ length: 6 }, (_, i) => {
      m.ask(start + i);
      m.see(echo('1.2.3.4', 'a.test', start + i));
      m.fail('stun', 'timeout', start + i);
      expect(m.end(start + i).phase).toMatchObject({ kind: 'ambiguous', contradiction: false });
      const planned = m.round();
      return planned?.kind === 'probe' ? planned.afterMs : null;
    });
    expect(waits).toEqual([4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('the edge’s reflection settles it: the planned round is dropped', () => {
    const m = machine(thirdPartiesOnly);
    m.ask();
    m.end();
    m.see(reflected('1.2.3.4', { at: start }));
    expect(m.kinds()).toContain('forget-probe');
    m.send({ kind: 'expired' }, start + 300_000);
    expect(m.round()).toMatchObject({ afterMs: 0 });
  });

  it('a round that somebody asked for while all is settled plans no other', () => {
    const m = machine(thirdPartiesOnly);
    m.see(reflected('1.2.3.4', { at: start }));
    m.ask();
    m.see(echo('5.6.7.8', 'a.test'));
    expect(m.end().phase.kind).toBe('confirmed');
    expect(m.round()).toBeUndefined();
    expect(egressStatus(m.state(), start).evidence).toHaveLength(2);
  });

  it('a network without the family is none', () => {
    const m = machine(thirdPartiesOnly);
    m.ask();
    m.fail('stun', 'no-route');
    expect(m.state().phase.kind).toBe('none');
  });

  it('two answers of one operator stand beside each other and are one voice', () => {
    const m = machine(thirdPartiesOnly);
    m.ask();
    m.see({ ...echo('1.2.3.4', 'a.test'), asked: 'one.a.test' });
    m.see({ ...echo('1.2.3.4', 'a.test'), asked: 'two.a.test' });
    expect(m.end().phase.kind).toBe('ambiguous');
    expect(egressStatus(m.state(), start).evidence.map(({ asked }) => asked)).toEqual([
      'one.a.test',
      'two.a.test',
    ]);
  });

  it('an answer that failed to come leaves the former one in force until its life ends', () => {
    const m = machine(thirdPartiesOnly);
    m.ask();
    m.see(stun('1.2.3.4', 'stun.test'));
    m.see(echo('1.2.3.4', 'b.test'));
    m.end();
    m.ask(start + 240_000);
    m.fail('stun', 'timeout', start + 240_000);
    expect(m.end(start + 240_000).phase.kind).toBe('probable');
    expect(m.send({ kind: 'expired' }, start + 300_000).phase.kind).toBe('stale');
  });
});

describe('while a portal answers for others', () => {
  it('what came over HTTPS does not count, be it before or after the portal was seen', () => {
    const m = machine(thirdPartiesOnly);
    m.ask();
    m.see(echo('1.2.3.4', 'a.test'));
    m.see(stun('1.2.3.4', 'b.test'));
    m.end();
    expect(m.state().phase.kind).toBe('probable');
    m.send({ kind: 'captive-portal', seen: true });
    expect(m.state().phase.kind).toBe('ambiguous');
    m.ask();
    m.see(echo('1.2.3.4', 'a.test'));
    m.end();
    const { state, evidence } = egressStatus(m.state(), start);
    expect(state).toBe('ambiguous');
    expect(evidence.map(({ source, error }) => [source, error])).toEqual([
      ['stun', null],
      ['https', 'captive-portal'],
    ]);
  });

  it('a signed answer counts, and what was asked before the portal went is asked again at once', () => {
    const m = machine(bothSources);
    m.fail('witness', 'untrusted');
    m.ask();
    m.send({ kind: 'captive-portal', seen: true });
    m.see(echo('1.2.3.4', 'a.test'));
    m.end();
    expect(m.state().round.kind).toBe('planned');
    m.send({ kind: 'captive-portal', seen: false });
    expect(m.round()).toMatchObject({ afterMs: 0 });
    m.send({ kind: 'captive-portal', seen: true });
    expect(m.see(witnessed('1.2.3.4', { at: start })).phase.kind).toBe('confirmed');
  });

  it('a round that is out when the portal goes is waited for, not asked twice', () => {
    const m = machine(thirdPartiesOnly);
    m.send({ kind: 'captive-portal', seen: true });
    m.ask();
    m.send({ kind: 'captive-portal', seen: false });
    expect(m.round()).toBeUndefined();
    m.end();
    expect(m.round()).toMatchObject({ afterMs: 4000 });
  });
});

describe('whatever happens', () => {
  const event = fc.oneof(
    fc.record({ kind: fc.constant('network' as const) }),
    fc.record({
      kind: fc.constant('witness' as const),
      ip: fc.constantFrom('1.2.3.4', '5.6.7.8', '10.0.0.1'),
    }),
    fc.record({ kind: fc.constant('reflection' as const), ip: fc.constantFrom('1.2.3.4', '5.6.7.8') }),
    fc.record({
      kind: fc.constant('echo' as const),
      ip: fc.constantFrom('1.2.3.4', '5.6.7.8'),
      by: fc.nat(2),
    }),
    fc.record({ kind: fc.constant('witness-failed' as const) }),
    fc.record({ kind: fc.constant('round' as const) }),
    fc.record({ kind: fc.constant('portal' as const), seen: fc.boolean() }),
    fc.record({ kind: fc.constant('expired' as const) }),
  );
  const history = fc.array(fc.tuple(event, fc.integer({ min: 0, max: 200_000 })), { maxLength: 40 });
  type Happening = typeof event extends fc.Arbitrary<infer T> ? T : never;

  function eventsFrom(one: Happening, generation: number, at: number): readonly EgressEvent[] {
    switch (one.kind) {
      case 'network':
        return [{ kind: 'network-changed', generation: generation + 1 }];
      case 'witness':
        return [{ kind: 'observation', observation: witnessed(one.ip, { at, generation }) }];
      case 'reflection':
        return [{ kind: 'observation', observation: reflected(one.ip, { at, generation }) }];
      case 'echo':
        return [
          {
            kind: 'observation',
            observation: echoed(one.ip, { at, generation, operator: `${one.by}.test` }),
          },
        ];
      case 'witness-failed': {
        const voice = { source: 'witness', operator: 'Contoso', asked: 'edge', at, generation } as const;
        return [{ kind: 'probe-failed', failure: { ...voice, reason: 'timeout', detail: '' } }];
      }
      case 'round':
        return [
          { kind: 'probe-started', of, generation },
          { kind: 'round-ended', generation },
        ];
      case 'portal':
        return [{ kind: 'captive-portal', seen: one.seen }];
      case 'expired':
        return [{ kind: 'expired' }];
    }
  }

  const seeded = { seed: 34, numRuns: 1500 };

  it('a round is planned exactly where it is wanted, and nobody is asked who is not enabled', () => {
    const enabled = fc.record({ witness: fc.boolean(), thirdParties: fc.boolean() });
    fc.assert(
      fc.property(enabled, history, (sources, happenings) => {
        const initial = initialEgressState('ipv4', 0, sources);
        let state = initial;
        let now = start;
        let timer = false;
        for (const [one, wait] of happenings) {
          now += wait;
          for (const happened of eventsFrom(one, state.generation, now)) {
            // The shell's timer is gone once the round runs.
            if (happened.kind === 'probe-started') timer = false;
            const step = egressTransition(state, happened, now);
            state = step.state;
            for (const effect of step.effects) {
              if (effect.kind === 'abort-probes') timer = false;
              if (effect.kind === 'forget-probe') timer = false;
              if (effect.kind !== 'probe') continue;
              expect(effect.of === 'witness' ? sources.witness : sources.thirdParties).toBe(true);
              if (effect.of === of) timer = true;
            }
          }
          expect(state.round.kind).toBe(timer ? 'planned' : 'resting');
          const spoken = [...state.observations, ...state.failures].some((o) => o.source === 'witness');
          const unsettled = state.phase.kind !== 'confirmed' && (!sources.witness || spoken);
          // An event that changes nothing plans nothing either; the start itself is the shell's.
          if (state !== initial) expect(timer).toBe(sources.thirdParties && unsettled);
        }
      }),
      seeded,
    );
  });

  it('the word of third parties is never attached', () => {
    fc.assert(
      fc.property(history, (happenings) => {
        let state = initialEgressState('ipv4', 0, thirdPartiesOnly);
        let now = start;
        for (const [one, wait] of happenings) {
          now += wait;
          if (one.kind === 'witness') continue;
          for (const happened of eventsFrom(one, state.generation, now)) {
            ({ state } = egressTransition(state, happened, now));
          }
          expect(attachable(state, now)).toBeNull();
        }
      }),
      seeded,
    );
  });
});
