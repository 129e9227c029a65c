// Electron's `webContents`: what the program does with a window's page, and hears from it.
import type { WindowOpenHandlerResponse, HandlerDetails, WebPreferences } from 'electron';
import { type Chromium, ignoreClosedPage } from './chromium.ts';
import { createEvent } from './event.ts';
import { deliverMessage, invokeHandler } from './ipc-main.ts';
import { type Encoded, createCodec } from './page-runtime.ts';
import { isHandled } from './protocol.ts';
import { record } from './record.ts';
import { type Navigation, ruleRequests } from './requests.ts';
import { session } from './session.ts';
import { StrictEmitter } from './strict.ts';
import { toLoadedUrl, toOwnUrl } from './url-mapping.ts';
import { WebFrameMain } from './web-frame-main.ts';
import { type WindowPage, prepareWindowPage } from './window-page.ts';

const events = [
  'console-message',
  'context-menu',
  'destroyed',
  'did-fail-load',
  'did-finish-load',
  'did-navigate',
  'did-navigate-in-page',
  'did-start-loading',
  'did-stop-loading',
  'dom-ready',
  'page-title-updated',
  'preload-error',
  'render-process-gone',
  'responsive',
  'unresponsive',
  'will-attach-webview',
  'will-frame-navigate',
  'will-navigate',
  'will-redirect',
];

/** Chromium's numbers for what the double lets happen to a page (net_error_list.h); any other is ERR_FAILED. */
const errorCodes: Readonly<Record<string, number>> = { ERR_ABORTED: -3, ERR_BLOCKED_BY_CLIENT: -20 };

type PageMessage =
  | { readonly t: 'send'; readonly channel: string; readonly a: Encoded[] }
  | { readonly t: 'invoke'; readonly id: number; readonly channel: string; readonly a: Encoded[] }
  | { readonly t: 'preload-error'; readonly error: Encoded };

const codec = createCodec();
let lastId = 0;

export class WebContents extends StrictEmitter {
  readonly id = (lastId += 1);
  readonly session = session.defaultSession;
  #page: WindowPage | null = null;
  #frames = new Map<string, WebFrameMain>();
  #openHandler: ((details: HandlerDetails) => WindowOpenHandlerResponse) | null = null;
  /** The address that the program itself asked for: its own navigations are not asked about. */
  #expected: string | null = null;
  #unsent: string[] = [];
  #title = '';
  #loading = false;
  #crashed = false;
  #destroyed = false;
  readonly #mainFrame = new WebFrameMain(null, () => this.getURL());

  constructor() {
    super('webContents', events);
  }

  get mainFrame(): WebFrameMain {
    return this.#mainFrame;
  }

  getURL(): string {
    const page = this.#page;
    const url = page?.frames.get(page.mainFrameId)?.url ?? '';
    return url === 'about:blank' ? '' : toOwnUrl(url);
  }

  getTitle(): string {
    return this.#title;
  }

  isLoading(): boolean {
    return this.#loading;
  }

  isCrashed(): boolean {
    return this.#crashed;
  }

  isDestroyed(): boolean {
    return this.#destroyed;
  }

  setWindowOpenHandler(handler: (details: HandlerDetails) => WindowOpenHandlerResponse): void {
    this.#openHandler = handler;
  }

