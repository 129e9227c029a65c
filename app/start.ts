// `npm start`: agent and windows from a checkout, until Ctrl-C.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
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
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => children.forEach((child) => child.kill('SIGTERM')));
  }
  await buildAppIfStale();
  if (await agentAnswers()) say('An agent runs already; the windows show that one.');
  else {
    const agent = start(process.execPath, [client, 'agent']);
    children.push(agent);
    if (!(await answersInTime(agent))) return agent.exitCode ?? 1;
  }
  const electron = electronProgram();
  const windows = electron === null ? start(process.execPath, [client, 'ui']) : start(electron, [root]);
  children.push(windows);
  await once(windows, 'close');
  for (const child of children) child.kill('SIGTERM');
  await Promise.all(children.map(ended));
  return windows.exitCode ?? 0;
}

function start(program: string, args: readonly string[]): ChildProcess {
  const child = spawn(program, args, { stdio: 'inherit' });
  child.on('error', (error) => say(`${program}: ${error.message}`));
  return child;
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
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
