// The module that `electron` stands for while the shipped bundle runs under Node: the test double's modules, guarded.
import { app, startApp } from './app.ts';
import { BrowserWindow as BrowserWindowDouble } from './browser-window.ts';
import { clipboard as clipboardDouble } from './clipboard.ts';
import { serveControl } from './control.ts';
import { dialog as dialogDouble } from './dialog.ts';
import { ipcMain } from './ipc-main.ts';
import { Menu as MenuDouble, MenuItem as MenuItemDouble } from './menu.ts';
import { nativeImage as nativeImageDouble } from './native-image.ts';
import { nativeTheme } from './native-theme.ts';
import { net as netDouble } from './net.ts';
import { Notification as NotificationDouble } from './notification.ts';
import { powerMonitor } from './power-monitor.ts';
import { protocol } from './protocol.ts';
import { screen } from './screen.ts';
import { session as sessionDouble } from './session.ts';
import { shell as shellDouble } from './shell.ts';
import { strict } from './strict.ts';
import { Tray as TrayDouble } from './tray.ts';

export { app, ipcMain, nativeTheme, powerMonitor, protocol, screen };
export const BrowserWindow = strict('BrowserWindow', BrowserWindowDouble);
export const Menu = strict('Menu', MenuDouble);
export const MenuItem = strict('MenuItem', MenuItemDouble);
export const Notification = strict('Notification', NotificationDouble);
export const Tray = strict('Tray', TrayDouble);
export const clipboard = strict('clipboard', clipboardDouble);
export const dialog = strict('dialog', dialogDouble);
export const nativeImage = strict('nativeImage', nativeImageDouble);
export const net = strict('net', netDouble);
export const session = strict('session', sessionDouble);
export const shell = strict('shell', shellDouble);

startApp();
serveControl();
