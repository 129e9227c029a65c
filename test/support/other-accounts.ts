// Whether a test can run programs of this checkout as another account.
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { installedProgram, isRoot } from './debian-programs.ts';

const checkout = join(import.meta.dirname, '../..');

/** Why it cannot, or null. Tests print it and skip. */
export function otherAccountsObstacle(): string | null {
  if (!isRoot()) return 'running programs as another account needs root';
  if (installedProgram('setpriv') === null) return 'missing: setpriv';
  const shut = foldersUpFrom(checkout).find((folder) => (statSync(folder).mode & 0o001) === 0);
  return shut === undefined ? null : `other accounts may not enter ${shut}, in which this checkout lies`;
}

function foldersUpFrom(folder: string): readonly string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...foldersUpFrom(above)];
}
