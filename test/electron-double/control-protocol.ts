// What tests ask of the double in the program's process, over the channel between the two.
import type { DialogAnswer } from './dialog.ts';
import type { MenuEntry } from './menu.ts';
import type { ShownNotification } from './notification.ts';
import type { DesktopRecord } from './record.ts';
import type { TrayState } from './tray.ts';

/** A window as tests compare it. */
export type WindowState = {
  readonly id: number;
  /** Names the page in the browser. */
  readonly targetId: string;
  readonly url: string;
  readonly title: string;
  readonly visible: boolean;
  readonly focused: boolean;
  readonly minimized: boolean;
  readonly maximized: boolean;
  readonly bounds: {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  };
  /** What the program passed as `webPreferences`. */
  readonly webPreferences: Readonly<Record<string, unknown>>;
};

/** Who raises an event that only the operating system or Chromium would. */
export type EventSource =
  'app' | 'powerMonitor' | 'screen' | 'tray' | { readonly window: number } | { readonly webContents: number };

export type ControlCommands = {
  /** Where the pages are reached; resolves when the app is ready. */
  endpoint: () => string;
  record: () => DesktopRecord;
  trays: () => readonly TrayState[];
  windows: () => readonly WindowState[];
  applicationMenu: () => readonly MenuEntry[];
  notifications: () => readonly ShownNotification[];
  clickTray: () => void;
  clickTrayItem: (id: string) => void;
  clickMenuItem: (id: string) => void;
  clickNotification: (index: number) => void;
  /** Null where notifications work. */
  failNotifications: (why: string | null) => void;
  answerDialog: (answer: DialogAnswer) => void;
  setSystemTheme: (dark: boolean) => void;
  closeWindow: (id: number) => void;
  crashRenderer: (id: number) => void;
  askPermission: (permission: string) => { requested: boolean; checked: boolean };
  /** Whether the program prevented it. */
  raise: (source: EventSource, event: string, ...args: unknown[]) => { readonly prevented: boolean };
  quit: () => void;
};

export type ControlRequest = {
  readonly id: number;
  readonly command: keyof ControlCommands;
  readonly args: readonly unknown[];
};

export type ControlReply = { readonly id: number; readonly value?: unknown; readonly error?: string };
