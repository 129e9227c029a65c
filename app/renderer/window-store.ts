// What a window knows: the newest state and settings, kept outside of React so that every view shows the same.
import type { CallAnswer, Transport } from '../shared/transport.ts';
import type { WindowCall, WindowCallResult, WindowSettings, WindowState } from '../../protocol/window.ts';

export type Known = { readonly state: WindowState; readonly settings: WindowSettings };

export type WindowStore = {
  readonly transport: Transport;
  readonly known: () => Known;
  /** Calls `listener` after each change, until the returned function is called. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Hears nothing any more. */
  readonly close: () => void;
};

/** Resolves when state and settings are known. */
export async function connectWindow(transport: Transport): Promise<WindowStore> {
  const listeners = new Set<() => void>();
  // In the order in which answers and events arrive: each is newer than what came before it.
  let known: Partial<Known> = {};
  const learn = (news: Partial<Known>): void => {
    known = { ...known, ...news };
    for (const listener of listeners) listener();
  };
  const heard = [
    transport.on('state', (state) => learn({ state })),
    transport.on('settings', (settings) => learn({ settings })),
  ];
  await Promise.all([
    transport.call('state.get', {}).then((answer) => learn({ state: resultOf(answer) })),
    transport.call('settings.get', {}).then((answer) => learn({ settings: resultOf(answer) })),
  ]);
  return {
    transport,
    known: () => known as Known,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      for (const stop of heard) stop();
    },
  };
}

function resultOf<C extends WindowCall>(answer: CallAnswer<C>): WindowCallResult<C> {
  if (!answer.ok) throw new Error(answer.fault.message);
  return answer.result;
}
