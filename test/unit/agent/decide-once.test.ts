// A flow is decided once: at once where it can be, else when link and view are there or the time is over.
import { expect, test } from 'vitest';
import type { FlowDecision } from '../../../agent/core/flow.ts';
import { createDecideOnce } from '../../../agent/decide-once.ts';
import { parseAuthority } from '../../../protocol/destination.ts';
import { blocked, direct, tunnelled } from '../../support/capture-rig.ts';
import { manualClock } from '../../support/manual-clock.ts';

const waiting: FlowDecision = { ...tunnelled, reason: 'edge-awaited', hardening: 'block' };
const longestWaitMs = 10_000;

function rig(first: FlowDecision) {
  const clock = manualClock();
  const listeners = new Set<() => void>();
  let holds = first;
  const decideOnce = createDecideOnce({
    decide: (_, mayWait) => (holds === waiting && !mayWait ? blocked : holds),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    clock,
    longestWaitMs,
  });
  const become = (next: FlowDecision): void => {
    holds = next;
    for (const listener of [...listeners]) listener();
  };
  return { clock, become, listeners, decided: decideOnce(parseAuthority('login.contoso.test:443')!, null) };
}

test.each([direct, tunnelled, blocked])(
  'a flow that is to go $action is decided at once',
  ({ ...decision }) => {
    const { decided, listeners } = rig(decision);
    expect(decided).toBe(decision);
    expect(listeners.size).toBe(0);
  },
);

test('a flow that awaits the edge is decided when link and view are there, and waits no more', async () => {
  const { clock, become, decided, listeners } = rig(waiting);
  const seen: FlowDecision[] = [];
  void Promise.resolve(decided).then((decision) => seen.push(decision));
  become(waiting);
  await Promise.resolve();
  expect(seen).toEqual([]);
  become(tunnelled);
  expect(await decided).toBe(tunnelled);
  expect([listeners.size, clock.pending()]).toEqual([0, 0]);
});

test('a person who asks for direct meanwhile gets it', async () => {
  const { become, decided } = rig(waiting);
  become(direct);
  expect(await decided).toBe(direct);
});

test('after the longest wait what there is decides', async () => {
  const { clock, decided, listeners } = rig(waiting);
  clock.advance(longestWaitMs);
  expect(await decided).toBe(blocked);
  expect(listeners.size).toBe(0);
});
