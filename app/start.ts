// `npm start`: agent and windows from a checkout, until Ctrl-C.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { connectToAgent } from '../agent/management/client.ts';
import { agentSocketPath, stateDirectory } from '../agent/paths.ts';
import { buildAppIfStale } from './build/build-app.ts';

const root = join(import.meta.dirname, '..');
const client = join(root, 'agent/main.ts');

process.exitCode = await main();

async function main(): Promise<number> {
  // Before anything is started: a signal ends children by their handles, then this program.
  const children: ChildProcess[] = [];
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => stop.abort());
  }
  await buildAppIfStale();
  if (stop.signal.aborted) return 0;
  if (await agentAnswers()) say('An agent runs already; the windows show that one.');
  else {
    const agent = start(process.execPath, [client, 'agent'], stop.signal);
    children.push(agent);
    if (!(await answersInTime(agent))) return agent.exitCode ?? 1;
  }
  const electron = electronProgram();
  const [program, words] = electron === null ? [process.execPath, [client, 'ui']] : [electron, [root]];
  const windows = start(program, words, stop.signal);
  children.push(windows);
  await ended(windows);
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map(ended));
  return windows.pid === undefined ? 1 : (windows.exitCode ?? 0);
}

/** @param stop ends the program by SIGTERM, also one that is started after it */
function start(program: string, args: readonly string[], stop: AbortSignal): ChildProcess {
  const child = spawn(program, args, { stdio: 'inherit', signal: stop });
  child.on('error', (error) => {
    if (!stop.aborted) say(`${program}: ${error.message}`);
  });
  return child;
}

/** Of a program that could not be started too: it was told already why. */
function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined)
    return Promise.resolve();
  return new Promise((resolve) => child.once('close', () => resolve()));
}

/** Whether one answers on the usual socket; one that refuses this account counts as well, and the windows say so. */
async function agentAnswers(): Promise<boolean> {
  const socketPath = agentSocketPath(undefined, stateDirectory(undefined), false);
  try {
    (await connectToAgent({ socketPath, program: 'npm start' })).close();
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'agent-not-running');
  }
}

/** Whether the agent that was just started is there; it says itself why not. */
async function answersInTime(agent: ChildProcess): Promise<boolean> {
  while (agent.exitCode === null && agent.signalCode === null) {
    if (await agentAnswers()) return true;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return false;
}

/** Electron's own program; null where it was not downloaded, or nothing could show a window. */
function electronProgram(): string | null {
  const { DISPLAY = '', WAYLAND_DISPLAY = '', ELECTRON_OVERRIDE_DIST_PATH } = process.env;
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' } as const;
  const name = process.platform in names ? names[process.platform as keyof typeof names] : 'electron';
  if (name === 'electron' && DISPLAY === '' && WAYLAND_DISPLAY === '') return null;
  // Asking the package for its program would download it.
  const program = join(ELECTRON_OVERRIDE_DIST_PATH ?? join(root, 'node_modules/electron/dist'), name);
  return existsSync(program) ? program : null;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
