// Electron's `app`: the life of the program from its start to `quit`.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { LoginItemSettings, Settings } from 'electron';
import { z } from 'zod';
import { parse } from '../../protocol/parse.ts';
import { desktop } from './desktop.ts';
import { createEvent } from './event.ts';
import { lifecycle } from './lifecycle.ts';
import { record } from './record.ts';
import { settings } from './settings.ts';
import { takeInstanceLock } from './single-instance.ts';
import { StrictEmitter, StrictObject } from './strict.ts';

const events = [
  'activate',
  'before-quit',
  'browser-window-blur',
  'browser-window-created',
  'browser-window-focus',
  'certificate-error',
  'child-process-gone',
  'open-file',
  'open-url',
  'quit',
  'ready',
  'render-process-gone',
  'second-instance',
  'web-contents-created',
  'will-finish-launching',
  'will-quit',
  'window-all-closed',
];

const packageFile = z.looseObject({
  name: z.string(),
  productName: z.string().optional(),
  version: z.string().default('0.0.0'),
});

class CommandLine extends StrictObject {
  #switches = new Map<string, string>();

  constructor() {
    super('app.commandLine');
  }

  appendSwitch(name: string, value = ''): void {
    if (lifecycle.ready)
      throw new Error(`Electron test double: the switch ${name} comes too late, the app is ready`);
    this.#switches.set(name, value);
    record.switches.push(value === '' ? name : `${name}=${value}`);
  }

  hasSwitch(name: string): boolean {
    return this.#switches.has(name) || process.argv.includes(`--${name}`);
  }

  getSwitchValue(name: string): string {
    const given = process.argv.find((argument) => argument.startsWith(`--${name}=`));
    return this.#switches.get(name) ?? given?.slice(name.length + 3) ?? '';
  }
}

class App extends StrictEmitter {
  readonly commandLine = new CommandLine();
  readonly isPackaged = settings.packaged;
  #folder = appFolder();
  #package = parse(
    packageFile,
    JSON.parse(readFileSync(join(this.#folder, 'package.json'), 'utf8')),
    'package.json',
  );
  #name = this.#package.productName ?? this.#package.name;
  #paths = new Map<string, string>();
  #ready: Promise<void>;
  #locked = false;

  constructor() {
    super('app', events);
    this.#ready = new Promise((settle) => this.once('ready', settle));
  }

  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    this.#name = name;
  }

  getName(): string {
    return this.#name;
  }

  setName(name: string): void {
    this.#name = name;
  }

  getVersion(): string {
    return this.#package.version;
  }

  getAppPath(): string {
    return this.#folder;
  }

  getLocale(): string {
    return settings.languages[0];
  }

  getSystemLocale(): string {
    return settings.languages[0];
  }

  getPreferredSystemLanguages(): string[] {
    return [...settings.languages];
  }

  isReady(): boolean {
    return lifecycle.ready;
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  enableSandbox(): void {
    if (lifecycle.ready) throw new Error('app.enableSandbox() can only be called before app is ready');
    record.sandboxed = true;
  }

  disableHardwareAcceleration(): void {
    if (lifecycle.ready)
      throw new Error('app.disableHardwareAcceleration() can only be called before app is ready');
  }

  setAppUserModelId(): void {
    // Windows groups a program's windows by it.
  }

  setDesktopName(): void {
    // Linux finds a program's desktop entry by it.
  }

  /** As on Linux, below the home folder of the environment. */
  getPath(name: string): string {
    const set = this.#paths.get(name);
    if (set !== undefined) return set;
    const home = homedir();
    const appData = process.env.XDG_CONFIG_HOME ?? join(home, '.config');
    const folders: Readonly<Record<string, string>> = {
      home,
      appData,
      userData: join(appData, this.#name),
      sessionData: join(appData, this.#name),
      logs: join(appData, this.#name, 'logs'),
      temp: tmpdir(),
      exe: process.execPath,
      desktop: join(home, 'Desktop'),
      documents: join(home, 'Documents'),
      downloads: join(home, 'Downloads'),
    };
    const folder = folders[name];
    if (folder === undefined) throw new Error(`Failed to get '${name}' path`);
    if (name === 'userData' || name === 'logs') mkdirSync(folder, { recursive: true });
    return folder;
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  /** Among the programs that share the folder `userData`; the first is told what the others were started with. */
  requestSingleInstanceLock(): boolean {
    this.#locked ||= takeInstanceLock(this.getPath('userData'), ({ argv, folder }) => {
      this.emit('second-instance', createEvent(), argv, folder, {});
    });
    return this.#locked;
  }

  hasSingleInstanceLock(): boolean {
    return this.#locked;
  }

  setLoginItemSettings(wanted: Settings): void {
    record.loginItem = wanted;
  }

  getLoginItemSettings(): LoginItemSettings {
    const { openAtLogin = false } = record.loginItem;
    return {
      openAtLogin,
      wasOpenedAtLogin: settings.openedAtLogin,
      status: openAtLogin ? 'enabled' : 'not-registered',
      executableWillLaunchAtLogin: openAtLogin,
      launchItems: [],
    };
  }

  setAboutPanelOptions(): void {
    // The panel is the operating system's own.
  }

  focus(): void {
    // Which program is in front is not told apart.
  }

  /** Asks `before-quit`, closes the windows, asks `will-quit`, tells `quit` and ends. */
  quit(): void {
    if (lifecycle.quitting) return;
    if (!this.#ask('before-quit')) return;
    lifecycle.quitting = true;
    if (desktop.windows.length === 0) this.#finish();
    else for (const window of desktop.windows) window.close();
  }

  /** Ends without asking anyone. */
  exit(code = 0): void {
    lifecycle.quitting = true;
    for (const window of desktop.windows) window.destroy();
    this.#end(code);
  }

  /** What Electron's own objects do behind the program's back. */
  static readonly internals = {
    async start(app: App): Promise<void> {
      desktop.state.app = app;
      desktop.state.onAllClosed = () => app.#afterLastWindow();
      await desktop.chromium();
      lifecycle.ready = true;
      record.lifecycle.push('ready');
      app.emit('ready', createEvent(), {});
    },
  };

  #afterLastWindow(): void {
    if (lifecycle.quitting) {
      this.#finish();
      return;
    }
    record.lifecycle.push('window-all-closed');
    if (this.listenerCount('window-all-closed') === 0) this.quit();
    else this.emit('window-all-closed');
  }

  #finish(): void {
    if (this.#ask('will-quit')) this.#end(0);
    else lifecycle.quitting = false;
  }

  #end(code: number): void {
    record.lifecycle.push('quit');
    this.emit('quit', createEvent(), code);
    // What a listener writes to a pipe is read before the end.
    setImmediate(() => process.exit(code));
  }

  #ask(name: 'before-quit' | 'will-quit'): boolean {
    const event = createEvent();
    this.emit(name, event);
    record.lifecycle.push(name + (event.defaultPrevented ? ' prevented' : ''));
    return !event.defaultPrevented;
  }
}

export const app = new App();

/** Reads the rest of the program first: what must precede `ready` runs before it. */
export function startApp(): void {
  setImmediate(() => {
    if (lifecycle.quitting) return;
    App.internals.start(app).catch((error: unknown) => {
      process.stderr.write(`${String(error)}\n`);
      process.exit(1);
    });
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => app.quit());
}

/** The nearest folder above the program with a package file. */
function appFolder(): string {
  let folder = dirname(resolve(process.argv[1] ?? '.'));
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder)
      throw new Error('Electron test double: no package.json above the program');
    folder = dirname(folder);
  }
  return folder;
}
