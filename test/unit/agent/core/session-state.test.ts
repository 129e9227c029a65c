import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  blockedRetryMs,
  initialTunnelState,
  nextTunnelState,
  preferredRetryMs,
  type TunnelEffect,
  type TunnelEvent,
  type TunnelFailure,
  type TunnelState,
} from '../../../../agent/core/session-state.ts';

const unreachable: TunnelFailure = { kind: 'unreachable', cause: 'connection refused' };
const refused: TunnelFailure = { kind: 'device-refused', cause: 'not enrolled' };

function run(events: readonly TunnelEvent[], edges = 2, now = 0) {
  let state = initialTunnelState;
  let effects: readonly TunnelEffect[] = [];
  for (const event of events)
    ({ state, effects } = nextTunnelState(state, event, { now, random: 0.5, edges }));
  return { state, effects };
}

describe('failover', () => {
  test('the next edge is tried when one fails, and the preferred one later again', () => {
    const second = run([{ kind: 'start' }, { kind: 'failed', attempt: 1, failure: unreachable }]);
    expect(second.effects).toContainEqual({ kind: 'connect', attempt: { id: 2, edge: 1 } });

    const up = nextTunnelState(
      second.state,
      { kind: 'connected', attempt: 2 },
      { now: 5, random: 0, edges: 2 },
    );
    expect(up.state).toMatchObject({ kind: 'connected', edge: 1, since: 5 });
    expect(up.effects).toContainEqual({ kind: 'wake', afterMs: preferredRetryMs });

    const probing = nextTunnelState(up.state, { kind: 'woken' }, { now: 6, random: 0, edges: 2 });
    expect(probing.effects).toEqual([{ kind: 'connect', attempt: { id: 3, edge: 0 } }]);
    const back = nextTunnelState(
      probing.state,
      { kind: 'connected', attempt: 3 },
      { now: 7, random: 0, edges: 2 },
    );
    expect(back.state).toMatchObject({ kind: 'connected', edge: 0 });
    expect(back.effects[0]).toEqual({ kind: 'adopt', attempt: { id: 3, edge: 0 } });
  });

  test('after a round without success it waits with jitter', () => {
    const { state } = run([
      { kind: 'start' },
      { kind: 'failed', attempt: 1, failure: unreachable },
      { kind: 'failed', attempt: 2, failure: refused },
    ]);
    expect(state).toMatchObject({ kind: 'backing-off', cause: 'connection refused', retryAt: 1000 });
  });

  test('it is blocked only if every edge refused, and tries again by itself', () => {
    const { state, effects } = run([
      { kind: 'start' },
      { kind: 'failed', attempt: 1, failure: refused },
      { kind: 'failed', attempt: 2, failure: { kind: 'edge-untrusted', cause: 'other authority' } },
    ]);
    expect(state).toMatchObject({ kind: 'blocked', reason: 'device-refused', cause: 'not enrolled' });
    expect(effects).toEqual([{ kind: 'wake', afterMs: blockedRetryMs }]);
  });
});

test('a late report of another attempt changes nothing', () => {
  const { state } = run([{ kind: 'start' }, { kind: 'network-changed' }]);
  const late = nextTunnelState(state, { kind: 'connected', attempt: 1 }, { now: 1, random: 0, edges: 2 });
  expect(late).toEqual({ state, effects: [] });
});

describe('a change of the network while connected', () => {
  const at = { now: 9, random: 0, edges: 2 };
  const { state: connected } = run([{ kind: 'start' }, { kind: 'connected', attempt: 1 }]);

  test('another connection is made beside the old one, which must show that it lives', () => {
    const step = nextTunnelState(connected, { kind: 'network-changed' }, at);
    expect(step.state).toMatchObject({ kind: 'connected', edge: 0, probe: { id: 2, edge: 0 } });
    expect(step.effects).toEqual([{ kind: 'examine' }, { kind: 'connect', attempt: { id: 2, edge: 0 } }]);
    const over = nextTunnelState(step.state, { kind: 'connected', attempt: 2 }, at);
    expect(over.effects).toContainEqual({ kind: 'adopt', attempt: { id: 2, edge: 0 } });
  });

  test('an old connection that turns out dead first leaves the attempt under way to take its place', () => {
    const roaming = nextTunnelState(connected, { kind: 'network-changed' }, at).state;
    const lost = nextTunnelState(roaming, { kind: 'lost', failure: unreachable }, at);
    expect(lost).toMatchObject({ state: { kind: 'connecting', attempt: { id: 2, edge: 0 } }, effects: [] });
  });

  test('an attempt that fails leaves the old connection in use', () => {
    const roaming = nextTunnelState(connected, { kind: 'network-changed' }, at).state;
    const failed = nextTunnelState(roaming, { kind: 'failed', attempt: 2, failure: unreachable }, at);
    expect(failed.state).toMatchObject({ kind: 'connected', edge: 0, probe: null });
  });

  test('one change after another: the attempt over the network before is given up', () => {
    const roaming = nextTunnelState(connected, { kind: 'network-changed' }, at).state;
    const again = nextTunnelState(roaming, { kind: 'network-changed' }, at);
    expect(again.effects).toEqual([
      { kind: 'examine' },
      { kind: 'abandon', attempt: { id: 2, edge: 0 } },
      { kind: 'connect', attempt: { id: 3, edge: 0 } },
    ]);
  });
});

