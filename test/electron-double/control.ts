// Answers tests about the program under test, and does to it what a person or the operating system would.
import type { EventEmitter } from 'node:events';
import { app } from './app.ts';
import { BrowserWindow } from './browser-window.ts';
import type {
  ControlCommands,
  ControlReply,
  ControlRequest,
  EventSource,
  WindowState,
} from './control-protocol.ts';
import { desktop } from './desktop.ts';
import { answerDialog } from './dialog.ts';
import { createEvent } from './event.ts';
import { Menu, menuEntries } from './menu.ts';
import { setSystemTheme } from './native-theme.ts';
import { Notification, notificationService } from './notification.ts';
import { powerMonitor } from './power-monitor.ts';
import { record } from './record.ts';
import { screen } from './screen.ts';
import { askPermission } from './session.ts';
import { Tray, shownTrays } from './tray.ts';
import { WebContents } from './web-contents.ts';

type Served = {
  [Name in keyof ControlCommands]: (
    ...args: Parameters<ControlCommands[Name]>
  ) => ReturnType<ControlCommands[Name]> | Promise<ReturnType<ControlCommands[Name]>>;
};

const commands: Served = {
  async endpoint() {
    await app.whenReady();
    return (await desktop.chromium()).endpoint;
  },
  record: () => record,
  trays: () => shownTrays().map(Tray.internals.state),
  windows: () => Promise.all(desktop.windows.map(windowState)),
  applicationMenu: () => menuEntries(Menu.getApplicationMenu()),
  notifications: () => Notification.internals.all(),
  clickTray: () =>
    void theTray().emit('click', createEvent(), { x: 0, y: 0, width: 0, height: 0 }, { x: 0, y: 0 }),
  clickTrayItem: (id) => Tray.internals.clickItem(theTray(), id),
  clickMenuItem(id) {
    const item = Menu.getApplicationMenu()?.getMenuItemById(id);
    if (item === undefined || item === null) throw new Error(`the application menu has no item ${id}`);
    item.click();
  },
  clickNotification: (index) => Notification.internals.click(index),
  failNotifications(why) {
    notificationService.failure = why;
  },
  answerDialog,
  setSystemTheme,
  closeWindow: (id) => windowOf(id).close(),
  crashRenderer: (id) => WebContents.internals.crash(windowOf(id).webContents),
  askPermission,
  raise(source, name, ...args) {
    const event = createEvent();
    sourceOf(source).emit(name, event, ...args);
    return { prevented: event.defaultPrevented };
  },
  quit: () => app.quit(),
};

/** Serves the process that started this one, if it opened a channel, and ends with it. */
export function serveControl(): void {
  if (process.send === undefined) return;
  process.on('message', (message) => {
    const { id, command, args } = message as ControlRequest;
    const act = commands[command] as (...all: readonly unknown[]) => unknown;
    void Promise.resolve()
      .then(() => act(...args))
      .then(
        (value): ControlReply => ({ id, value }),
        (error: unknown): ControlReply => ({
          id,
          error: error instanceof Error ? error.message : String(error),
        }),
      )
      .then((reply) => process.send?.(reply));
  });
  process.on('disconnect', () => process.exit(1));
}

async function windowState(window: BrowserWindow): Promise<WindowState> {
  const { targetId } = await BrowserWindow.internals.page(window);
  return {
    id: window.id,
    targetId,
    url: window.webContents.getURL(),
    title: window.getTitle(),
    visible: window.isVisible(),
    focused: window.isFocused(),
    minimized: window.isMinimized(),
    maximized: window.isMaximized(),
    bounds: window.getBounds(),
    webPreferences: { ...BrowserWindow.internals.preferences(window) },
  };
}

function windowOf(id: number): BrowserWindow {
  const window = BrowserWindow.fromId(id);
  if (window === null) throw new Error(`there is no window ${id}`);
  return window;
}

function theTray(): Tray {
  const [tray] = shownTrays();
  if (tray === undefined) throw new Error('there is no tray icon');
  return tray;
}

function sourceOf(source: EventSource): EventEmitter {
  if (typeof source === 'object') {
    return 'window' in source ? windowOf(source.window) : windowOf(source.webContents).webContents;
  }
  switch (source) {
    case 'app':
      return app;
    case 'powerMonitor':
      return powerMonitor;
    case 'screen':
      return screen;
    case 'tray':
      return theTray();
  }
}
