// The client's command line: which commands exist, and what a failure becomes (one line and an exit code).
import { Command, CommanderError } from 'commander';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import { agentCommand } from './agent.ts';
import { egressCommand } from './egress.ts';
import { flowsCommand } from './flows.ts';
import { modeCommands } from './mode-commands.ts';
import { profileCommands } from './profile.ts';
import { profileSwitchCommands } from './profile-switch.ts';
import { statusCommand } from './status.ts';
import type { Terminal } from './terminal.ts';

/**
 * Runs one command line.
 *
 * @param words the arguments after the program's name
 * @returns the exit code: 0 success, 1 a failure with its reason in one line, 2 wrong usage
 */
export async function runClient(words: readonly string[], terminal: Terminal): Promise<number> {
  const program = clientProgram(terminal);
  try {
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    return exitCode(error, terminal);
  }
}

function clientProgram(terminal: Terminal): Command {
  const program = new Command('opengsa')
    .description('OpenGSA client: which address each service sees, and the tunnel that decides it')
    .helpCommand(false);
  const commands = [
    agentCommand(terminal),
    statusCommand(terminal),
    ...modeCommands(terminal),
    egressCommand(terminal),
    flowsCommand(terminal),
    profileCommand(terminal),
  ];
  for (const command of commands) program.addCommand(command);
  throwInsteadOfExit(program, terminal);
  return program;
}

/** Files and rules need no agent; switching a profile is the running agent's. */
function profileCommand(terminal: Terminal): Command {
  const profile = profileCommands(terminal).helpCommand(false);
  for (const command of profileSwitchCommands(terminal)) profile.addCommand(command);
  return profile;
}

// Commander exits the process by itself unless every command is told to throw.
function throwInsteadOfExit(command: Command, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.line(text.trimEnd()),
    writeErr: (text) => terminal.errorLine(text.trimEnd()),
    outputError: (text, write) => write(text.replace(/^error: /, 'opengsa: ')),
  });
  for (const child of command.commands) throwInsteadOfExit(child, terminal);
}

function exitCode(error: unknown, terminal: Terminal): number {
  // Commander has printed its message; help and version come as an error with exit code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  terminal.errorLine(`opengsa: ${explain(error)}`);
  return error instanceof OpenGsaError && error.code === 'bad-usage' ? 2 : 1;
}
