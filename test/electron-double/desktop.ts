// The desktop that the double stands for: its windows, its focus, its screen, its theme and the browser behind it all.
import type { EventEmitter } from 'node:events';
import type { Display, Rectangle } from 'electron';
import type { BrowserWindow } from './browser-window.ts';
import { type Chromium, startChromium } from './chromium.ts';
import { createEvent } from './event.ts';
import { settings } from './settings.ts';

type State = {
  windows: BrowserWindow[];
  focused: BrowserWindow | null;
  /** The operating system's own theme. */
  systemDark: boolean;
  /** What the program wants instead. */
  themeSource: 'system' | 'light' | 'dark';
  display: Display;
  app: EventEmitter | null;
  onAllClosed: () => void;
  started: Promise<Chromium> | null;
};

const state: State = {
  windows: [],
  focused: null,
  systemDark: settings.dark,
  themeSource: 'system',
  display: createDisplay(1920, 1080),
  app: null,
  onAllClosed: () => undefined,
  started: null,
};

export const desktop = {
  state,
  get windows(): BrowserWindow[] {
    return state.windows;
  },
  get focused(): BrowserWindow | null {
    return state.focused;
  },
  /** The browser, started by the first who asks. */
  chromium: (): Promise<Chromium> => (state.started ??= startChromium()),
  dark: (): boolean => (state.themeSource === 'system' ? state.systemDark : state.themeSource === 'dark'),
  workArea: (): Rectangle => ({ ...state.display.workArea }),
  centred(width: number, height: number): Rectangle {
    const area = state.display.workArea;
    const middle = (start: number, all: number, part: number): number =>
      start + Math.max(0, Math.floor((all - part) / 2));
    return { x: middle(area.x, area.width, width), y: middle(area.y, area.height, height), width, height };
  },
  /** Raises an event of the app; `event` where there is one already. */
  announce(name: string, subject: object, details?: object, event: object = createEvent()): void {
    state.app?.emit(name, event, subject, ...(details === undefined ? [] : [details]));
  },
  focus(window: BrowserWindow | null): void {
    const before = state.focused;
    if (before === window) return;
    state.focused = window;
    if (before !== null) {
      before.emit('blur');
      desktop.announce('browser-window-blur', before);
    }
    if (window !== null) {
      window.emit('focus');
      desktop.announce('browser-window-focus', window);
    }
  },
  forget(window: BrowserWindow): void {
    if (state.focused === window) state.focused = null;
    state.windows = state.windows.filter((other) => other !== window);
  },
  announceClosed(): void {
    if (state.windows.length === 0) state.onAllClosed();
  },
};

/** One screen with a panel of 40 pixels at its bottom. */
function createDisplay(width: number, height: number): Display {
  const bounds = { x: 0, y: 0, width, height };
  const workArea = { ...bounds, height: height - 40 };
  return {
    id: 1,
    label: 'test',
    bounds,
    workArea,
    size: { width, height },
    workAreaSize: { width: workArea.width, height: workArea.height },
    scaleFactor: 1,
    rotation: 0,
    internal: true,
    detected: true,
    monochrome: false,
    colorDepth: 24,
    colorSpace: '',
    depthPerComponent: 8,
    displayFrequency: 60,
    accelerometerSupport: 'unknown',
    touchSupport: 'unknown',
    maximumCursorSize: { width: 64, height: 64 },
    nativeOrigin: { x: 0, y: 0 },
  };
}
