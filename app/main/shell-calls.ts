// What the desktop program does for windows itself: files, clipboard, links, windows, settings.
import { BrowserWindow, clipboard, shell } from 'electron';
import type { WindowDesk } from '../../agent/window-desk.ts';
import type { WindowSettings } from '../../protocol/window.ts';
import { linkAddress } from '../../protocol/window-links.ts';
import type { FlowFollowers } from './flow-followers.ts';
import type { ShellHandlers } from './ipc.ts';
import { createSavedBundles } from './saved-bundle.ts';
import { saveFile } from './saved-file.ts';
import type { Windows } from './windows.ts';

export type ShellCallsSetup = {
  readonly desk: WindowDesk;
  readonly windows: Windows;
  readonly flows: FlowFollowers;
  readonly settings: () => WindowSettings;
  /** @returns all of them after the change */
  readonly changeSettings: (changes: Partial<WindowSettings>) => WindowSettings;
};

export function shellCallHandlers({
  desk,
  windows,
  flows,
  settings,
  changeSettings,
}: ShellCallsSetup): ShellHandlers {
  const bundles = createSavedBundles(desk);
  return {
    'state.get': () => desk.state(),
    'flows.follow'({ on }, sender) {
      flows.follow(sender, on);
      return {};
    },
    'settings.get': settings,
    'settings.set': (changes) => changeSettings(withoutUndefined(changes)),
    'file.save': ({ name, mediaType, text }, sender) =>
      saveFile(BrowserWindow.fromWebContents(sender), {
        ...{ name, kind: kinds[mediaType] },
        content: () => Promise.resolve(Buffer.from(text)),
      }),
    'bundle.save': (params, sender) => bundles.save(BrowserWindow.fromWebContents(sender), params),
    'bundle.show'() {
      bundles.show();
      return {};
    },
    async 'text.copy'({ text }) {
      await clipboard.writeText(text);
      return {};
    },
    async 'link.open'({ link }) {
      await shell.openExternal(linkAddress(link, desk.state()));
      return {};
    },
    'window.open'(view) {
      windows.open(view);
      return {};
    },
    'window.close'(_, sender) {
      windows.close(sender);
      return {};
    },
  };
}

const kinds = {
  'text/csv': { name: 'CSV', extensions: ['csv'] },
  'application/json': { name: 'JSON', extensions: ['json'] },
};

/** A key that is there without a value is none that was given. */
function withoutUndefined<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]: Exclude<T[K], undefined> };
}
