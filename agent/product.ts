// Which program this is: its version, and what it runs on.
import { readFileSync } from 'node:fs';
import { release } from 'node:os';

/** From package.json beside the sources. */
export function packageVersion(): string {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

export function productFacts(): {
  readonly version: string;
  readonly node: string;
  readonly platform: string;
} {
  const platform = `${process.platform} ${process.arch} ${release()}`;
  return { version: packageVersion(), node: process.version, platform };
}
