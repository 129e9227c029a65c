// The egress machine of one family: what it attaches, when it asks, what makes it doubt.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../../agent/core/consensus.ts';
import { egressStatus } from '../../../../agent/core/egress-status.ts';
import {
  attachable,
  type EgressEffect,
  type EgressEvent,
  type EgressState,
  egressTransition,
  initialEgressState,
} from '../../../../agent/core/egress-state.ts';
import { parsePrefix } from '../../../../protocol/address.ts';
import { address, echoed, reflected, witnessed } from '../../../support/observations.ts';

const start = 1_700_000_000_000;
const witnessOnly = { witness: true, thirdParties: false };

/** Runs events and keeps the effects of the last one. */
function machine(initial = initialEgressState('ipv4', 0, witnessOnly)) {
  let state = initial;
  let effects: readonly EgressEffect[] = [];
  return {
    send: (event: EgressEvent, now: number): EgressState => {
      ({ state, effects } = egressTransition(state, event, now));
      return state;
    },
    see: (observation: Observation): EgressState => {
      ({ state, effects } = egressTransition(state, { kind: 'observation', observation }, observation.at));
      return state;
    },
    fail: (reason: string, at: number): EgressState => {
      const failure = {
        source: 'witness',
        operator: 'edge.contoso.test',
        asked: 'edge.contoso.test',
        reason,
        detail: '',
        at,
        generation: state.generation,
      } as const;
      ({ state, effects } = egressTransition(state, { kind: 'probe-failed', failure }, at));
      return state;
    },
    state: () => state,
    effects: () => effects,
    probe: () => effects.find((e) => e.kind === 'probe'),
  };
}

