// Holds the double to Electron's own type definitions: an invented member or a signature that does not fit fails `tsc`.
import type { EventEmitter } from 'node:events';
import type * as Real from 'electron';
import type { app } from './app.ts';
import type { BrowserWindow } from './browser-window.ts';
import type { clipboard } from './clipboard.ts';
import type { dialog } from './dialog.ts';
import type { ipcMain } from './ipc-main.ts';
import type { Menu, MenuItem } from './menu.ts';
import type { NativeImage, nativeImage } from './native-image.ts';
import type { nativeTheme } from './native-theme.ts';
import type { net } from './net.ts';
import type { Notification } from './notification.ts';
import type { powerMonitor } from './power-monitor.ts';
import type { protocol } from './protocol.ts';
import type { screen } from './screen.ts';
import type { session } from './session.ts';
import type { shell } from './shell.ts';
import type { Tray } from './tray.ts';
import type { WebContents } from './web-contents.ts';
import type { WebFrameMain } from './web-frame-main.ts';

/** What every object of the double has beside Electron's own members. */
type Common = keyof EventEmitter | typeof Symbol.toStringTag | 'internals';

type Invented<Double, RealOne> = Exclude<keyof Double, keyof RealOne | Common>;

type Misfit<Double, RealOne> = {
  [K in Exclude<keyof Double & keyof RealOne, Common | 'prototype'>]: Double[K] extends RealOne[K]
    ? never
    : K;
}[Exclude<keyof Double & keyof RealOne, Common | 'prototype'>];

/** `Double` has no member that `RealOne` lacks, and all fit, except those that give or take other doubles or nothing. */
type Faithful<Double, RealOne, Doubles extends keyof Double = never> = {
  readonly invented: Invented<Double, RealOne>;
  readonly misfit: Exclude<Misfit<Double, RealOne>, Doubles>;
};

type Nothing = { readonly invented: never; readonly misfit: never };
type Check<T extends Nothing> = T;

/** Each line fails to compile where its double is not faithful. */
export type Contract = [
  Check<Faithful<typeof app, Real.App, 'commandLine'>>,
  Check<Faithful<typeof app.commandLine, Real.CommandLine>>,
  Check<Faithful<BrowserWindow, Real.BrowserWindow, 'webContents'>>,
  Check<
    Faithful<
      typeof BrowserWindow,
      typeof Real.BrowserWindow,
      'getAllWindows' | 'getFocusedWindow' | 'fromId' | 'fromWebContents'
    >
  >,
  Check<Faithful<WebContents, Real.WebContents, 'session' | 'mainFrame'>>,
  Check<Faithful<WebFrameMain, Real.WebFrameMain, 'parent' | 'top'>>,
  Check<Faithful<typeof ipcMain, Real.IpcMain>>,
  Check<Faithful<Tray, Real.Tray, 'setImage' | 'setContextMenu' | 'popUpContextMenu'>>,
  Check<Faithful<Menu, Real.Menu, 'append' | 'items' | 'getMenuItemById'>>,
  Check<
    Faithful<typeof Menu, typeof Real.Menu, 'buildFromTemplate' | 'getApplicationMenu' | 'setApplicationMenu'>
  >,
  Check<
    Faithful<MenuItem, Real.MenuItem, 'submenu' | 'type' | 'click' | 'id' | 'role' | 'accelerator' | 'icon'>
  >,
  Check<Faithful<Notification, Real.Notification>>,
  Check<Faithful<typeof Notification, typeof Real.Notification>>,
  Check<Faithful<NativeImage, Real.NativeImage>>,
  Check<Faithful<typeof nativeImage, typeof Real.nativeImage, keyof typeof nativeImage>>,
  Check<Faithful<typeof nativeTheme, Real.NativeTheme>>,
  Check<Faithful<typeof net, Real.Net>>,
  Check<Faithful<typeof powerMonitor, Real.PowerMonitor>>,
  Check<Faithful<typeof protocol, Real.Protocol>>,
  Check<Faithful<typeof screen, Real.Screen>>,
  Check<Faithful<typeof session, typeof Real.session, 'defaultSession'>>,
  Check<Faithful<typeof session.defaultSession, Real.Session, 'protocol' | 'webRequest'>>,
  Check<Faithful<typeof session.defaultSession.webRequest, Real.WebRequest>>,
  Check<Faithful<typeof shell, Real.Shell>>,
  Check<Faithful<typeof clipboard, Real.Clipboard>>,
  Check<Faithful<typeof dialog, Real.Dialog, 'showSaveDialog' | 'showOpenDialog' | 'showMessageBox'>>,
];
