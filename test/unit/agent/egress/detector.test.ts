// What the detector asks, when, and what it lets others attach.
import { describe, expect, it } from 'vitest';
import { createEgressDetector, type EgressDetector } from '../../../../agent/egress/detector.ts';
import type { ProbeAnswer, ThirdParty } from '../../../../agent/egress/probe.ts';
import type { WitnessAnswer } from '../../../../agent/egress/witness-probe.ts';
import { manualClock } from '../../../support/manual-clock.ts';
import { address } from '../../../support/observations.ts';

type Question = { readonly signal: AbortSignal; readonly answer: (answer: WitnessAnswer) => Promise<void> };

function laboratory(longestIntervalMs = 300_000) {
  const clock = manualClock();
  const questions: Question[] = [];
  const changes: string[] = [];
  let shown = 0;
  const detector: EgressDetector = createEgressDetector({
    witness: {
      ipv4: {
        operator: 'Contoso',
        asked: 'edge.contoso.test:8443',
        ask: (signal) => {
          const { promise, resolve } = Promise.withResolvers<WitnessAnswer>();
          questions.push({
            signal,
            answer: async (answer) => {
              resolve(answer);
              await new Promise(setImmediate);
            },
          });
          return promise;
        },
      },
      ipv6: null,
    },
    thirdParties: { ipv4: [], ipv6: [] },
    longestIntervalMs,
    clock,
    random: () => 0.5,
    onChange: () => shown++,
    onAddressChanged: ({ from, to }) => changes.push(`${from.text} ${to.text}`),
  });
  const seen = (ip: string): WitnessAnswer => ({
    kind: 'seen',
    address: address(ip),
    token: {
      jws: `token for ${ip} at ${clock.now()}`,
      issuedAt: clock.now(),
      expiresAt: clock.now() + 300_000,
    },
  });
  return { clock, questions, changes, detector, seen, shown: () => shown };
}

const timeout: WitnessAnswer = { kind: 'failed', reason: 'timeout', detail: 'no answer' };