describe('egress state', () => {
  it('goes from unknown over detecting to confirmed and attaches the token', () => {
    const m = machine();
    expect(m.state().phase.kind).toBe('unknown');
    expect(m.send({ kind: 'probe-started', of: 'witness', generation: 0 }, start).phase.kind).toBe(
      'detecting',
    );
    const answer = witnessed('1.2.3.4', { at: start });
    expect(m.see(answer).phase.kind).toBe('confirmed');
    expect(attachable(m.state(), start)).toBe(answer.token!.jws);
  });

  it('renews a token at 80 % of its life, a tenth of it spread', () => {
    const m = machine();
    m.see(witnessed('1.2.3.4', { at: start }));
    expect(m.probe()).toEqual({ kind: 'probe', of: 'witness', afterMs: 240_000, spread: 0.1 });
    expect(m.effects()).toContainEqual({ kind: 'check', at: start + 300_000 });
  });

  it('attaches nothing from the moment the network changes', () => {
    const m = machine();
    m.see(witnessed('1.2.3.4', { at: start }));
    m.send({ kind: 'network-changed', generation: 1 }, start + 10);
    expect(m.state().phase).toEqual({ kind: 'stale', previous: address('1.2.3.4'), since: start + 10 });
    expect(attachable(m.state(), start + 10)).toBeNull();
    expect(m.effects()).toEqual([
      { kind: 'abort-probes' },
      { kind: 'check', at: null },
      { kind: 'probe', of: 'witness', afterMs: 0, spread: 0 },
    ]);
  });

  it('drops answers and failures of an older generation', () => {
    const m = machine();
    const before = m.send({ kind: 'network-changed', generation: 1 }, start);
    expect(m.see(witnessed('1.2.3.4', { at: start, generation: 0 }))).toBe(before);
    expect(m.send({ kind: 'probe-started', of: 'witness', generation: 0 }, start)).toBe(before);
    expect(m.send({ kind: 'network-changed', generation: 1 }, start)).toBe(before);
    expect(m.effects()).toEqual([]);
  });

  it('attaches nothing on a reflection, a pair of third parties or a lone one', () => {
    for (const answers of [
      [reflected('1.2.3.4', { at: start })],
      [echoed('1.2.3.4', { at: start, operator: 'a' }), echoed('1.2.3.4', { at: start, operator: 'b' })],
      [echoed('1.2.3.4', { at: start, operator: 'a' })],
    ]) {
      const m = machine();
      for (const answer of answers) m.see(answer);
      expect(attachable(m.state(), start)).toBeNull();
    }
  });

  it('doubts when the edge sees another address, asks again once at once, then ever more rarely', () => {
    const m = machine();
    m.see(witnessed('1.2.3.4', { at: start }));
    m.see(reflected('5.6.7.8', { at: start + 1 }));
    expect(m.state().phase).toMatchObject({ kind: 'ambiguous', contradiction: true });
    expect(attachable(m.state(), start + 1)).toBeNull();
    expect(m.probe()).toEqual({ kind: 'probe', of: 'witness', afterMs: 0, spread: 0 });
    m.see(reflected('5.6.7.8', { at: start + 2 }));
    expect(m.probe()).toBeUndefined();
    const waits = [3, 4, 5, 6].map((ms) => {
      m.see(witnessed('1.2.3.4', { at: start + ms }));
      return m.probe()?.afterMs;
    });
    expect(waits).toEqual([250, 500, 1000, 2000]);
  });

  it('settles the doubt when the next answer of the witness agrees with the edge', () => {
    const m = machine();
    m.see(witnessed('1.2.3.4', { at: start }));
    m.see(reflected('5.6.7.8', { at: start + 1 }));
    const answer = witnessed('5.6.7.8', { at: start + 2 });
    expect(m.see(answer).phase).toMatchObject({ kind: 'confirmed', address: address('5.6.7.8') });
    expect(m.state().contradictions).toBe(0);
    expect(attachable(m.state(), start + 2)).toBe(answer.token!.jws);
    expect(m.effects()).toContainEqual({
      kind: 'address-changed',
      change: { from: address('1.2.3.4'), to: address('5.6.7.8'), lastStatedAt: start + 2 },
    });
  });

  it('tells of a changed address over a network change, and not of an equal one', () => {
    const m = machine();
    m.see(witnessed('1.2.3.4', { at: start }));
    m.send({ kind: 'network-changed', generation: 1 }, start + 1);
    m.see(witnessed('1.2.3.4', { at: start + 2, generation: 1 }));
    expect(m.effects().map((e) => e.kind)).not.toContain('address-changed');
    m.send({ kind: 'network-changed', generation: 2 }, start + 3);
    m.see(witnessed('5.6.7.8', { at: start + 4, generation: 2 }));
    // From the network change on it was attached to nothing.
    expect(m.effects()).toContainEqual({
      kind: 'address-changed',
      change: { from: address('1.2.3.4'), to: address('5.6.7.8'), lastStatedAt: start + 3 },
    });
  });

  it('backs off from a quarter second to a minute while probes fail', () => {
    const m = machine();
    const waits = Array.from({ length: 11 }, (_, i) => {
      m.fail('unreachable', start + i);
      return m.probe();
    });
    expect(waits.map((w) => w?.afterMs)).toEqual([
      250, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000,
    ]);
    expect(waits.every((w) => w?.spread === 0.5)).toBe(true);
    m.see(witnessed('1.2.3.4', { at: start + 20 }));
    m.fail('unreachable', start + 21);
    expect(m.probe()?.afterMs).toBe(250);
  });

  it('keeps a token that still holds when a renewal fails, and shows why it failed', () => {
    const m = machine();
    m.see(witnessed('1.2.3.4', { at: start }));
    m.fail('timeout', start + 250_000);
    expect(attachable(m.state(), start + 250_000)).not.toBeNull();
    expect(egressStatus(m.state(), start + 250_000)).toMatchObject({
      state: 'confirmed',
      evidence: [
        { address: '1.2.3.4', error: null },
        { address: null, error: 'timeout' },
      ],
    });
  });

  it('asks at once when the tunnel’s path is lost, and goes on attaching until it knows better', () => {
    const m = machine();
    const answer = witnessed('1.2.3.4', { at: start });
    const before = m.see(answer);
    expect(m.send({ kind: 'path-lost' }, start + 1)).toBe(before);
    expect(m.effects()).toEqual([{ kind: 'probe', of: 'witness', afterMs: 0, spread: 0 }]);
    expect(attachable(m.state(), start + 1)).toBe(answer.token!.jws);
  });

  it('does not hasten a witness that fails, or one that is being waited for, when a path is lost', () => {
    const m = machine();
    m.send({ kind: 'path-lost' }, start);
    expect(m.effects()).toEqual([]);
    m.see(witnessed('1.2.3.4', { at: start }));
    m.fail('unreachable', start + 1);
    m.send({ kind: 'path-lost' }, start + 2);
    expect(m.effects()).toEqual([]);
  });

  it('is stale and asks at once when the last answer ends', () => {
    const m = machine();
    m.see(witnessed('1.2.3.4', { at: start }));
    m.send({ kind: 'expired' }, start + 300_000);
    expect(m.state().phase).toMatchObject({ kind: 'stale', previous: address('1.2.3.4') });
    expect(m.probe()?.afterMs).toBe(0);
    m.send({ kind: 'expired' }, start + 300_001);
    expect(m.probe()).toBeUndefined();
  });

  it('says none when there is no route of the family, until an answer comes', () => {
    const m = machine();
    m.send({ kind: 'probe-started', of: 'witness', generation: 0 }, start);
    expect(m.fail('no-route', start).phase).toEqual({ kind: 'none', since: start });
    expect(m.see(witnessed('1.2.3.4', { at: start + 1 })).phase.kind).toBe('confirmed');
  });

  it('counts an answer in the organisation’s range from the moment the edge names the range', () => {
    const m = machine();
    m.send({ kind: 'probe-started', of: 'witness', generation: 0 }, start);
    expect(m.see(witnessed('127.0.0.7', { at: start })).phase.kind).toBe('unknown');
    expect(egressStatus(m.state(), start).evidence[0]?.error).toBe('not-global');
    m.send({ kind: 'source-ranges', ranges: [parsePrefix('127.0.0.0/8')!] }, start + 1);
    expect(m.state().phase.kind).toBe('confirmed');
    expect(attachable(m.state(), start + 1)).not.toBeNull();
  });

  it('takes the edge’s repeated word as news only from time to time', () => {
    const m = machine();
    const before = m.see(reflected('1.2.3.4', { at: start }));
    expect(m.see(reflected('1.2.3.4', { at: start + 9999 }))).toBe(before);
    expect(m.see(reflected('1.2.3.4', { at: start + 10_000 })).phase).toMatchObject({
      checkedAt: start + 10_000,
    });
  });

  it('ignores an answer of the other family', () => {
    const m = machine();
    expect(m.see(witnessed('2600::1', { at: start })).phase.kind).toBe('unknown');
  });

  it('shows an answer whose life has just ended as stale, before any timer has run', () => {
    const m = machine();
    m.see(witnessed('1.2.3.4', { at: start }));
    expect(egressStatus(m.state(), start + 300_000)).toMatchObject({
      state: 'stale',
      address: '1.2.3.4',
      expiresAt: null,
      evidence: [],
    });
  });
});

