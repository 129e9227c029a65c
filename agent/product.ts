// Which program this is: its version, and what it runs on.
import { readFileSync } from 'node:fs';
import { release } from 'node:os';
import { join, sep } from 'node:path';

/** From package.json beside the sources. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Whether this program was installed: installers put a Node of its own beside its sources. */
export function isPackaged(): boolean {
  return process.execPath.startsWith(join(import.meta.dirname, '../node') + sep);
}

/** @param version of a program that carries no package.json beside its code */
export function productFacts(version = packageVersion()): {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
} {
  const platform = `${process.platform} ${process.arch} ${release()}`;
  return { version, node: process.version, platform };
}
