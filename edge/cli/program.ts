// The edge's command line: which commands exist, and what a failure becomes (one line and an exit code).
import { Command, CommanderError } from 'commander';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import type { Terminal } from './terminal.ts';

type Maker = (terminal: Terminal) => Command;

/** A command's module is loaded when the command is asked for; the help needs all of them. */
const makers: Readonly<Record<string, () => Promise<Maker>>> = {
  init: async () => (await import('./init.ts')).initCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  invite: async () => (await import('./invite.ts')).inviteCommand,
  devices: async () => (await import('./devices.ts')).devicesCommand,
  admin: async () => (await import('./admin.ts')).adminCommand,
  endpoints: async () => (await import('./endpoints.ts')).endpointsCommand,
  profiles: async () => (await import('./profiles.ts')).profilesCommand,
  signaling: async () => (await import('./signaling.ts')).signalingCommand,
  backup: async () => (await import('./backup.ts')).backupCommand,
  logs: async () => (await import('./logs.ts')).logsCommand,
};

/**
 * Runs one command line.
 *
 * @param words the arguments after the program's name
 * @returns the exit code: 0 success, 1 a failure with its reason in one line, 2 wrong usage
 */
export async function runEdgeProgram(words: readonly string[], terminal: Terminal): Promise<number> {
  const program = new Command('opengsa-edge')
    .description("OpenGSA edge: takes devices' tunnels and tells destinations the device's own address")
    .addHelpText('after', '\nExit codes: 0 success, 1 failure with its reason in one line, 2 wrong usage.')
    .helpCommand(false);
  for (const make of await neededMakers(words)) program.addCommand(make(terminal));
  throwInsteadOfExit(program, terminal);
  try {
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    return exitCode(error, terminal);
  }
}

function neededMakers([first = '']: readonly string[]): Promise<readonly Maker[]> {
  const needed = Object.hasOwn(makers, first) ? [makers[first]] : Object.values(makers);
  return Promise.all(needed.flatMap((load) => load?.() ?? []));
}

// Commander exits the process by itself unless every command is told to throw.
function throwInsteadOfExit(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.line(text.trimEnd()),
    writeErr: (text) => terminal.errorLine(text.trimEnd()),
    outputError: (text, write) => write(text.replace(/^error: /, 'opengsa-edge: ')),
  });
  for (const child of command.commands) throwInsteadOfExit(child, terminal);
}

function exitCode(error: unknown, terminal: Terminal): number {
  // Commander has printed its message; help comes as an error with exit code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  terminal.errorLine(`opengsa-edge: ${explain(error)}`);
  return error instanceof OpenGsaError && error.code === 'bad-usage' ? 2 : 1;
}
