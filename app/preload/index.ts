// The only way from the page of a window to the program: calls and events by name, no Electron object.
import { contextBridge, ipcRenderer } from 'electron';
import { bridgeName } from '../shared/transport.ts';

contextBridge.exposeInMainWorld(bridgeName, {
  call: (call: string, params: unknown) =>
    ipcRenderer.invoke('window.call', call, params) as Promise<unknown>,
});
