// What tests look at: everything the program asked of the desktop that nobody sees on a page.
import type { Settings } from 'electron';

export type ShownDialog = {
  readonly kind: 'save' | 'open' | 'message' | 'error';
  readonly options: unknown;
};

/** Filled by the double's modules in the order in which things happen. */
export const record = {
  /** Addresses handed to the person's browser. */
  openedLinks: [] as string[],
  openedPaths: [] as string[],
  /** Files shown in the file manager. */
  shownFiles: [] as string[],
  /** Requests and navigations that the program or the double refused. */
  blocked: [] as string[],
  /** Messages of the pages' consoles, as `level: text`. */
  console: [] as string[],
  dialogs: [] as ShownDialog[],
  /** Command-line switches for Chromium that the program appended. */
  switches: [] as string[],
  /** Whether every renderer was put into the sandbox before the app was ready. */
  sandboxed: false,
  loginItem: {} as Settings,
  clipboard: '',
  /** What happened to app and windows: `before-quit`, `window 1 closed`, … */
  lifecycle: [] as string[],
};

export type DesktopRecord = typeof record;
