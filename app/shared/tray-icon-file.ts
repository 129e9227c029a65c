// Which file of assets/tray shows a state on which system.
import type { Status } from '../../protocol/status.ts';

export type TrayLook = {
  readonly platform: string;
  /** Whether the bar that the icon stands on is dark; macOS inks template images by itself. */
  readonly darkBar: boolean;
  /** The largest of the displays. */
  readonly scale: number;
};

export type DesktopLook = {
  readonly platform: string;
  /** `XDG_CURRENT_DESKTOP`. */
  readonly desktop: string;
  /** Of the taskbar, where the system tells it apart from programs. */
  readonly darkTaskbar: boolean;
  readonly darkPrograms: boolean;
};

/** Whether the bar is dark. Panels on Linux are, whatever the theme of programs, except for KDE's, which follow it. */
export function hasDarkBar({ platform, desktop, darkTaskbar, darkPrograms }: DesktopLook): boolean {
  if (platform !== 'linux') return darkTaskbar;
  return desktop.split(':').includes('KDE') ? darkPrograms : true;
}

/**
 * Windows takes one file with all sizes, light or dark; macOS a template with its double beside it; Linux one picture that
 * fits the largest display.
 */
export function trayIconFile(shield: Status['shield'], { platform, darkBar, scale }: TrayLook): string {
  const ink = darkBar ? 'light' : 'dark';
  switch (platform) {
    case 'win32':
      return `windows/${shield}-${ink}.ico`;
    case 'darwin':
      return `macos/${shield}Template.png`;
    default:
      return `linux/${shield}-${ink}-${scale > 1 ? 44 : 22}.png`;
  }
}
