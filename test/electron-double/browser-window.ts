// Electron's `BrowserWindow`: a real Chromium page, and the state of a window that no desktop shows.
import type { BrowserWindowConstructorOptions, Rectangle, WebPreferences } from 'electron';
import { ignoreClosedPage } from './chromium.ts';
import { desktop } from './desktop.ts';
import { createEvent } from './event.ts';
import { lifecycle } from './lifecycle.ts';
import { record } from './record.ts';
import { StrictEmitter } from './strict.ts';
import { WebContents } from './web-contents.ts';
import { refuseInsecure } from './web-preferences.ts';
import type { WindowPage } from './window-page.ts';

const events = [
  'always-on-top-changed',
  'blur',
  'close',
  'closed',
  'enter-full-screen',
  'focus',
  'hide',
  'leave-full-screen',
  'maximize',
  'minimize',
  'move',
  'moved',
  'page-title-updated',
  'query-session-end',
  'ready-to-show',
  'resize',
  'resized',
  'responsive',
  'restore',
  'session-end',
  'show',
  'unmaximize',
  'unresponsive',
];

let lastId = 0;

export class BrowserWindow extends StrictEmitter {
  readonly id = (lastId += 1);
  readonly webContents: WebContents;
  readonly #options: BrowserWindowConstructorOptions;
  readonly #page: Promise<WindowPage>;
  #bounds: Rectangle;
  #minimum: readonly [number, number];
  #title: string;
  #shown = false;
  #form: 'normal' | 'minimized' | 'maximized' | 'full-screen' = 'normal';
  #readyToShow = false;
  #destroyed = false;
  #closable = true;
  #resizable: boolean;
  #onTop = false;
  #background: string;

