// A desktop session of one test: a message bus of its own, and settings in the test's folder.
import { join } from 'node:path';
import { debianPrograms, installedProgram } from './debian-programs.ts';
import type { ProgramGroup } from './processes.ts';

export type DesktopSession = {
  /** For programs of this session. */
  readonly environment: Readonly<Record<string, string>>;
};

/** Whether GNOME's and KDE's settings can be kept for real here. */
export const hasDesktopPrograms = (
  ['gsettings', 'dconf-service', 'dbus-daemon', 'dbus-send', 'kwriteconfig5'] as const
).every((name) => installedProgram(name) !== null);

/** The bus ends with the group. */
export async function startDesktopSession(
  group: ProgramGroup,
  desktop: 'GNOME' | 'KDE',
): Promise<DesktopSession> {
  const bus = group.start(debianPrograms['dbus-daemon'].path, ['--session', '--nofork', '--print-address']);
  const address = await bus.line(/^unix:/);
  return {
    environment: {
      HOME: group.folder,
      XDG_CONFIG_HOME: join(group.folder, 'config'),
      XDG_RUNTIME_DIR: group.folder,
      XDG_CURRENT_DESKTOP: desktop,
      DBUS_SESSION_BUS_ADDRESS: address,
    },
  };
}
