// The flows that a window follows: asked for while somebody looks, each row the same value until it differs.
import { expect, test } from 'vitest';
import { createFlowStore } from '../../../../../../app/renderer/diagnostics/traffic/flow-store.ts';
import type { Transport } from '../../../../../../app/shared/transport.ts';
import type { FlowRecord } from '../../../../../../protocol/flow-record.ts';
import { exampleFlow } from '../../../../../support/example-flow.ts';
import { exampleSeenAs } from '../../../../../support/example-seen-as.ts';

test('follows while somebody looks, and no longer', () => {
  const { store, calls } = rig();
  const stop = store.subscribe(() => undefined);
  const stopOther = store.subscribe(() => undefined);
  stop();
  expect(follows(calls)).toEqual([{ on: true }]);
  stopOther();
  expect(follows(calls)).toEqual([{ on: true }, { on: false }]);
});

test('a flow is shown at once, and with what its destination will see when that is known', async () => {
  const { store, tell } = rig();
  store.subscribe(() => undefined);
  tell([exampleFlow()]);
  expect(store.flows()).toEqual([{ flow: exampleFlow(), seen: null }]);
  await expect.poll(() => store.flows()[0]?.seen).toEqual(exampleSeenAs());
});

test('a flow that does not change stays the same value, and counts alone wait for the next picture', async () => {
  const { store, tell, pass } = rig();
  store.subscribe(() => undefined);
  tell([exampleFlow({ id: 1 }), exampleFlow({ id: 2 })]);
  await expect.poll(() => store.flows()[0]?.seen).not.toBeNull();
  const before = store.flows();
  expect(store.flows()).toBe(before);
  tell([exampleFlow({ id: 2, bytesSent: 9 })]);
  expect(store.flows()).toBe(before);
  pass();
  const after = store.flows();
  expect(after[1]).toBe(before[1]);
  expect(after[0]).not.toBe(before[0]);
});

test('clearing leaves nothing, and what began before does not come back', () => {
  const { store, tell } = rig();
  store.subscribe(() => undefined);
  tell([exampleFlow()]);
  store.clear();
  tell([exampleFlow({ state: 'closed' })]);
  expect(store.flows()).toEqual([]);
});

test('of a page that nobody sees nothing is drawn, and everything at once when it is seen again', () => {
  const { store, tell, see } = rig();
  let pictures = 0;
  store.subscribe(() => (pictures += 1));
  see(false);
  tell([exampleFlow({ id: 1, startedAt: '2026-11-23T09:41:23.000Z' })]);
  tell([exampleFlow({ id: 2 })]);
  expect(store.flows()).toEqual([]);
  expect(pictures).toBe(0);
  see(true);
  expect(store.flows().map(({ flow }) => flow.id)).toEqual([1, 2]);
  expect(pictures).toBe(1);
  see(false);
  see(true);
  expect(pictures).toBe(1);
});

type Call = { readonly call: string; readonly params: unknown };

function follows(calls: readonly Call[]): readonly unknown[] {
  return calls.filter(({ call }) => call === 'flows.follow').map(({ params }) => params);
}

function rig() {
  const calls: Call[] = [];
  const planned: (() => void)[] = [];
  const listeners = new Set<(flows: FlowRecord[]) => void>();
  const lookers = new Set<() => void>();
  let hidden = false;
  const transport = {
    shell: { kind: 'desktop', version: '0', systemLanguage: 'en' },
    call(call: string, params: unknown) {
      calls.push({ call, params });
      if (call === 'seen-as.get') {
        return Promise.resolve({ ok: true, result: { destinations: [exampleSeenAs()] } });
      }
      return Promise.resolve({ ok: false, fault: { code: 'internal', message: 'not asked here' } });
    },
    on(event: string, listener: (value: FlowRecord[]) => void) {
      if (event === 'flows') listeners.add(listener);
      return () => undefined;
    },
  } as unknown as Transport;
  return {
    store: createFlowStore({
      ...{ transport, now: () => new Date('2026-11-24T00:00:00.000Z') },
      later: (run) => planned.push(run),
      page: {
        isHidden: () => hidden,
        onChange(listener) {
          lookers.add(listener);
          return () => lookers.delete(listener);
        },
      },
    }),
    calls,
    /** Lets the time pass that pictures wait for. */
    pass: () => planned.splice(0).forEach((run) => run()),
    see: (seen: boolean) => {
      hidden = !seen;
      lookers.forEach((look) => look());
    },
    tell: (flows: FlowRecord[]) => listeners.forEach((listener) => listener(flows)),
  };
}
