// Asks the session bus of a Linux desktop whether any program there shows tray icons.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';
import { nameHasOwner, type TraySupport, traySupport } from '../shared/tray-support.ts';

const watcher = 'org.kde.StatusNotifierWatcher';
const bus = 'org.freedesktop.DBus';
const busPath = '/org/freedesktop/DBus';

/** Either tool asks the same question. */
const tools = [
  {
    program: '/usr/bin/gdbus',
    args: [
      ...['call', '--session', '--timeout', '2', '--dest', bus, '--object-path', busPath],
      ...['--method', `${bus}.NameHasOwner`, watcher],
    ],
  },
  {
    program: '/usr/bin/busctl',
    args: ['--user', '--timeout=2', 'call', bus, busPath, bus, 'NameHasOwner', 's', watcher],
  },
] as const;

/** The tools wait at most 2 s for an answer; this is for one that does not end. */
const patienceMs = 3_000;

/** Says on standard error what is missing where there is no tray. */
export async function findTraySupport(): Promise<TraySupport> {
  const support = traySupport(process.platform, await isTrayWatched());
  if (support.opensAtStart) {
    process.stderr.write(
      'This desktop shows no tray icons, so the window stays in the task list. GNOME shows them with the extension AppIndicator.\n',
    );
  }
  return support;
}

/** Null where nobody can be asked. */
async function isTrayWatched(): Promise<boolean | null> {
  const tool = tools.find(({ program }) => existsSync(program));
  if (process.platform !== 'linux' || tool === undefined) return null;
  try {
    const limits = { timeout: patienceMs, maxBuffer: 4_096, encoding: 'utf8' } as const;
    const { stdout } = await promisify(execFile)(tool.program, tool.args, limits);
    return nameHasOwner(stdout);
  } catch {
    // No bus, or one that does not answer: then nothing is known.
    return null;
  }
}
