// The tray icon: one for the life of the program, drawn again only where what it shows is different.
import { isDeepStrictEqual } from 'node:util';
import { join } from 'node:path';
import { Menu, type MenuItemConstructorOptions, nativeTheme, powerMonitor, screen, Tray } from 'electron';
import type { Clock } from '../../agent/clock.ts';
import { hasDarkBar, trayIconFile } from '../shared/tray-icon-file.ts';
import type { TrayItem, TrayItemId, TrayModel } from '../shared/tray-model.ts';
import { places } from './places.ts';

export type TrayIconSetup = {
  readonly clock: Clock;
  readonly model: () => TrayModel;
  readonly clicked: () => void;
  readonly chosen: (id: TrayItemId) => void;
};

export type TrayIcon = {
  /** The model may be different. */
  readonly update: () => void;
  /** Draws all of it once more: what the desktop shows may be another thing than what it was told. */
  readonly repaint: () => void;
};

/** Desktops lose pictures that follow each other faster. */
const iconPauseMs = 200;

export function createTrayIcon({ clock, model, clicked, chosen }: TrayIconSetup): TrayIcon {
  let shown = model();
  let icon = iconPath(shown);
  const tray = new Tray(icon);
  let iconIsDue = false;
  const build = ({ menu: items }: TrayModel) =>
    Menu.buildFromTemplate(items.map((item) => menuItem(item, chosen)));
  let menu = build(shown);

  function showMenu(): void {
    menu = build(shown);
    // With a menu of its own, macOS opens that on a left click and tells of none.
    if (process.platform !== 'darwin') tray.setContextMenu(menu);
  }
  function showIcon(): void {
    iconIsDue = false;
    const wanted = iconPath(shown);
    if (wanted !== icon) tray.setImage(wanted);
    icon = wanted;
  }
  function showIconSoon(): void {
    if (iconIsDue || iconPath(shown) === icon) return;
    iconIsDue = true;
    clock.setTimer(showIcon, iconPauseMs);
  }
  function repaint(): void {
    shown = model();
    icon = iconPath(shown);
    tray.setImage(icon);
    tray.setToolTip(shown.tooltip);
    showMenu();
  }

  repaint();
  tray.on('click', clicked);
  tray.on('right-click', () => {
    if (process.platform === 'darwin') tray.popUpContextMenu(menu);
  });
  powerMonitor.on('unlock-screen', repaint);
  powerMonitor.on('resume', repaint);
  screen.on('display-added', repaint);
  screen.on('display-removed', repaint);
  screen.on('display-metrics-changed', repaint);
  nativeTheme.on('updated', showIconSoon);
  return {
    update() {
      const next = model();
      const before = shown;
      shown = next;
      showIconSoon();
      if (next.tooltip !== before.tooltip) tray.setToolTip(next.tooltip);
      if (!isDeepStrictEqual(next.menu, before.menu)) showMenu();
    },
    repaint,
  };
}

function menuItem(item: TrayItem, chosen: (id: TrayItemId) => void): MenuItemConstructorOptions {
  if (item.type === 'separator') return item;
  const { id, type, label, enabled, checked } = item;
  // macOS lets people choose what is disabled.
  return { id, type, label, enabled, checked, click: () => enabled && chosen(id) };
}

function iconPath({ icon }: TrayModel): string {
  const { platform } = process;
  const darkBar = hasDarkBar({
    platform,
    desktop: process.env.XDG_CURRENT_DESKTOP ?? '',
    darkTaskbar: nativeTheme.shouldUseDarkColorsForSystemIntegratedUI,
    darkPrograms: nativeTheme.shouldUseDarkColors,
  });
  const scale = Math.max(...screen.getAllDisplays().map(({ scaleFactor }) => scaleFactor));
  return join(places.tray, trayIconFile(icon, { platform, darkBar, scale }));
}
