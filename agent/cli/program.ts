// The client's command line: which commands exist, and what a failure becomes (one line and an exit code).
import { Command, CommanderError } from 'commander';
import { explain, OpenGsaError } from '../../protocol/error.ts';
import { packageVersion } from '../product.ts';
import type { Terminal } from './terminal.ts';

type Maker = (terminal: Terminal) => readonly Command[];
type Module = { readonly names: readonly string[]; readonly load: () => Promise<Maker> };

/** A command's module is loaded when the command is asked for; the help needs all of them. */
const modules: readonly Module[] = [
  { names: ['agent'], load: async () => one((await import('./agent.ts')).agentCommand) },
  { names: ['enroll'], load: async () => one((await import('./enroll.ts')).enrollCommand) },
  { names: ['status'], load: async () => one((await import('./status.ts')).statusCommand) },
  {
    names: ['connect', 'disconnect', 'pause', 'resume'],
    load: async () => (await import('./mode-commands.ts')).modeCommands,
  },
  { names: ['egress'], load: async () => one((await import('./egress.ts')).egressCommand) },
  { names: ['seen-as'], load: async () => one((await import('./seen-as.ts')).seenAsCommand) },
  { names: ['locations'], load: async () => one((await import('./locations.ts')).locationsCommand) },
  { names: ['health'], load: async () => one((await import('./health.ts')).healthCommand) },
  { names: ['flows'], load: async () => one((await import('./flows.ts')).flowsCommand) },
  { names: ['hostnames'], load: async () => one((await import('./hostnames.ts')).hostnamesCommand) },
  {
    names: ['collect-logs'],
    load: async () => one((await import('./collect-logs.ts')).collectLogsCommand),
  },
  {
    names: ['sign-in', 'sign-out'],
    load: async () => (await import('./sign-in.ts')).signInCommands,
  },
  { names: ['ui'], load: async () => one((await import('./ui.ts')).uiCommand) },
  { names: ['session'], load: async () => one((await import('./session.ts')).sessionCommand) },
  { names: ['inspection'], load: async () => one((await import('./inspection.ts')).inspectionCommands) },
  { names: ['profile'], load: async () => one((await import('./profile.ts')).profileCommands) },
];

/**
 * Runs one command line.
 *
 * @param words the arguments after the program's name
 * @returns the exit code: 0 success, 1 a failure with its reason in one line, 2 wrong usage
 */
export async function runClient(words: readonly string[], terminal: Terminal): Promise<number> {
  const program = await clientProgram(words, terminal);
  try {
    await program.parseAsync(words, { from: 'user' });
    return 0;
  } catch (error) {
    return exitCode(error, terminal);
  }
}

async function clientProgram(words: readonly string[], terminal: Terminal): Promise<Command> {
  const program = new Command('opengsa')
    .description('OpenGSA client: which address each service sees, and the tunnel that decides it')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpCommand(false);
  const makers = await Promise.all(neededModules(words).map(({ load }) => load()));
  for (const command of makers.flatMap((make) => make(terminal))) program.addCommand(command);
  throwInsteadOfExit(program, 'opengsa', terminal);
  return program;
}

function neededModules([first = '']: readonly string[]): readonly Module[] {
  const asked = modules.filter(({ names }) => names.includes(first));
  return asked.length > 0 ? asked : modules;
}

function one(make: (terminal: Terminal) => Command): Maker {
  return (terminal) => [make(terminal)];
}

// Commander exits the process by itself unless every command is told to throw.
function throwInsteadOfExit(command: Command, path: string, terminal: Terminal): void {
  command.exitOverride().configureOutput({
    writeOut: (text) => terminal.line(text.trimEnd()),
    writeErr: (text) => terminal.errorLine(text.trimEnd()),
    outputError: (text, write) => write(usageError(text, path)),
  });
  for (const child of command.commands) throwInsteadOfExit(child, `${path} ${child.name()}`, terminal);
}

/** Commander's words as one line of ours, with where the right ones stand. */
function usageError(text: string, path: string): string {
  const fault = text
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
    .replace(/\.$/, '');
  return `opengsa: ${fault}. See "${path} --help"`;
}

function exitCode(error: unknown, terminal: Terminal): number {
  // Commander has printed its message; help and version come as an error with exit code 0.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  terminal.errorLine(`opengsa: ${explain(error)}`);
  return error instanceof OpenGsaError && error.code === 'bad-usage' ? 2 : 1;
}