test('connections that are lost at once are not repaired at once', () => {
  let { state } = run([{ kind: 'start' }, { kind: 'connected', attempt: 1 }], 1);
  const kinds: string[] = [];
  for (let i = 0; i < 3; i += 1) {
    state = nextTunnelState(
      state,
      { kind: 'lost', failure: unreachable },
      { now: 1, random: 0.9, edges: 1 },
    ).state;
    kinds.push(state.kind);
    if (state.kind !== 'connecting')
      state = nextTunnelState(state, { kind: 'woken' }, { now: 2, random: 0, edges: 1 }).state;
    state = nextTunnelState(
      state,
      { kind: 'connected', attempt: state.attempts },
      { now: 2, random: 0, edges: 1 },
    ).state;
  }
  expect(kinds).toEqual(['connecting', 'backing-off', 'backing-off']);
});

test('in every sequence: at most one attempt under way, and always a way back', () => {
  const failure = fc.constantFrom(unreachable, refused, { kind: 'edge-untrusted', cause: 'x' } as const);
  const event = fc.oneof(
    fc.constantFrom<TunnelEvent>(
      { kind: 'start' },
      { kind: 'stop' },
      { kind: 'stopped' },
      { kind: 'woken' },
      { kind: 'network-changed' },
      { kind: 'retry-now' },
    ),
    fc.record({ kind: fc.constant('lost' as const), failure }),
    fc.record({ kind: fc.constant('connected' as const), attempt: fc.integer({ min: -1, max: 1 }) }),
    fc.record({ kind: fc.constant('failed' as const), attempt: fc.integer({ min: -1, max: 1 }), failure }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (events, edges) => {
      let state: TunnelState = initialTunnelState;
      let running: number | null = null;
      let timer = false;
      events.forEach((raw, i) => {
        // Attempts are named relative to the last one, so that reports are on time, late or impossible.
        const relative = 'attempt' in raw ? { ...raw, attempt: state.attempts + raw.attempt } : raw;
        if (relative.kind === 'woken' && !timer) return;
        if (relative.kind === 'woken') timer = false;
        if ('attempt' in relative && relative.attempt === running) running = null;
        const step = nextTunnelState(state, relative, { now: i * 1000, random: 0.5, edges });
        for (const effect of step.effects) {
          if (effect.kind === 'abandon' && effect.attempt.id === running) running = null;
          if (effect.kind === 'connect') {
            expect(running).toBeNull();
            expect(effect.attempt.edge).toBeLessThan(edges);
            running = effect.attempt.id;
          }
          if (effect.kind === 'wake') timer = effect.afterMs !== null;
        }
        state = step.state;
        const wayBack: Record<TunnelState['kind'], boolean> = {
          idle: true,
          draining: true,
          connected: state.kind === 'connected' && (state.edge === 0 || timer || running !== null),
          connecting: running !== null,
          'backing-off': timer,
          blocked: timer,
        };
        expect(wayBack[state.kind]).toBe(true);
      });
    }),
    { numRuns: 2000 },
  );
});

describe('a stop', () => {
  const idle = { kind: 'idle' };
  const [first, second] = [1, 2].map((n): TunnelEvent => ({
    kind: 'failed',
    attempt: n,
    failure: unreachable,
  }));
  test.each<[string, TunnelEvent[], object, TunnelEffect[]]>([
    ['abandons an attempt', [], idle, [{ kind: 'abandon', attempt: { id: 1, edge: 0 } }]],
    ['ends a wait', [first!, second!], idle, []],
    ['drains a connection', [{ kind: 'connected', attempt: 1 }], { kind: 'draining' }, [{ kind: 'drain' }]],
    [
      'drains a connection and abandons the probe of the preferred edge',
      [first!, { kind: 'connected', attempt: 2 }, { kind: 'woken' }],
      { kind: 'draining' },
      [{ kind: 'abandon', attempt: { id: 3, edge: 0 } }, { kind: 'drain' }],
    ],
  ])('%s', (_, events, state, effects) => {
    const stopped = run([{ kind: 'start' }, ...events, { kind: 'stop' }]);
    expect(stopped.state).toMatchObject(state);
    // Nothing wakes it again.
    expect(stopped.effects).toEqual([{ kind: 'wake', afterMs: null }, ...effects]);
  });

  test('that is done makes a draining tunnel idle, and no other', () => {
    const up: TunnelEvent[] = [{ kind: 'start' }, { kind: 'connected', attempt: 1 }];
    expect(run([...up, { kind: 'stop' }, { kind: 'stopped' }]).state.kind).toBe('idle');
    expect(run([...up, { kind: 'stopped' }]).state.kind).toBe('connected');
  });
});