  /** @throws Error in Electron's words where a value cannot be cloned */
  send(channel: string, ...args: unknown[]): void {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    const text = JSON.stringify({ t: 'event', channel, a: args.map((arg) => codec.encode(arg)) });
    if (this.#page === null) this.#unsent.push(text);
    else this.#page.post(text);
  }

  /** Runs in the page itself, not in the preload script's world. */
  async executeJavaScript(code: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.#running().devtools.send('Runtime.evaluate', {
      expression: code,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value as unknown;
  }

  reload(): void {
    this.#expected = this.getURL();
    this.#crashed = false;
    this.#running().devtools.send('Page.reload').catch(ignoreClosedPage);
  }

  /** What Electron's own objects do behind the program's back. */
  static readonly internals = {
    async attach(
      contents: WebContents,
      chromium: Chromium,
      { preload, additionalArguments = [] }: WebPreferences,
    ): Promise<WindowPage> {
      const page = await prepareWindowPage({
        ...(await chromium.openPage()),
        preload,
        additionalArguments,
        onMessage: (text, frameId, contextId) => contents.#receive(text, frameId, contextId),
      });
      contents.#page = page;
      contents.#watch(page);
      await ruleRequests({
        devtools: page.devtools,
        webContentsId: contents.id,
        mainFrameId: page.mainFrameId,
        allowsNavigation: (navigation) => contents.#allows(navigation),
      });
      await page.devtools.send('Runtime.runIfWaitingForDebugger');
      for (const text of contents.#unsent.splice(0)) page.post(text);
      return page;
    },

    async load(contents: WebContents, url: string): Promise<void> {
      contents.#expected = url;
      contents.#crashed = false;
      const finished = new Promise<void>((resolve) => {
        contents.once('did-finish-load', resolve);
        contents.once('did-fail-load', resolve);
      });
      const page = contents.#running();
      const { errorText } = await page.devtools.send('Page.navigate', { url: toLoadedUrl(url, isHandled) });
      if (errorText !== undefined && errorText !== '') {
        const text = errorText.replace(/^net::/, '');
        const code = errorCodes[text] ?? -2;
        contents.emit('did-fail-load', createEvent(), code, text, url, true);
        throw new Error(`${text} (${code}) loading '${url}'`);
      }
      await finished;
    },

    destroy(contents: WebContents): void {
      contents.#destroyed = true;
      contents.emit('destroyed');
    },

    crash(contents: WebContents): void {
      // The command has no answer: what would give it is gone.
      contents.#running().devtools.send('Page.crash').catch(ignoreClosedPage);
    },
  };

  #running(): WindowPage {
    if (this.#destroyed) throw new TypeError('Object has been destroyed');
    if (this.#page === null) throw new Error('Electron test double: the page is not ready yet');
    return this.#page;
  }

  #watch({ devtools, mainFrameId }: WindowPage): void {
    devtools.on('Page.windowOpen', ({ url, windowName }) => this.#askToOpen(toOwnUrl(url), windowName));
    devtools.on('Page.frameStartedLoading', ({ frameId }) => {
      if (frameId !== mainFrameId || this.#loading) return;
      this.#loading = true;
      this.emit('did-start-loading');
    });
    devtools.on('Page.frameStoppedLoading', ({ frameId }) => {
      if (frameId !== mainFrameId) return;
      this.#loading = false;
      this.emit('did-stop-loading');
    });
    devtools.on('Page.frameNavigated', ({ frame }) => {
      if (frame.id !== mainFrameId) return;
      this.emit('did-navigate', createEvent(), toOwnUrl(frame.url), 200, 'OK');
    });
    devtools.on('Page.navigatedWithinDocument', ({ frameId, url }) => {
      this.emit('did-navigate-in-page', createEvent(), toOwnUrl(url), frameId === mainFrameId);
    });
    devtools.on('Page.domContentEventFired', () => this.emit('dom-ready', createEvent()));
    devtools.on('Page.loadEventFired', () => void this.#finishLoad());
    devtools.on('Runtime.consoleAPICalled', ({ type, args }) => {
      const text = args.map(({ value, description }) => description ?? String(value)).join(' ');
      this.#hearConsole(type, text);
    });
    devtools.on('Runtime.exceptionThrown', ({ exceptionDetails: { exception, text } }) => {
      this.#hearConsole('error', exception?.description ?? text);
    });
    devtools.on('Log.entryAdded', ({ entry: { level, text } }) => this.#hearConsole(level, text));
    devtools.send('Log.enable').catch(ignoreClosedPage);
    devtools.on('Inspector.targetCrashed', () => {
      this.#crashed = true;
      this.emit('render-process-gone', createEvent(), { reason: 'crashed', exitCode: 139 });
    });
    devtools.send('Inspector.enable').catch(ignoreClosedPage);
  }

  async #finishLoad(): Promise<void> {
    if (this.#destroyed || this.getURL() === '') return;
    const title = String(await this.executeJavaScript('document.title').catch(ignoreClosedPage));
    if (title !== this.#title) {
      this.#title = title;
      this.emit('page-title-updated', createEvent(), title, true);
    }
    this.emit('did-finish-load');
  }

  #hearConsole(level: string, message: string): void {
    record.console.push(`${level}: ${message}`);
    this.emit('console-message', createEvent({ level, message, frame: this.#mainFrame }));
  }

  #askToOpen(url: string, frameName: string): void {
    const details = {
      url,
      frameName,
      features: '',
      disposition: 'foreground-tab',
      referrer: { url: '', policy: 'default' },
    } as const;
    const { action } = this.#openHandler?.(details) ?? { action: 'allow' };
    record.blocked.push(url);
    if (action === 'allow') {
      this.#hearConsole('error', `Electron test double: the program let a page open a window for ${url}`);
      throw new Error('Electron test double: windows that pages open are not implemented; deny them');
    }
  }

  #allows({ url, isMainFrame, redirected }: Navigation): boolean {
    if (redirected) {
      const redirect = createEvent({ url, isMainFrame, isSameDocument: false });
      this.emit('will-redirect', redirect, url, false, isMainFrame);
      return !redirect.defaultPrevented;
    }
    // The program's own loads, and the same page once more, are not the page's doing.
    if (isMainFrame && (url === this.#expected || url === this.getURL())) {
      this.#expected = null;
      return true;
    }
    const event = createEvent({ url, isMainFrame, isSameDocument: false });
    this.emit('will-frame-navigate', event);
    if (isMainFrame && !event.defaultPrevented) this.emit('will-navigate', event, url, false, true);
    return !event.defaultPrevented;
  }

  #frame(frameId: string): WebFrameMain {
    const page = this.#running();
    if (frameId === page.mainFrameId) return this.#mainFrame;
    const known = this.#frames.get(frameId);
    if (known !== undefined) return known;
    const parentId = page.frames.get(frameId)?.parentId ?? page.mainFrameId;
    const frame = new WebFrameMain(this.#frame(parentId), () =>
      toOwnUrl(page.frames.get(frameId)?.url ?? ''),
    );
    this.#frames.set(frameId, frame);
    return frame;
  }

  #receive(text: string, frameId: string, contextId: number): void {
    // Chromium still delivers what a page said before it heard that its window closes; Electron drops that.
    if (this.#destroyed) return;
    const message = JSON.parse(text) as PageMessage;
    if (message.t === 'preload-error') {
      this.emit('preload-error', createEvent(), '', codec.decode(message.error));
      return;
    }
    const args = message.a.map((arg) => codec.decode(arg));
    const event = {
      type: 'frame',
      sender: this,
      senderFrame: this.#frame(frameId),
      frameId: 1,
      processId: 1,
    };
    if (message.t === 'send') {
      const reply = (channel: string, ...rest: unknown[]): void => this.send(channel, ...rest);
      deliverMessage(message.channel, { ...event, reply }, args);
      return;
    }
    const { id, channel } = message;
    invokeHandler(channel, event, args)
      .then((value) => ({ t: 'reply', id, v: codec.encode(value) }))
      .catch((error: unknown) => {
        const wrapped = new Error(`Error invoking remote method '${channel}': ${String(error)}`);
        return { t: 'reply', id, error: codec.encode(wrapped) };
      })
      .then((reply) => {
        if (!this.#destroyed) this.#page?.post(JSON.stringify(reply), contextId);
      }, ignoreClosedPage);
  }
}