describe('egress detector', () => {
  it('asks at the start and attaches the answer', async () => {
    const { detector, questions, seen, clock } = laboratory();
    expect(questions).toEqual([]);
    detector.start();
    expect(detector.status().ipv4.state).toBe('detecting');
    expect(detector.status().ipv6.state).toBe('unknown');
    await questions[0]!.answer(seen('1.2.3.4'));
    expect(detector.attestations()).toEqual([`token for 1.2.3.4 at ${clock.now()}`]);
    expect(detector.status().ipv4).toMatchObject({ state: 'confirmed', address: '1.2.3.4' });
  });

  it('renews before 80 % of the life has passed, and sooner where the interval says so', async () => {
    for (const [interval, wait] of [
      [300_000, 228_000],
      [120_000, 120_000],
    ] as const) {
      const { detector, questions, seen, clock } = laboratory(interval);
      detector.start();
      await questions[0]!.answer(seen('1.2.3.4'));
      clock.advance(wait - 1);
      expect(questions).toHaveLength(1);
      clock.advance(1);
      expect(questions).toHaveLength(2);
    }
  });

  it('asks once more when the tunnel’s path is lost, and tells of the address that it finds', async () => {
    const { detector, questions, changes, seen, clock } = laboratory();
    detector.start();
    await questions[0]!.answer(seen('1.2.3.4'));
    detector.pathLost();
    clock.advance(0);
    expect(questions).toHaveLength(2);
    detector.pathLost();
    clock.advance(0);
    expect(questions).toHaveLength(2);
    await questions[1]!.answer(seen('5.6.7.8'));
    expect(changes).toEqual(['1.2.3.4 5.6.7.8']);
    expect(detector.attestations()).toEqual([`token for 5.6.7.8 at ${clock.now()}`]);
  });

  it('aborts the running question on a network change, asks again at once and drops the late answer', async () => {
    const { detector, questions, seen, clock } = laboratory();
    detector.start();
    detector.networkChanged(1);
    expect(questions[0]!.signal.aborted).toBe(true);
    clock.advance(0);
    expect(questions).toHaveLength(2);
    await questions[0]!.answer(seen('1.2.3.4'));
    expect(detector.attestations()).toEqual([]);
    await questions[1]!.answer(seen('5.6.7.8'));
    expect(detector.attestations()).toHaveLength(1);
    expect(detector.status().ipv4.address).toBe('5.6.7.8');
  });

  it('tells of a changed address', async () => {
    const { detector, questions, seen, changes, clock } = laboratory();
    detector.start();
    await questions[0]!.answer(seen('1.2.3.4'));
    detector.networkChanged(1);
    clock.advance(0);
    await questions[1]!.answer(seen('5.6.7.8'));
    expect(changes).toEqual(['1.2.3.4 5.6.7.8']);
  });

  it('attaches nothing past the life of a token while renewals fail', async () => {
    const { detector, questions, seen, clock } = laboratory();
    detector.start();
    await questions[0]!.answer(seen('1.2.3.4'));
    for (let minute = 0; minute < 20; minute++) {
      clock.advance(30_000);
      for (const question of questions.slice(1)) await question.answer(timeout);
      const elapsed = (minute + 1) * 30_000;
      expect(detector.attestations()).toHaveLength(elapsed < 300_000 ? 1 : 0);
    }
    expect(detector.status().ipv4).toMatchObject({
      address: null,
      evidence: [{ error: 'timeout: no answer' }],
    });
  });

  it('never has two questions out at once and gives one answer to all who ask', async () => {
    const { detector, questions, seen } = laboratory();
    detector.start();
    const refreshed = Promise.all([detector.refresh(), detector.refresh()]);
    expect(questions).toHaveLength(1);
    await questions[0]!.answer(seen('1.2.3.4'));
    await refreshed;
    void detector.refresh();
    expect(questions).toHaveLength(2);
  });

  it('takes the edge’s reflection as contradiction and asks again', async () => {
    const { detector, questions, seen, clock } = laboratory();
    detector.start();
    await questions[0]!.answer(seen('1.2.3.4'));
    detector.reflected({ address: '5.6.7.8', edge: 'edge.contoso.test', generation: 0 });
    expect(detector.attestations()).toEqual([]);
    expect(detector.status().ipv4.state).toBe('ambiguous');
    clock.advance(0);
    await questions[1]!.answer(seen('5.6.7.8'));
    expect(detector.attestations()).toHaveLength(1);
  });

  it('ignores the reflection of a session made in an older network, and what is no address', async () => {
    const { detector, questions, seen, clock } = laboratory();
    detector.start();
    detector.networkChanged(3);
    clock.advance(0);
    await questions[1]!.answer(seen('1.2.3.4'));
    detector.reflected({ address: '5.6.7.8', edge: 'edge.contoso.test', generation: 2 });
    detector.reflected({ address: 'nowhere', edge: 'edge.contoso.test', generation: 3 });
    expect(detector.attestations()).toHaveLength(1);
  });

  it('leaves no timer and no question behind when stopped', async () => {
    const { detector, questions, seen, clock } = laboratory();
    detector.start();
    await questions[0]!.answer(seen('1.2.3.4'));
    void detector.refresh();
    detector.stop();
    expect(questions[1]!.signal.aborted).toBe(true);
    expect(clock.pending()).toBe(0);
    detector.networkChanged(1);
    await detector.refresh();
    expect(clock.pending()).toBe(0);
    expect(questions).toHaveLength(2);
  });

  it('says so whenever something shown has changed', async () => {
    const { detector, questions, seen, shown } = laboratory();
    detector.start();
    const before = shown();
    await questions[0]!.answer(seen('1.2.3.4'));
    expect(shown()).toBeGreaterThan(before);
  });
});

