// The only way from the page of a window to the program: calls and events by name, no Electron object.
import { contextBridge, ipcRenderer } from 'electron';
import { bridgeName } from '../shared/transport.ts';
import { callChannel, eventChannel, factsFrom } from '../shared/window-facts.ts';

const { shell, calls, events } = factsFrom(process.argv);

type Listener = (value: unknown) => void;
const listeners = new Map<string, Set<Listener>>();

ipcRenderer.on(eventChannel, (_, event: string, value: unknown) => {
  for (const listener of listeners.get(event) ?? []) listener(value);
});

contextBridge.exposeInMainWorld(bridgeName, {
  shell,
  call(call: string, params: unknown): Promise<unknown> {
    return ipcRenderer.invoke(callChannel, named(calls, call), params);
  },
  on(event: string, listener: Listener): () => void {
    const known = listeners.get(named(events, event)) ?? new Set();
    listeners.set(event, known.add(listener));
    return () => {
      known.delete(listener);
    };
  },
});

/** @throws TypeError for a name that is not on the list */
function named(names: readonly string[], name: string): string {
  if (!names.includes(name)) throw new TypeError(`${JSON.stringify(name)} is nothing that windows are given`);
  return name;
}
