// A folder in the shape of Electron's distribution without Electron: enough to pack the program and flip its fuses.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPackage } from '@electron/asar';

/** What marks the fuses in Electron's binary; after it come the version, the number of fuses, and each as a digit. */
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const version = 1;
const fuses = '011001011';

/** @returns the folder */
export async function writePlaceholderElectron(folder: string): Promise<string> {
  const resources = join(folder, 'resources');
  const source = join(folder, 'default-app');
  mkdirSync(resources, { recursive: true });
  mkdirSync(source);
  writeFileSync(join(source, 'package.json'), '{}');
  await createPackage(source, join(resources, 'default_app.asar'));
  const wire = Buffer.concat([
    Buffer.from(sentinel),
    Buffer.from([version, fuses.length]),
    Buffer.from(fuses),
  ]);
  writeFileSync(join(folder, 'electron'), Buffer.concat([Buffer.alloc(64), wire, Buffer.alloc(64)]), {
    mode: 0o755,
  });
  for (const name of ['LICENSE', 'version']) writeFileSync(join(folder, name), '');
  return folder;
}

/** The fuses of a packed binary, in Electron's order. @throws Error where there are none */
export function fuseWire(binary: Buffer): string {
  const at = binary.indexOf(sentinel);
  if (at === -1) throw new Error('the binary has no fuses');
  const start = at + sentinel.length;
  const length = binary.readUInt8(start + 1);
  return binary.toString('latin1', start + 2, start + 2 + length);
}
