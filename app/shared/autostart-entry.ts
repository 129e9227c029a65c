// The desktop entry that starts the program with the person's session on Linux (XDG autostart specification).

/** The argument that starts the program without a window. */
export const backgroundArgument = '--background';

/** @param program absolute path of the program's executable */
export function autostartEntry(program: string): string {
  return [
    '[Desktop Entry]',
    'Type=Application',
    'Name=OpenGSA',
    `Exec=${quoted(program)} ${backgroundArgument}`,
    'Icon=opengsa',
    'Terminal=false',
    'X-GNOME-Autostart-enabled=true',
    '',
  ].join('\n');
}

/** As the desktop entry specification wants an argument: quoted, its special characters escaped twice, `%` doubled. */
function quoted(argument: string): string {
  const inQuotes = argument.replaceAll(/["`$\\]/g, '\\$&').replaceAll('%', '%%');
  return `"${inQuotes.replaceAll('\\', '\\\\')}"`;
}
