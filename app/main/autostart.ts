// Whether the program starts with the person's session: a login item on Windows and macOS, a desktop entry on Linux.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { app } from 'electron';
import { autostartEntry, backgroundArgument } from '../shared/autostart-entry.ts';

/** Makes it so, whatever was before. */
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

/** Whether the session started it: on macOS login items get no arguments. */
export function startsInBackground(): boolean {
  return process.argv.includes(backgroundArgument) || app.getLoginItemSettings().wasOpenedAtLogin;
}