describe('egress detector with third parties', () => {
  type Asked = {
    readonly who: string;
    readonly signal: AbortSignal;
    readonly answer: (given: ProbeAnswer | WitnessAnswer) => Promise<void>;
  };

  function laboratoryOf(withWitness: boolean) {
    const clock = manualClock();
    const asked: Asked[] = [];
    const question = <T>(who: string, signal: AbortSignal): Promise<T> => {
      const { promise, resolve } = Promise.withResolvers<T>();
      const answer = async (given: ProbeAnswer | WitnessAnswer): Promise<void> => {
        resolve(given as T);
        await new Promise(setImmediate);
      };
      asked.push({ who, signal, answer });
      return promise;
    };
    const party = (source: ThirdParty['source'], operator: string): ThirdParty => {
      return {
        source,
        operator,
        asked: operator,
        overTls: source === 'https',
        ask: (signal) => question(operator, signal),
      };
    };
    const witness = {
      operator: 'Contoso',
      asked: 'edge',
      ask: (signal: AbortSignal) => question<WitnessAnswer>('witness', signal),
    };
    const detector = createEgressDetector({
      witness: { ipv4: withWitness ? witness : null, ipv6: null },
      thirdParties: { ipv4: [party('stun', 'stun.test'), party('https', 'echo.test')], ipv6: [] },
      longestIntervalMs: 120_000,
      clock,
      random: () => 0,
      onChange: () => undefined,
      onAddressChanged: () => undefined,
    });
    const seen = (ip: string) => ({ kind: 'seen', address: address(ip) }) as const;
    const who = () => asked.map((one) => one.who);
    return { clock, asked, who, detector, seen };
  }

  it('asks them all at once where there is no witness, and holds a pair for probable', async () => {
    const { detector, asked, who, seen, clock } = laboratoryOf(false);
    detector.start();
    expect(who()).toEqual(['stun.test', 'echo.test']);
    await asked[0]!.answer(seen('1.2.3.4'));
    expect(detector.status().ipv4.state).toBe('detecting');
    await asked[1]!.answer(seen('1.2.3.4'));
    expect(detector.status().ipv4).toMatchObject({ state: 'probable', address: '1.2.3.4' });
    expect(detector.attestations()).toEqual([]);
    clock.advance(239_999);
    expect(asked).toHaveLength(2);
    clock.advance(1);
    expect(asked).toHaveLength(4);
  });

  it('asks nobody else while the witness answers, and everybody on demand', async () => {
    const { detector, asked, who, seen, clock } = laboratoryOf(true);
    detector.start();
    const token = { jws: 'token', issuedAt: clock.now(), expiresAt: clock.now() + 300_000 };
    await asked[0]!.answer({ ...seen('1.2.3.4'), token });
    clock.advance(100_000);
    expect(who()).toEqual(['witness']);
    let done = false;
    void detector.refresh().then(() => (done = true));
    expect(who()).toEqual(['witness', 'witness', 'stun.test', 'echo.test']);
    for (const one of asked.slice(1, 3)) await one.answer(seen('5.6.7.8'));
    expect(done).toBe(false);
    await asked[3]!.answer({ kind: 'failed', reason: 'timeout', detail: '' });
    expect(done).toBe(true);
    expect(detector.status().ipv4.evidence).toHaveLength(3);
  });

  it('asks them once the witness has failed', async () => {
    const { detector, asked, who, clock } = laboratoryOf(true);
    detector.start();
    await asked[0]!.answer({ kind: 'failed', reason: 'unreachable', detail: '' });
    clock.advance(0);
    expect(who()).toEqual(['witness', 'stun.test', 'echo.test']);
  });

  it('drops what they answer after the network changed, and asks anew', async () => {
    const { detector, asked, seen, clock } = laboratoryOf(false);
    detector.start();
    await asked[0]!.answer(seen('1.2.3.4'));
    detector.networkChanged(1);
    expect(asked[1]!.signal.aborted).toBe(true);
    await asked[1]!.answer(seen('1.2.3.4'));
    expect(detector.status().ipv4.evidence).toEqual([]);
    clock.advance(0);
    expect(asked).toHaveLength(4);
    for (const one of asked.slice(2)) await one.answer(seen('5.6.7.8'));
    expect(detector.status().ipv4).toMatchObject({ state: 'probable', address: '5.6.7.8' });
  });

  it('believes nobody over HTTPS while a portal is seen', async () => {
    const { detector, asked, seen } = laboratoryOf(false);
    detector.setCaptivePortal(true);
    detector.start();
    for (const one of asked) await one.answer(seen('1.2.3.4'));
    expect(detector.status().ipv4).toMatchObject({
      state: 'ambiguous',
      evidence: [{ error: null }, { error: 'captive-portal' }],
    });
  });

  it('leaves no timer and no question behind when stopped', async () => {
    const { detector, asked, clock } = laboratoryOf(false);
    detector.start();
    for (const one of asked) await one.answer({ kind: 'failed', reason: 'timeout', detail: '' });
    expect(clock.pending()).toBe(1);
    void detector.refresh();
    detector.stop();
    expect(asked.slice(2).map((one) => one.signal.aborted)).toEqual([true, true]);
    expect(clock.pending()).toBe(0);
  });
});
