// Real programs in tests: started in a folder of their own, waited for by what they print, ended by their pid.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { atExit } from './at-exit.ts';

const repository = resolve(import.meta.dirname, '../..');
/** The Node that the repository pins, whatever runs the test. */
export const pinnedNode = join(repository, 'node_modules/.bin/node');
export const edgeMain = join(repository, 'edge/main.ts');
export const agentMain = join(repository, 'agent/main.ts');

/** How long a program may take until it is ready or has ended; a guard against a hang, not a measure. */
const patienceMs = 20_000;

export type ProgramEnd = { readonly code: number | null; readonly signal: NodeJS.Signals | null };
export type ProgramResult = ProgramEnd & { readonly stdout: string; readonly stderr: string };

export type StartOptions = {
  readonly cwd?: string;
  /** Added to a small clean environment whose home and XDG folders lie in the group's folder. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to standard input, which is then closed. */
  readonly input?: string;
  /** For a Node program that talks to its starter: called for each message it sends. */
  readonly onMessage?: (message: unknown) => void;
};

export type Program = {
  readonly pid: number;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** Resolves when the program has ended and its output is complete. */
  readonly ended: Promise<ProgramResult>;
  /** The first line of standard output that `pattern` matches, past or future; rejects where the program ends before. */
  readonly line: (pattern: RegExp) => Promise<string>;
  readonly signal: (name: NodeJS.Signals) => void;
  /** A message to a program that was started with `onMessage`. */
  readonly send: (message: object) => void;
};

export type ProgramGroup = {
  /** A fresh folder under the system's temporary folder, short enough for the path of a Unix socket. */
  readonly folder: string;
  readonly start: (command: string, args: readonly string[], options?: StartOptions) => Program;
  /** Starts and waits for the end. */
  readonly run: (command: string, args: readonly string[], options?: StartOptions) => Promise<ProgramResult>;
  /** Ends what still runs and removes the folder. Call it in afterEach or afterAll. */
  readonly end: () => Promise<void>;
};

/** A folder and the programs started for it. */
export function createProgramGroup(): ProgramGroup {
  const folder = mkdtempSync(join(tmpdir(), 'opengsa-'));
  const programs: Program[] = [];
  const start: ProgramGroup['start'] = (command, args, options = {}) => {
    const program = startProgram(command, args, folder, options);
    programs.push(program);
    return program;
  };
  return {
    folder,
    start,
    run: (command, args, options) => start(command, args, options).ended,
    async end() {
      for (const program of programs) program.signal('SIGKILL');
      await Promise.all(programs.map((program) => program.ended));
      // What a program of theirs started may still write while it ends.
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}

function startProgram(
  command: string,
  args: readonly string[],
  folder: string,
  { cwd = folder, env = {}, input, onMessage }: StartOptions,
): Program {
  const child = spawn(command, args, {
    cwd,
    env: cleanEnvironment(folder, env),
    stdio: [
      input === undefined ? 'ignore' : 'pipe',
      'pipe',
      'pipe',
      ...(onMessage === undefined ? [] : ['ipc' as const]),
    ],
  });
  if (onMessage !== undefined) child.on('message', onMessage);
  const output = collectOutput(child);
  endWithThisProcess(child);
  if (child.stdin !== null) {
    // A program may end without reading its input; the pipe's error says nothing that its end does not.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  }
  let over = false;
  const ended = endOf(child, output).finally(() => {
    over = true;
  });
  return {
    pid: child.pid ?? -1,
    stdout: () => output.stdout,
    stderr: () => output.stderr,
    ended,
    line: (pattern) => lineOf(child, output, ended, pattern),
    signal(name) {
      if (!over) child.kill(name);
    },
    send(message) {
      // Who waits for an answer learns of the program's end by `ended`.
      if (child.connected) child.send(message, () => undefined);
    },
  };
}

type Output = { stdout: string; stderr: string };

function collectOutput(child: ChildProcess): Output {
  const output: Output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  return output;
}

function endOf(child: ChildProcess, output: Output): Promise<ProgramResult> {
  return new Promise((settle) => {
    child.once('error', (error) => {
      // Only a program that could not be started at all has no pid; other errors are followed by 'close'.
      if (child.pid === undefined) settle({ code: null, signal: null, ...output, stderr: error.message });
    });
    child.once('close', (code, signal) => settle({ code, signal, ...output }));
  });
}

function lineOf(
  child: ChildProcess,
  output: Output,
  ended: Promise<ProgramResult>,
  pattern: RegExp,
): Promise<string> {
  return new Promise((settle, fail) => {
    const look = (): void => {
      const complete = output.stdout.split('\n').slice(0, -1);
      const found = complete.find((line) => pattern.test(line));
      if (found !== undefined) finish(() => settle(found));
    };
    const describe = (what: string): Error =>
      new Error(`${what} without a line like ${String(pattern)}\n${output.stdout}\n${output.stderr}`);
    const timer = setTimeout(() => finish(() => fail(describe('still running'))), patienceMs);
    const finish = (act: () => void): void => {
      clearTimeout(timer);
      child.stdout?.off('data', look);
      act();
    };
    child.stdout?.on('data', look);
    look();
    void ended.then(({ code, signal }) => finish(() => fail(describe(`ended (${code ?? signal ?? '?'})`))));
  });
}

/** Hundreds of starts of the same programs share what Node has compiled, as far as the suite has a place for it. */
const { NODE_COMPILE_CACHE: compileCache } = process.env;
const sharedCompileCache = compileCache === undefined ? {} : { NODE_COMPILE_CACHE: compileCache };

/** A small clean environment whose home and XDG folders lie in `folder`. */
export function cleanEnvironment(
  folder: string,
  extra: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    HOME: folder,
    XDG_STATE_HOME: join(folder, 'state'),
    XDG_CONFIG_HOME: join(folder, 'config'),
    XDG_RUNTIME_DIR: folder,
    TMPDIR: folder,
    ...sharedCompileCache,
    ...extra,
  };
}

/** A test process that is ended from outside leaves nothing behind. */
function endWithThisProcess(child: ChildProcess): void {
  child.once(
    'close',
    atExit(() => child.kill('SIGKILL')),
  );
}
