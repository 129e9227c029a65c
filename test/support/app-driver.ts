// What a test does with the desktop app and sees of it, whichever Electron runs it.
import type { Page } from 'playwright-core';
import type { WindowState as DoubleWindow } from '../electron-double/control-protocol.ts';
import type { DialogAnswer } from '../electron-double/dialog.ts';
import type { MenuEntry } from '../electron-double/menu.ts';
import type { ShownNotification } from '../electron-double/notification.ts';
import type { TrayState } from '../electron-double/tray.ts';

export type { DialogAnswer, MenuEntry, ShownNotification, TrayState };
export type WindowState = Omit<DoubleWindow, 'targetId' | 'webPreferences'>;

export type AppDriver = {
  readonly tray: {
    readonly state: () => Promise<TrayState>;
    readonly click: () => Promise<void>;
  };
  readonly menu: {
    /** Clicks an item of the tray's menu. */
    readonly click: (id: string) => Promise<void>;
    /** The application menu, as macOS shows it and shortcuts need it. */
    readonly application: () => Promise<readonly MenuEntry[]>;
  };
  /** Waits for the window whose address or title contains `name`, and for what it loads. */
  readonly window: (name: string) => Promise<Page>;
  /** The windows as the program sees them. */
  readonly windows: () => Promise<readonly WindowState[]>;
  /** Closes the window as a person does. */
  readonly closeWindow: (name: string) => Promise<void>;
  readonly notifications: {
    readonly list: () => Promise<readonly ShownNotification[]>;
    readonly click: (index: number) => Promise<void>;
  };
  /** Addresses that were handed to the person's browser. */
  readonly openedLinks: () => Promise<readonly string[]>;
  readonly dialogs: {
    /** Answers the dialog that is open, or the next one. */
    readonly reply: (answer: DialogAnswer) => Promise<void>;
  };
  /** Sets the operating system to dark or light. */
  readonly theme: (dark: boolean) => Promise<void>;
  /** Starts the program once more with these arguments; resolves with its exit code when that has ended. */
  readonly secondInstance: (argv: readonly string[]) => Promise<number | null>;
  readonly crashRenderer: (name: string) => Promise<void>;
  /** Raises what only the operating system would, as `powerMonitor` `resume`; says whether the program prevented it. */
  readonly raise: (
    source: 'app' | 'powerMonitor' | 'screen',
    event: string,
    ...args: unknown[]
  ) => Promise<{ readonly prevented: boolean }>;
  /** Quits as the menu of the operating system does; resolves with the exit code when the program has ended. */
  readonly quit: () => Promise<number | null>;
};

export type LaunchOptions = {
  /** The program's main file: `dist/main/index.js`. */
  readonly main: string;
  readonly args?: readonly string[];
  /** Added to a small clean environment. */
  readonly env?: Readonly<Record<string, string>>;
};
