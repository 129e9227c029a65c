// What a window knows: the newest of what it was answered and told.
import { expect, test } from 'vitest';
import { connectWindow } from '../../../../app/renderer/window-store.ts';
import type { Transport } from '../../../../app/shared/transport.ts';
import type { WindowState } from '../../../../protocol/window.ts';

const absent = (since: string): WindowState => ({ link: { kind: 'absent', since }, status: null });

function scripted() {
  const listeners = new Map<string, Set<(value: never) => void>>();
  const transport: Transport = {
    shell: { kind: 'browser', version: '1', systemLanguage: 'en' },
    call: (name) =>
      Promise.resolve({ ok: true, result: (name === 'state.get' ? absent('answered') : {}) as never }),
    on(event, listener) {
      const added = listener as (value: never) => void;
      const all = listeners.get(event) ?? new Set();
      listeners.set(event, all.add(added));
      return () => all.delete(added);
    },
  };
  const tell = (state: WindowState) => listeners.get('state')?.forEach((hears) => hears(state as never));
  return { transport, tell, listening: () => [...listeners.values()].map(({ size }) => size) };
}

test('what is told after the answer is newer, and whoever subscribed hears of it', async () => {
  const { transport, tell } = scripted();
  const store = await connectWindow(transport);
  expect(store.known().state).toEqual(absent('answered'));
  let heard = 0;
  const stop = store.subscribe(() => (heard += 1));
  tell(absent('told'));
  stop();
  tell(absent('told again'));
  expect([store.known().state, heard]).toEqual([absent('told again'), 1]);
});

test('a store that is closed leaves no listener behind', async () => {
  const { transport, listening } = scripted();
  const store = await connectWindow(transport);
  expect(listening()).toEqual([1, 1]);
  store.close();
  expect(listening()).toEqual([0, 0]);
});
