// A small app that uses every part of Electron that the test double offers: what the double itself is tested with.
import { join } from 'node:path';
import {
  BrowserWindow,
  Menu,
  Notification,
  Tray,
  app,
  clipboard,
  dialog,
  ipcMain,
  nativeTheme,
  powerMonitor,
  protocol,
  screen,
  session,
  shell,
} from 'electron';
import Store from 'electron-store';
import { page, script } from './page.ts';

app.enableSandbox();
protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }]);

const icons = process.argv.at(-1) ?? '';
const icon = (name: string): string => join(icons, `${name}.png`);
const log: string[] = [];
let tray: Tray | undefined;
let on = false;
let quitting = false;
let pageKeeper = '';

if (!app.requestSingleInstanceLock()) app.exit(3);
app.on('second-instance', (_event, argv) => log.push(`second-instance ${argv.at(-1) ?? ''}`));
app.on('activate', () => log.push('activate'));
app.on('window-all-closed', () => log.push('window-all-closed'));
app.on('before-quit', () => (quitting = true));
app.on('will-quit', () => process.stdout.write('will-quit\n'));
app.on('quit', () => process.stdout.write('quit\n'));
app.on('render-process-gone', (_event, contents, { reason }) => {
  log.push(`render-process-gone ${reason} ${contents.getURL()}`);
  contents.reload();
});
app.on('web-contents-created', (_event, contents) => {
  contents.on('will-navigate', (event, url) => {
    log.push(`will-navigate ${url}`);
    event.preventDefault();
  });
  contents.on('will-redirect', (event, url) => {
    log.push(`will-redirect ${url}`);
    event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    log.push(`window-open ${url}`);
    if (url === 'https://docs.contoso.test/') void shell.openExternal(url);
    return { action: 'deny' };
  });
});
void app.whenReady().then(start);

function start(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.defaultSession.setPermissionCheckHandler(() => false);
  session.defaultSession.webRequest.onBeforeRequest(({ url }, callback) =>
    callback({ cancel: !url.startsWith('app://bundle/') }),
  );
  protocol.handle('app', serve);
  powerMonitor.on('resume', () => log.push('resume'));
  nativeTheme.on('updated', () => log.push(`theme ${nativeTheme.shouldUseDarkColors ? 'dark' : 'light'}`));
  tray = new Tray(icon('off'));
  tray.on('click', () => open('status'));
  paint();
  serveIpc();
}

function serve(request: Request): Response {
  const { host, pathname } = new URL(request.url);
  if (host !== 'bundle') return new Response(null, { status: 404 });
  if (pathname === '/away')
    return new Response(null, { status: 302, headers: { location: 'https://away.contoso.test/' } });
  const [type, text] = pathname === '/page.js' ? ['text/javascript', script] : ['text/html', page];
  return new Response(text, {
    headers: {
      'content-type': type,
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'none'",
    },
  });
}

function open(name: string): void {
  const window = new BrowserWindow({
    width: 420,
    height: 600,
    minWidth: 300,
    show: false,
    webPreferences: {
      preload: join(import.meta.dirname, 'preload.cjs'),
      sandbox: true,
      contextIsolation: true,
    },
  });
  window.once('ready-to-show', () => window.show());
  window.on('resize', () => log.push(`resize ${window.getSize().join('x')}`));
  for (const event of ['minimize', 'restore', 'maximize', 'unmaximize'] as const) {
    window.on(event as 'minimize', () => log.push(event));
  }
  window.on('close', (event) => {
    if (quitting || name !== 'status') return;
    event.preventDefault();
    window.hide();
  });
  void window.loadURL(`app://bundle/index.html#${name}`);
}

function paint(): void {
  tray?.setImage(icon(on ? 'on' : 'off'));
  tray?.setToolTip(on ? 'On' : 'Off');
  tray?.setContextMenu(
    Menu.buildFromTemplate([
      {
        id: 'profile',
        label: 'Profile',
        type: 'checkbox',
        checked: on,
        click: ({ checked }) => turn(checked),
      },
      { type: 'separator' },
      { id: 'more', label: 'More', submenu: [{ id: 'policy', label: 'By policy', enabled: false }] },
      { id: 'quit', label: 'Quit', click: () => app.quit() },
    ]),
  );
}

