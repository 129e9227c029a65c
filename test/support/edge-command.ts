// One command of the edge in the test's own process: what it prints and how it ends, without the cost of a program.
import { runEdgeProgram } from '../../edge/cli/program.ts';
import type { CommandResult } from './client-command.ts';
import { cleanEnvironment, type ProgramGroup } from './processes.ts';

/** As if it were typed in the group's folder. */
export async function runEdgeIn({ folder }: ProgramGroup, words: readonly string[]): Promise<CommandResult> {
  const said = { stdout: '', stderr: '' };
  const code = await runEdgeProgram(words, {
    environment: cleanEnvironment(folder, { INIT_CWD: folder }),
    uid: process.getuid?.() ?? 0,
    hostName: 'test',
    line: (text) => void (said.stdout += `${text}\n`),
    errorLine: (text) => void (said.stderr += `${text}\n`),
    stop: new AbortController().signal,
    onHangup: () => undefined,
  });
  return { code, ...said };
}
