// Puts the application menu in place, and does what its items and the tray's say.
import { app, dialog, Menu, type MenuItemConstructorOptions, shell } from 'electron';
import type { WindowDesk } from '../../agent/window-desk.ts';
import type { Language } from '../../protocol/language.ts';
import { linkAddress } from '../../protocol/window-links.ts';
import { type ApplicationItem, type ApplicationItemId, applicationMenu } from '../shared/application-menu.ts';
import { trayAction } from '../shared/tray-action.ts';
import type { TrayItemId } from '../shared/tray-model.ts';
import { showFault } from './fault-box.ts';
import type { Windows } from './windows.ts';

export type MenusSetup = {
  readonly desk: WindowDesk;
  readonly windows: Windows;
  readonly language: () => Language;
  /** What was chosen is done, or could not be. */
  readonly settled: () => void;
};

export type Menus = {
  /** In the person's language of the moment. */
  readonly showApplicationMenu: () => void;
  readonly chooseInTray: (id: TrayItemId) => void;
};

export function createMenus({ desk, windows, language, settled }: MenusSetup): Menus {
  async function chooseInTray(id: TrayItemId): Promise<void> {
    const action = trayAction(id, desk.state());
    switch (action?.kind) {
      case 'calls':
        for (const { call, params } of action.calls) await desk.call(call, params);
        return;
      case 'open':
        windows.open(action.window);
        return;
      case 'about':
        await showAbout();
        return;
      case 'quit':
        app.quit();
        return;
      case undefined:
        return;
    }
  }
  async function chooseInMenu(id: ApplicationItemId): Promise<void> {
    switch (id) {
      case 'about':
        return showAbout();
      case 'settings':
        windows.open({ view: 'settings' });
        return;
      case 'documentation':
        return shell.openExternal(linkAddress('documentation', desk.state()));
      case 'quit':
        app.quit();
    }
  }
  return {
    showApplicationMenu() {
      const template = applicationMenu(process.platform, language()).map(({ label, items }) => ({
        label,
        submenu: items.map((item) => menuItem(item, (id) => void chooseInMenu(id).catch(showFault))),
      }));
      Menu.setApplicationMenu(Menu.buildFromTemplate(template));
    },
    chooseInTray(id) {
      // The desktop has turned a check mark by itself: what is true is drawn afterwards, whatever came of it.
      void chooseInTray(id).catch(showFault).finally(settled);
    },
  };
}

function menuItem(
  item: ApplicationItem,
  choose: (id: ApplicationItemId) => void,
): MenuItemConstructorOptions {
  return 'id' in item ? { ...item, click: () => choose(item.id) } : { ...item };
}

async function showAbout(): Promise<void> {
  await dialog.showMessageBox({
    type: 'info',
    title: 'OpenGSA',
    message: `OpenGSA ${app.getVersion()}`,
    detail: `Electron ${process.versions.electron}`,
  });
}
