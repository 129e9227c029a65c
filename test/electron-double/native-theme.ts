// Electron's `nativeTheme`: light or dark, as the operating system has it or the program wants it.
import { BrowserWindow } from './browser-window.ts';
import { ignoreClosedPage } from './chromium.ts';
import { desktop } from './desktop.ts';
import { StrictEmitter } from './strict.ts';

class NativeTheme extends StrictEmitter {
  readonly shouldUseHighContrastColors = false;
  readonly shouldUseInvertedColorScheme = false;
  readonly inForcedColorsMode = false;
  readonly prefersReducedTransparency = false;

  constructor() {
    super('nativeTheme', ['updated']);
  }

  get themeSource(): 'system' | 'light' | 'dark' {
    return desktop.state.themeSource;
  }

  set themeSource(source: 'system' | 'light' | 'dark') {
    if (!['system', 'light', 'dark'].includes(source))
      throw new TypeError(`Invalid themeSource value: ${source}`);
    changeTheme(() => {
      desktop.state.themeSource = source;
    });
  }

  get shouldUseDarkColors(): boolean {
    return desktop.dark();
  }

  /** The taskbar's theme, which a program's own wish does not change. */
  get shouldUseDarkColorsForSystemIntegratedUI(): boolean {
    return desktop.state.systemDark;
  }
}

export const nativeTheme = new NativeTheme();

/** The person sets the operating system to dark or light. */
export function setSystemTheme(dark: boolean): void {
  changeTheme(() => {
    desktop.state.systemDark = dark;
  });
}

function changeTheme(change: () => void): void {
  const before = [desktop.dark(), desktop.state.systemDark].join();
  change();
  if (before === [desktop.dark(), desktop.state.systemDark].join()) return;
  for (const window of desktop.windows) {
    void BrowserWindow.internals
      .page(window)
      .then((page) => page.setDark(desktop.dark()))
      .catch(ignoreClosedPage);
  }
  nativeTheme.emit('updated');
}
