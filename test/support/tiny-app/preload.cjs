// The small app's preload script: one function for each message.
const { contextBridge, ipcRenderer } = require('electron');

globalThis.preloadSecret = 'not for the page';

const attempt = (act) => {
  try {
    act();
    return 'nothing thrown';
  } catch (error) {
    return String(error);
  }
};

contextBridge.exposeInMainWorld('tiny', {
  turn: (on) => ipcRenderer.invoke('turn', on),
  do: (name) => ipcRenderer.invoke('do', name),
  echo: (value) => ipcRenderer.invoke('echo', value),
  invoke: (channel) => ipcRenderer.invoke(channel),
  note: (text) => ipcRenderer.send('note', text),
  log: () => ipcRenderer.invoke('log'),
  onState: (listener) => {
    const hear = (_event, state) => listener(state);
    ipcRenderer.on('state', hear);
    return () => ipcRenderer.off('state', hear);
  },
  nested: { when: new Date(86_400_000), names: new Map([['a', new Set([1])]]) },
  call: (callback) => callback(20) + 1,
  callThrows: () => {
    throw new RangeError('out of range');
  },
  refusals: {
    functionInMessage: attempt(() => ipcRenderer.send('note', () => 1)),
    unknownMember: attempt(() => ipcRenderer.sendSync('note')),
    nodeModule: attempt(() => require('node:fs')),
    secondExposure: attempt(() => contextBridge.exposeInMainWorld('document', {})),
  },
});