  constructor(options: BrowserWindowConstructorOptions = {}) {
    super('BrowserWindow', events);
    if (!lifecycle.ready) throw new Error('Cannot create BrowserWindow before app is ready');
    refuseInsecure(options.webPreferences ?? {});
    this.#options = options;
    const { width = 800, height = 600, x, y, minWidth = 0, minHeight = 0 } = options;
    this.#bounds = {
      ...desktop.centred(width, height),
      ...(x === undefined ? {} : { x }),
      ...(y === undefined ? {} : { y }),
    };
    this.#minimum = [minWidth, minHeight];
    this.#title = options.title ?? '';
    this.#resizable = options.resizable ?? true;
    this.#background = options.backgroundColor ?? '#FFF';
    this.webContents = new WebContents();
    desktop.windows.push(this);
    record.lifecycle.push(`window ${this.id} created`);
    desktop.announce('web-contents-created', this.webContents);
    desktop.announce('browser-window-created', this);
    this.#forwardFromContents();
    this.#page = this.#open();
    // Who loads something into the window hears of it.
    this.#page.catch(ignoreClosedPage);
    if (options.show !== false) this.show();
  }

  static getAllWindows(): BrowserWindow[] {
    return [...desktop.windows];
  }

  static getFocusedWindow(): BrowserWindow | null {
    return desktop.focused;
  }

  static fromWebContents(contents: unknown): BrowserWindow | null {
    return desktop.windows.find(({ webContents }) => webContents === contents) ?? null;
  }

  static fromId(id: number): BrowserWindow | null {
    return desktop.windows.find((window) => window.id === id) ?? null;
  }

  async loadURL(url: string): Promise<void> {
    await this.#page;
    await WebContents.internals.load(this.webContents, url);
  }

  loadFile(): Promise<void> {
    return Promise.reject(new Error('Electron test double: load a scheme of your own, not file:'));
  }

  show(): void {
    this.#setShown(true);
    this.focus();
  }

  showInactive(): void {
    this.#setShown(true);
  }

  hide(): void {
    this.#setShown(false);
  }

  focus(): void {
    if (this.#shown) desktop.focus(this);
  }

  blur(): void {
    if (this.isFocused()) desktop.focus(null);
  }

  moveTop(): void {
    // There is no order of windows here.
  }

  isVisible(): boolean {
    return this.#shown;
  }

  isFocused(): boolean {
    return desktop.focused === this;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  isMinimized(): boolean {
    return this.#form === 'minimized';
  }

  isMaximized(): boolean {
    return this.#form === 'maximized';
  }

  isFullScreen(): boolean {
    return this.#form === 'full-screen';
  }

  isNormal(): boolean {
    return this.#form === 'normal';
  }

  minimize(): void {
    if (this.#form === 'minimized') return;
    this.#form = 'minimized';
    this.blur();
    this.emit('minimize');
  }

  maximize(): void {
    if (this.#form === 'maximized') return;
    this.#form = 'maximized';
    this.#setShown(true);
    this.emit('maximize');
    this.#tellSize();
  }

  unmaximize(): void {
    if (this.#form !== 'maximized') return;
    this.#form = 'normal';
    this.emit('unmaximize');
    this.#tellSize();
  }

  restore(): void {
    if (this.#form !== 'minimized') return;
    this.#form = 'normal';
    this.#setShown(true);
    this.emit('restore');
    this.focus();
  }

  setFullScreen(on: boolean): void {
    if (on === this.isFullScreen()) return;
    this.#form = on ? 'full-screen' : 'normal';
    this.emit(on ? 'enter-full-screen' : 'leave-full-screen');
    this.#tellSize();
  }

  getBounds(): Rectangle {
    return this.#form === 'maximized' || this.#form === 'full-screen'
      ? desktop.workArea()
      : { ...this.#bounds };
  }

  getNormalBounds(): Rectangle {
    return { ...this.#bounds };
  }

  getContentBounds(): Rectangle {
    return this.getBounds();
  }

  getSize(): number[] {
    const { width, height } = this.getBounds();
    return [width, height];
  }

  getContentSize(): number[] {
    return this.getSize();
  }

  getPosition(): number[] {
    const { x, y } = this.getBounds();
    return [x, y];
  }

  setBounds(bounds: Partial<Rectangle>): void {
    const before = this.#bounds;
    const [minWidth, minHeight] = this.#minimum;
    const wanted = { ...before, ...bounds };
    this.#bounds = {
      ...wanted,
      width: Math.max(wanted.width, minWidth),
      height: Math.max(wanted.height, minHeight),
    };
    const { x, y, width, height } = this.#bounds;
    if (x !== before.x || y !== before.y) this.emit('move');
    if (width !== before.width || height !== before.height) this.#tellSize();
  }

  setSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }

  setContentSize(width: number, height: number): void {
    this.setBounds({ width, height });
  }

  setPosition(x: number, y: number): void {
    this.setBounds({ x, y });
  }

  center(): void {
    this.setBounds(desktop.centred(this.#bounds.width, this.#bounds.height));
  }

  setMinimumSize(width: number, height: number): void {
    this.#minimum = [width, height];
  }

  getMinimumSize(): number[] {
    return [...this.#minimum];
  }

  setResizable(resizable: boolean): void {
    this.#resizable = resizable;
  }

  isResizable(): boolean {
    return this.#resizable;
  }

  setAlwaysOnTop(onTop: boolean): void {
    this.#onTop = onTop;
  }

  isAlwaysOnTop(): boolean {
    return this.#onTop;
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  getTitle(): string {
    return this.#title;
  }

  setBackgroundColor(color: string): void {
    this.#background = color;
  }

  getBackgroundColor(): string {
    return this.#background;
  }

  setMenu(): void {
    // What a window's own menu looks like is the desktop's affair.
  }

  removeMenu(): void {
    // As above.
  }

  setMenuBarVisibility(): void {
    // As above.
  }

  setSkipTaskbar(): void {
    // As above.
  }

  setIcon(): void {
    // As above.
  }

  reload(): void {
    this.webContents.reload();
  }

  /** Asks the program first: a listener for `close` can keep the window. */
  close(): void {
    if (this.#destroyed || !this.#closable) return;
    const event = createEvent();
    this.emit('close', event);
    record.lifecycle.push(`window ${this.id} close${event.defaultPrevented ? ' prevented' : ''}`);
    if (event.defaultPrevented) lifecycle.quitting = false;
    else setImmediate(() => this.destroy());
  }

  destroy(): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#shown = false;
    void this.#page.then(({ devtools }) => devtools.send('Page.close')).catch(ignoreClosedPage);
    WebContents.internals.destroy(this.webContents);
    desktop.forget(this);
    record.lifecycle.push(`window ${this.id} closed`);
    this.emit('closed');
    desktop.announceClosed();
  }

  /** The page behind a window, once it is there. */
  static readonly internals = {
    page: (window: BrowserWindow): Promise<WindowPage> => window.#page,
    preferences: (window: BrowserWindow): WebPreferences => window.#options.webPreferences ?? {},
  };

  async #open(): Promise<WindowPage> {
    const page = await WebContents.internals.attach(
      this.webContents,
      await desktop.chromium(),
      this.#options.webPreferences ?? {},
    );
    const { width, height } = this.getBounds();
    page.resize(width, height);
    page.setDark(desktop.dark());
    return page;
  }

  #forwardFromContents(): void {
    this.webContents.on('did-finish-load', () => {
      if (this.#readyToShow) return;
      this.#readyToShow = true;
      this.emit('ready-to-show');
    });
    this.webContents.on('page-title-updated', (event: { defaultPrevented: boolean }, title: string) => {
      this.emit('page-title-updated', event, title, true);
      if (!event.defaultPrevented) this.#title = title;
    });
    this.webContents.on('render-process-gone', (event: object, details: object) => {
      desktop.announce('render-process-gone', this.webContents, details, event);
    });
  }

  #setShown(shown: boolean): void {
    if (this.#shown === shown) return;
    this.#shown = shown;
    if (!shown) this.blur();
    this.emit(shown ? 'show' : 'hide');
  }

  #tellSize(): void {
    const { width, height } = this.getBounds();
    void this.#page.then((page) => page.resize(width, height)).catch(ignoreClosedPage);
    this.emit('resize');
  }
}
