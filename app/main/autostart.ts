// Whether the program starts with the person's session: a login item on Windows and macOS, a desktop entry on Linux.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { app } from 'electron';
import { autostartEntry, backgroundArgument } from '../shared/autostart-entry.ts';

/** Makes it so, whatever was before. @throws Error where the desktop's folder takes no file */
export function setAutostart(on: boolean): void {
  // A checkout has no program that could be started.
  if (!app.isPackaged) return;
  if (process.platform !== 'linux') {
    app.setLoginItemSettings({ openAtLogin: on, args: [backgroundArgument] });
    return;
  }
  const file = join(app.getPath('appData'), 'autostart', 'opengsa.desktop');
  if (!on) {
    rmSync(file, { force: true });
    return;
  }
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, autostartEntry(app.getPath('exe')));
}

/** Makes it so again: the program may have moved. That it cannot be is no reason not to start. */
export function renewAutostart(on: boolean): void {
  try {
    setAutostart(on);
  } catch (error) {
    process.stderr.write(`Whether the program starts at login cannot be set: ${String(error)}\n`);
  }
}

/** Whether the session started it: on macOS login items get no arguments. */
export function startsInBackground(): boolean {
  return process.argv.includes(backgroundArgument) || app.getLoginItemSettings().wasOpenedAtLogin;
}
