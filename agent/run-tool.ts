// Runs one of the system's own programs, by its absolute path, without a shell and not for ever.
import { execFile } from 'node:child_process';
import { OpenGsaError } from '../protocol/error.ts';

export type ToolResult = { readonly ok: boolean; readonly stdout: string; readonly stderr: string };

export type ToolOptions = {
  /** Written to standard input. */
  readonly input?: string;
  /** Added to a small clean environment. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly timeoutMs?: number;
};

export type RunTool = typeof runTool;

/**
 * @param neededPackage what brings the program, for the person who lacks it
 * @throws OpenGsaError `not-found` where the program is not installed, `timeout`
 */
export function runTool(
  path: string,
  args: readonly string[],
  neededPackage: string,
  { input = '', environment = {}, timeoutMs = 60_000 }: ToolOptions = {},
): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const options = {
      timeout: timeoutMs,
      maxBuffer: 4 * 1024 * 1024,
      killSignal: 'SIGKILL',
      env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', ...environment, LC_ALL: 'C' },
    } as const;
    const child = execFile(path, args, options, (error, stdout, stderr) => {
      if (error?.code === 'ENOENT') {
        const remedy = `install the package ${neededPackage}`;
        reject(new OpenGsaError('not-found', `${path} is not installed: ${remedy}`));
      } else if (error?.killed === true) {
        reject(new OpenGsaError('timeout', `${path} did not end within ${timeoutMs / 1000} s`));
      } else {
        resolve({ ok: error === null, stdout, stderr });
      }
    });
    // A program that reads nothing may have ended already.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
  });
}
