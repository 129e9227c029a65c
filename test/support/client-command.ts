// One command of the client in the test's own process: what it prints and how it ends, without the cost of a program.
import { Readable } from 'node:stream';
import { runClient } from '../../agent/cli/program.ts';
import { cleanEnvironment, type ProgramGroup } from './processes.ts';

export type CommandResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** As if it were typed in the group's folder, with `input` on standard input. */
export function runClientIn(
  { folder }: ProgramGroup,
  words: readonly string[],
  input = '',
): Promise<CommandResult> {
  return runCommand(words, cleanEnvironment(folder, { INIT_CWD: folder }), input);
}

/**
 * @param environment all that the command sees; `INIT_CWD` is where the person is
 * @param input what the command reads
 */
export async function runCommand(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  input = '',
): Promise<CommandResult> {
  const said = { stdout: '', stderr: '' };
  const code = await runClient(words, {
    environment,
    line: (text) => void (said.stdout += `${text}\n`),
    errorLine: (text) => void (said.stderr += `${text}\n`),
    drained: () => Promise.resolve(),
    input: Readable.from([input]),
    stop: new AbortController().signal,
  });
  return { code, ...said };
}