function turn(next: boolean): void {
  on = next;
  paint();
  for (const window of BrowserWindow.getAllWindows())
    window.webContents.send('state', { on, since: new Date(0) });
}

function serveIpc(): void {
  ipcMain.handle('turn', (event, next: boolean) => {
    turn(next);
    const { senderFrame, sender } = event;
    return { main: senderFrame === sender.mainFrame, url: senderFrame?.url, origin: senderFrame?.origin };
  });
  ipcMain.handle('echo', (_event, value: unknown) => value);
  ipcMain.handle('fail', () => {
    throw new TypeError('boom');
  });
  ipcMain.handle('uncloneable', () => () => 1);
  ipcMain.handle('log', () => log);
  ipcMain.on('note', (_event, text: string) => log.push(`note ${text}`));
  ipcMain.handle('do', async (_event, name: keyof typeof deeds) => {
    try {
      return await deeds[name]();
    } catch (error) {
      return String(error);
    }
  });
}

const status = () => {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) throw new Error('no window');
  return window;
};

/** Loads an address into a window of its own. */
async function load(url: string): Promise<void> {
  const window = new BrowserWindow({ show: false });
  try {
    await window.loadURL(url);
  } finally {
    window.destroy();
  }
}

/** What the tests let the main process do, and hear the result or the error of. */
const deeds = {
  nodeIntegration: () => new BrowserWindow({ webPreferences: { nodeIntegration: true } }).id,
  noIsolation: () => new BrowserWindow({ webPreferences: { contextIsolation: false } }).id,
  noSandbox: () => new BrowserWindow({ webPreferences: { sandbox: false } }).id,
  noWebSecurity: () => new BrowserWindow({ webPreferences: { webSecurity: false } }).id,
  webview: () => new BrowserWindow({ webPreferences: { webviewTag: true } }).id,
  appMember: () => void app.getAppMetrics(),
  windowMember: () => status().getMediaSourceId(),
  staticMember: () => Menu.sendActionToFirstResponder(''),
  unknownEvent: () => void app.on('gpu-info-update', () => undefined),
  lateSandbox: () => app.enableSandbox(),
  secondHandler: () => ipcMain.handle('echo', () => 1),
  second: () => open('second'),
  away: () => load('app://bundle/away'),
  outside: () => load('https://outside.contoso.test/'),
  resize: () => {
    const window = status();
    window.setSize(100, 500);
    return window.getBounds();
  },
  forms: () => {
    const window = status();
    window.minimize();
    window.restore();
    window.maximize();
    const { width } = window.getBounds();
    window.unmaximize();
    return [width, window.getNormalBounds().width];
  },
  notify: () => {
    const notification = new Notification({ title: 'Lost', body: 'Protection is off' });
    notification.on('click', () => log.push('notification click'));
    notification.on('failed', (_event, error) => log.push(`notification failed ${error}`));
    notification.show();
  },
  save: async () => (await dialog.showSaveDialog(status(), { defaultPath: '/home/person/log.zip' })).filePath,
  ask: async () => (await dialog.showMessageBox({ message: 'Really?', buttons: ['Yes', 'No'] })).response,
  copy: () => clipboard.writeText('details'),
  dark: () => {
    nativeTheme.themeSource = 'dark';
    return [nativeTheme.shouldUseDarkColors, nativeTheme.shouldUseDarkColorsForSystemIntegratedUI];
  },
  system: () => {
    nativeTheme.themeSource = 'system';
  },
  atLogin: () => {
    app.setLoginItemSettings({ openAtLogin: true, args: ['--background'] });
    return app.getLoginItemSettings().openAtLogin;
  },
  facts: () => ({
    packaged: app.isPackaged,
    languages: app.getPreferredSystemLanguages(),
    area: screen.getDisplayNearestPoint({ x: 0, y: 0 }).workAreaSize,
    electron: process.versions.electron,
  }),
  store: () => {
    const store = new Store({ schema: { width: { type: 'number' } } });
    store.set('width', 420);
    pageKeeper = store.path;
    store.set('width', 'wide');
    return pageKeeper;
  },
  shortcuts: () =>
    Menu.setApplicationMenu(
      Menu.buildFromTemplate([{ label: 'Edit', submenu: [{ role: 'copy' }, { role: 'paste' }] }]),
    ),
};
