// Stands in for a system's programs where there are none: answers from a script, and records what was asked.
import type { RunTool, ToolResult } from '../../agent/run-tool.ts';

export type RecordedCommands = {
  readonly run: RunTool;
  /** Each call, as the program's path and its arguments. */
  readonly calls: () => readonly (readonly string[])[];
};

/** @param answer what a call prints, null: it fails */
export function recordedCommands(answer: (args: readonly string[]) => string | null): RecordedCommands {
  const calls: string[][] = [];
  const run: RunTool = (path, args) => {
    calls.push([path, ...args]);
    const stdout = answer(args);
    const result: ToolResult =
      stdout === null ? { ok: false, stdout: '', stderr: 'refused' } : { ok: true, stdout, stderr: '' };
    return Promise.resolve(result);
  };
  return { run, calls: () => calls };
}
