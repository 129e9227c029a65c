// The windows: one of each view, opened where it was, closed as the desktop allows.
import {
  BrowserWindow,
  type BrowserWindowConstructorOptions,
  nativeTheme,
  screen,
  type WebContents,
} from 'electron';
import type { WindowCallParams, WindowEvent, WindowEventValue } from '../../protocol/window.ts';
import type { TraySupport } from '../shared/tray-support.ts';
import { eventChannel } from '../shared/window-facts.ts';
import { type Bounds, type Placement, placeWindow, type WindowSize } from '../shared/window-placement.ts';
import { createShow } from './first-show.ts';
import { pageHost, pageScheme } from './page-answer.ts';
import type { Preferences, ViewName } from './preferences.ts';
import { webPreferences } from './security.ts';

export type OpenedView = WindowCallParams<'window.open'>;

export type WindowsSetup = {
  readonly preferences: Preferences;
  readonly closing: TraySupport['closing'];
  /** The argument that tells the preload script what it needs to know. */
  readonly facts: () => string;
};

export type Windows = {
  /** Shows the window of that view, and makes it first where there is none. */
  readonly open: (view: OpenedView) => void;
  /** Makes the status window and shows it to nobody: a click opens it at once. It costs a page's memory for as long as the program runs. */
  readonly prepareStatus: () => void;
  /** What a click on the tray icon does. */
  readonly toggleStatus: () => void;
  /** Whether the person looks at one of the windows. */
  readonly isFocused: () => boolean;
  readonly close: (contents: WebContents) => void;
  readonly tell: <E extends WindowEvent>(event: E, value: WindowEventValue<E>) => void;
  /** From here on closing ends a window: the program quits. */
  readonly letGo: () => void;
};

/** `NeutralBackground2` of the windows' tokens: what is seen before the page is painted. */
const background = { light: '#fafafa', dark: '#1f1f1f' } as const;

const sizes: Readonly<Record<ViewName, { readonly first: WindowSize; readonly least: WindowSize }>> = {
  status: { first: { width: 420, height: 600 }, least: { width: 360, height: 400 } },
  diagnostics: { first: { width: 1280, height: 800 }, least: { width: 420, height: 400 } },
  settings: { first: { width: 480, height: 560 }, least: { width: 360, height: 320 } },
};

/** A click on the tray icon takes the focus away first: who clicks within so long meant the window in front. */
const blurPauseMs = 300;

/** Within so long a second crash of the same view leaves its window closed. */
const crashPauseMs = 60_000;

type Opened = { readonly window: BrowserWindow; readonly show: () => void };

export function createWindows({ preferences, closing, facts }: WindowsSetup): Windows {
  const opened = new Map<ViewName, Opened>();
  const crashedAt = new Map<ViewName, number>();
  let statusBlurredAt = -Infinity;
  let ending = false;

  /** Nobody put a window anywhere that was not to be seen. */
  const remember = (view: ViewName, window: BrowserWindow): void => {
    if (window.isVisible() || window.isMinimized())
      preferences.rememberBounds(view, window.getNormalBounds());
  };

  function open(asked: OpenedView): void {
    const known = opened.get(asked.view);
    (known ?? create(asked)).show();
    if (known !== undefined && asked.view === 'diagnostics' && asked.tab !== null)
      send(known.window, 'tab', asked.tab);
  }

  function create(asked: OpenedView): Opened {
    const { view } = asked;
    const placed = (): Placement => placeOf(view, preferences.bounds(view));
    const window = new BrowserWindow(windowOptions(view, placed(), facts()));
    // The menu is there for its shortcuts; only macOS shows it.
    window.setMenuBarVisibility(false);
    const made = { window, show: createShow(window, placed) };
    opened.set(view, made);
    window.on('close', (event) => {
      remember(view, window);
      if (ending || view !== 'status') return;
      // The status window stays: it opens at once when it is asked for again.
      event.preventDefault();
      if (closing === 'hide') window.hide();
      else window.minimize();
    });
    window.on('blur', () => {
      if (view === 'status') statusBlurredAt = performance.now();
    });
    window.on('closed', () => {
      if (opened.get(view) === made) opened.delete(view);
    });
    window.webContents.on('render-process-gone', (_, { reason }) => {
      if (reason !== 'clean-exit') recreate(asked, window, reason);
    });
    window.loadURL(pageAddress(asked)).catch((error: unknown) => {
      if (!window.isDestroyed()) process.stderr.write(`The window ${view} does not load: ${String(error)}\n`);
    });
    return made;
  }

  function recreate(asked: OpenedView, window: BrowserWindow, reason: string): void {
    const { view } = asked;
    const before = crashedAt.get(view);
    crashedAt.set(view, performance.now());
    process.stderr.write(`The page of the window ${view} ended: ${reason}\n`);
    const wasVisible = window.isVisible();
    opened.delete(view);
    window.destroy();
    if (wasVisible && (before === undefined || performance.now() - before > crashPauseMs)) open(asked);
  }

  return {
    open,
    prepareStatus: () => void create({ view: 'status' }),
    toggleStatus() {
      const status = opened.get('status')?.window;
      const inFront = status?.isFocused() === true || performance.now() - statusBlurredAt < blurPauseMs;
      if (status?.isVisible() === true && !status.isMinimized() && inFront) status.close();
      else open({ view: 'status' });
    },
    isFocused: () => [...opened.values()].some(({ window }) => window.isFocused()),
    close: (contents) => BrowserWindow.fromWebContents(contents)?.close(),
    tell(event, value) {
      for (const { window } of opened.values()) send(window, event, value);
    },
    letGo() {
      ending = true;
    },
  };
}

/** Where the window was, as far as the screens of this moment have room there. */
function placeOf(view: ViewName, remembered: Bounds | null): Placement {
  const { first, least } = sizes[view];
  const { workArea } =
    remembered === null ? screen.getPrimaryDisplay() : screen.getDisplayMatching(remembered);
  return placeWindow(remembered, first, least, workArea);
}

function windowOptions(view: ViewName, place: Placement, facts: string): BrowserWindowConstructorOptions {
  const { least } = sizes[view];
  return {
    ...place,
    ...{ minWidth: least.width, minHeight: least.height },
    ...{ show: false, title: 'OpenGSA' },
    backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
    webPreferences: webPreferences([facts]),
  };
}

function pageAddress(asked: OpenedView): string {
  const query = new URLSearchParams({ view: asked.view });
  if (asked.view === 'diagnostics' && asked.tab !== null) query.set('tab', asked.tab);
  return `${pageScheme}://${pageHost}/index.html?${query.toString()}`;
}

function send<E extends WindowEvent>(window: BrowserWindow, event: E, value: WindowEventValue<E>): void {
  if (!window.isDestroyed() && !window.webContents.isCrashed())
    window.webContents.send(eventChannel, event, value);
}
