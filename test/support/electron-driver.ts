// Drives the app under a real Electron, where its binary is: the same tests, the real thing.
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { BrowserWindow } from 'electron';
import { type ElectronApplication, type JSHandle, type Page, _electron } from 'playwright-core';
import type { AppDriver, DialogAnswer, LaunchOptions, MenuEntry, ShownNotification } from './app-driver.ts';
import { appears } from './appears.ts';
import { type ProgramGroup } from './processes.ts';

const observer = join(import.meta.dirname, 'electron-observer.cjs');
const packaged = join(import.meta.dirname, '../../node_modules/electron/dist');

/** What the observer keeps in the app's main process. */
type Observed = {
  readonly trays: readonly {
    readonly tray: { emit: (event: string) => void };
    readonly icon: string | null;
    readonly tooltip: string;
    readonly title: string;
    readonly menu: { getMenuItemById: (id: string) => { click: () => void } | null } | null;
  }[];
  readonly notifications: readonly (ShownNotification & { emit: (event: string) => void })[];
  readonly openedLinks: readonly string[];
  readonly entries: (menu: unknown) => readonly MenuEntry[];
  readonly answerDialog: (answer: DialogAnswer) => void;
};
declare const electronObserved: Observed;

/** Why no real Electron can be run here, or null. */
export function electronObstacle(): string | null {
  const program = electronProgram();
  try {
    accessSync(program, constants.X_OK);
  } catch {
    return `no Electron at ${program}`;
  }
  if (
    process.platform === 'linux' &&
    process.env.DISPLAY === undefined &&
    process.env.WAYLAND_DISPLAY === undefined
  ) {
    return 'no display for Electron';
  }
  return null;
}

function electronProgram(): string {
  return join(process.env.ELECTRON_OVERRIDE_DIST_PATH ?? packaged, 'electron');
}

/** Starts the app; `quit` ends it. */
export async function launchElectron(
  group: ProgramGroup,
  { main, args = [], env = {} }: LaunchOptions,
): Promise<AppDriver> {
  const environment: Record<string, string> = {
    PATH: process.env.PATH ?? '',
    DISPLAY: process.env.DISPLAY ?? '',
    WAYLAND_DISPLAY: process.env.WAYLAND_DISPLAY ?? '',
    HOME: group.folder,
    XDG_CONFIG_HOME: join(group.folder, 'config'),
    XDG_RUNTIME_DIR: process.env.XDG_RUNTIME_DIR ?? group.folder,
    TMPDIR: group.folder,
    ...env,
  };
  const electron = await _electron.launch({
    executablePath: electronProgram(),
    args: ['-r', observer, main, ...args],
    env: environment,
  });
  const page = (name: string): Promise<Page> =>
    appears(`a window ${name}`, async () => {
      for (const each of electron.windows()) {
        if (each.url().includes(name) || (await each.title()).includes(name)) return each;
      }
      return undefined;
    });
  return {
    tray: {
      state: () =>
        appears('a tray icon', () =>
          electron.evaluate(() => {
            const [first] = electronObserved.trays;
            if (first === undefined) return undefined;
            const { icon, tooltip, title, menu } = first;
            return { icon, tooltip, title, menu: electronObserved.entries(menu) };
          }),
        ),
      click: () => electron.evaluate(() => electronObserved.trays[0]?.tray.emit('click')),
    },
    menu: {
      click: (id) =>
        electron.evaluate((_, wanted) => {
          const item = electronObserved.trays[0]?.menu?.getMenuItemById(wanted);
          if (item === undefined || item === null) throw new Error(`the tray menu has no item ${wanted}`);
          item.click();
        }, id),
      application: () => electron.evaluate(({ Menu }) => electronObserved.entries(Menu.getApplicationMenu())),
    },
    async window(name) {
      const found = await page(name);
      await found.waitForLoadState();
      return found;
    },
    windows: () => windowStates(electron),
    closeWindow: async (name) => withWindow(electron, await page(name), 'close'),
    notifications: {
      list: () =>
        electron.evaluate(() =>
          electronObserved.notifications.map(({ title, body, silent, urgency }) => ({
            title,
            body,
            silent,
            urgency,
          })),
        ),
      click: (index) =>
        electron.evaluate((_, at) => electronObserved.notifications[at]?.emit('click'), index),
    },
    openedLinks: () => electron.evaluate(() => electronObserved.openedLinks),
    dialogs: {
      reply: (answer) => electron.evaluate((_, given) => electronObserved.answerDialog(given), answer),
    },
    theme: (dark) =>
      electron.evaluate(({ nativeTheme }, on) => {
        nativeTheme.themeSource = on ? 'dark' : 'light';
      }, dark),
    async secondInstance(argv) {
      const { code } = await group.run(electronProgram(), [main, ...argv], { env: environment });
      return code;
    },
    crashRenderer: async (name) => withWindow(electron, await page(name), 'crash'),
    raise: (source, event, ...rest) =>
      electron.evaluate(
        (modules, [from, name, given]) => {
          let prevented = false;
          const raised = { preventDefault: () => (prevented = true) };
          (modules[from] as NodeJS.EventEmitter).emit(name, raised, ...given);
          return { prevented };
        },
        [source, event, rest] as const,
      ),
    async quit() {
      const child = electron.process();
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      await electron.evaluate(({ app }) => app.quit());
      return ended;
    },
  };
}

function windowStates(electron: ElectronApplication): ReturnType<AppDriver['windows']> {
  return electron.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows().map((window) => ({
      id: window.id,
      url: window.webContents.getURL(),
      title: window.getTitle(),
      visible: window.isVisible(),
      focused: window.isFocused(),
      minimized: window.isMinimized(),
      maximized: window.isMaximized(),
      bounds: window.getBounds(),
    })),
  );
}

async function withWindow(electron: ElectronApplication, page: Page, act: 'close' | 'crash'): Promise<void> {
  const window = (await electron.browserWindow(page)) as JSHandle<BrowserWindow>;
  await window.evaluate((each, what) => {
    if (what === 'close') each.close();
    else each.webContents.forcefullyCrashRenderer();
  }, act);
}
