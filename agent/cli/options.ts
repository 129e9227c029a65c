// Options that several commands share, and what their text becomes.
import { InvalidArgumentError, Option } from 'commander';
import { agentSocketPath, stateDirectory } from '../paths.ts';
import { isPackaged } from '../product.ts';
import type { Terminal } from './terminal.ts';

export type ClientOptions = { readonly socket?: string; readonly stateDir?: string };

export function socketOption(): Option {
  return new Option('--socket <path>', "the agent's management socket").env('OPENGSA_SOCKET');
}

export function stateDirOption(text = 'where the agent keeps its state'): Option {
  return new Option('--state-dir <directory>', text).env('OPENGSA_STATE_DIR');
}

export function jsonOption(): Option {
  return new Option('--json', 'print JSON');
}

/** Where the agent listens, by options and environment. */
export function socketOf(options: ClientOptions, terminal: Terminal): string {
  const stateDir = stateDirectory(options.stateDir, terminal.environment);
  return agentSocketPath(options.socket, stateDir, isPackaged(), terminal.environment);
}

/** A parser for a whole number from `least` to `most`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}
