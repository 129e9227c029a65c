// Options that several commands share, and what their text becomes.
import { Command, InvalidArgumentError, Option } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { durationRule, parseDuration } from '../core/duration.ts';
import { configFile, stateDirectory, type StateFiles, stateFiles } from '../paths.ts';
import type { Terminal } from './terminal.ts';

export type PlaceOptions = { readonly config?: string; readonly stateDir?: string };

export type Places = { readonly config: string; readonly stateDir: string; readonly files: StateFiles };

export function configOption(): Option {
  return new Option(
    '--config <file>',
    'configuration (default: edge.yaml here, else /etc/opengsa/edge.yaml)',
  );
}

export function stateDirOption(): Option {
  return new Option(
    '--state-dir <directory>',
    'where the edge keeps keys and devices (default: $XDG_STATE_HOME/opengsa-edge)',
  );
}

export function jsonOption(): Option {
  return new Option('--json', 'print JSON');
}

/** A command that acts on an edge: it finds its files, and prints facts as JSON too. */
export function actingCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(configOption())
    .addOption(stateDirOption())
    .addOption(jsonOption());
}

export function placesOf(options: PlaceOptions, terminal: Terminal): Places {
  const stateDir = stateDirectory(options.stateDir, terminal.environment);
  return { config: configFile(options.config, terminal.environment), stateDir, files: stateFiles(stateDir) };
}

/** Where the running edge listens for commands. */
export function socketOf(options: PlaceOptions, terminal: Terminal): string {
  return placesOf(options, terminal).files.controlSocket;
}

/** `--expires`, as milliseconds. */
export function expiresOption(text: string, usual: string, longestDays: number): Option {
  const parse = (value: string): number => {
    const ms = parseDuration(value);
    if (ms !== null && ms <= longestDays * 86_400_000) return ms;
    throw new InvalidArgumentError(`It ${durationRule}, at most ${longestDays}d.`);
  };
  return new Option('--expires <time>', `${text}: 12h, 90d`).argParser(parse).default(parse(usual), usual);
}

/**
 * What a list numbers: an invitation, a revision, an assignment.
 *
 * @param what with its article
 * @throws OpenGsaError `bad-usage`
 */
export function numberOf(text: string, what: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new OpenGsaError('bad-usage', `${JSON.stringify(text)} is no number of ${what}`);
}

/** Collects an option that may be given several times. */
export function repeated(value: string, former: readonly string[] = []): string[] {
  return [...former, value];
}