describe('whatever happens', () => {
  const ips = ['1.2.3.4', '5.6.7.8', '10.0.0.1', '127.0.0.7'];
  const step = fc.oneof(
    fc.record({ kind: fc.constant('network' as const), up: fc.integer({ min: -1, max: 2 }) }),
    fc.record({ kind: fc.constant('start' as const), behind: fc.nat(2) }),
    fc.record({
      kind: fc.constantFrom('witness' as const, 'reflection' as const, 'echo' as const),
      ip: fc.constantFrom(...ips),
      behind: fc.nat(2),
      lifeMs: fc.integer({ min: 1, max: 300_000 }),
    }),
    fc.record({
      kind: fc.constant('fail' as const),
      behind: fc.nat(2),
      reason: fc.constantFrom('timeout', 'no-route'),
    }),
    fc.record({ kind: fc.constantFrom('expired' as const, 'path-lost' as const) }),
    fc.record({ kind: fc.constant('ranges' as const), on: fc.boolean() }),
  );
  const steps = fc.array(fc.tuple(step, fc.integer({ min: 0, max: 200_000 })), { maxLength: 40 });
  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

  function eventFrom(s: Step, generation: number, at: number): EgressEvent {
    const asked = Math.max(0, generation - ('behind' in s ? s.behind : 0));
    switch (s.kind) {
      case 'network':
        return { kind: 'network-changed', generation: Math.max(0, generation + s.up) };
      case 'start':
        return { kind: 'probe-started', of: 'witness', generation: asked };
      case 'witness':
        return {
          kind: 'observation',
          observation: witnessed(s.ip, { at, generation: asked, lifeMs: s.lifeMs }),
        };
      case 'reflection':
        return { kind: 'observation', observation: reflected(s.ip, { at, generation: asked }) };
      case 'echo':
        return {
          kind: 'observation',
          observation: echoed(s.ip, { at, generation: asked, operator: `echo-${s.lifeMs % 3}` }),
        };
      case 'fail':
        return {
          kind: 'probe-failed',
          failure: {
            source: 'witness',
            operator: 'edge.contoso.test',
            asked: 'edge.contoso.test',
            reason: s.reason,
            detail: '',
            at,
            generation: asked,
          },
        };
      case 'expired':
      case 'path-lost':
        return { kind: s.kind };
      case 'ranges':
        return { kind: 'source-ranges', ranges: s.on ? [parsePrefix('127.0.0.0/8')!] : [] };
    }
  }

  it('attaches only a live token of this generation that no authority contradicts', () => {
    let attached = 0;
    fc.assert(
      fc.property(steps, (history) => {
        let now = start;
        let state = initialEgressState('ipv4', 0, witnessOnly);
        let generation = 0;
        const given = new Map<string, Observation>();
        for (const [s, wait] of history) {
          now += wait;
          const event = eventFrom(s, generation, now);
          if (event.kind === 'network-changed') generation = Math.max(generation, event.generation);
          if (event.kind === 'observation' && event.observation.token !== null) {
            given.set(event.observation.token.jws, event.observation);
          }
          ({ state } = egressTransition(state, event, now));
          for (const moment of [now, now + 100_000, now + 300_000]) {
            const jws = attachable(state, moment);
            if (jws === null) continue;
            attached++;
            const source = given.get(jws)!;
            expect(source.generation).toBe(generation);
            expect(source.token!.expiresAt).toBeGreaterThan(moment);
            expect(source.address.text).not.toBe('10.0.0.1');
            const contradicting = state.observations.filter(
              (o) => o.source === 'reflection' && o.address.text !== source.address.text,
            );
            expect(contradicting.filter((o) => ips.slice(0, 2).includes(o.address.text))).toEqual([]);
          }
        }
      }),
      { numRuns: 2000 },
    );
    expect(attached).toBeGreaterThan(100);
  });

  it('never stops asking: a probe is planned or an answer is waited for', () => {
    fc.assert(
      fc.property(steps, (history) => {
        let now = start;
        let state = egressTransition(
          initialEgressState('ipv4', 0, witnessOnly),
          { kind: 'network-changed', generation: 1 },
          start,
        ).state;
        let planned = true;
        for (const [s, wait] of history) {
          now += wait;
          const event = eventFrom(s, state.generation, now);
          const isAnswer =
            (event.kind === 'observation' && event.observation.source === 'witness') ||
            event.kind === 'probe-failed';
          const before = state;
          const step = egressTransition(state, event, now);
          state = step.state;
          // The answer of the one running probe uses up the plan that started it.
          if (isAnswer && state !== before) planned = false;
          if (step.effects.some((e) => e.kind === 'probe')) planned = true;
          expect(planned).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
