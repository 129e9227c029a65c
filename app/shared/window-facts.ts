// What a window's preload script is told of the program from the start, as an argument of its process.
import type { WindowCall, WindowEvent } from '../../protocol/window.ts';
import type { Shell } from './transport.ts';

export type WindowFacts = {
  readonly shell: Shell;
  /** What a page may ask for and listen to. */
  readonly calls: readonly WindowCall[];
  readonly events: readonly WindowEvent[];
};

/** The channels between preload script and main process. */
export const callChannel = 'window.call';
export const eventChannel = 'window.event';

const prefix = '--opengsa-window=';

export function factsArgument(facts: WindowFacts): string {
  return prefix + JSON.stringify(facts);
}

/** @throws Error where the program gave none: then there is no bridge, and the page stays empty */
export function factsFrom(argv: readonly string[]): WindowFacts {
  const argument = argv.find((each) => each.startsWith(prefix));
  if (argument === undefined) throw new Error(`the window was opened without ${prefix}`);
  // Our own main process wrote it.
  return JSON.parse(argument.slice(prefix.length)) as WindowFacts;
}
