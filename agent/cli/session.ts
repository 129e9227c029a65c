// `opengsa session`: the part of the client that runs as the person, and keeps the person's system proxy.
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { systemClock } from '../clock.ts';
import { settingBefore } from '../core/proxy-plan.ts';
import { type AgentSight, proxyWanted } from '../core/proxy-wanted.ts';
import { type SystemKind, systemKinds } from '../core/saved-proxy.ts';
import type { SessionReport } from '../core/session-report.ts';
import { followAgent } from '../follow-agent.ts';
import { stateDirectory } from '../paths.ts';
import { createChain } from '../session/chain.ts';
import { chooseSystem, openSystem, thisMachine } from '../session/choose-system.ts';
import { startGuardian } from '../session/guardian.ts';
import { meaningText } from '../session/meaning-text.ts';
import { openPacServer } from '../session/pac-server.ts';
import { readPac } from '../session/pac-text.ts';
import { savedFile } from '../session/saved-file.ts';
import { askSession, openSessionSocket } from '../session/session-socket.ts';
import { startSession } from '../session/session.ts';
import { restore } from '../session/settle.ts';
import { type ClientOptions, jsonOption, socketOf, socketOption, stateDirOption } from './options.ts';
import { sessionText } from './session-text.ts';
import { clockTime } from './table.ts';
import { hangUp, type Terminal } from './terminal.ts';

type Options = ClientOptions & { readonly json?: true; readonly system?: SystemKind };

export function sessionCommand(terminal: Terminal): Command {
  const command = new Command('session')
    .description('lead your programs to the agent by the system proxy, until interrupted')
    .addOption(systemOption())
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(sessionStateOption())
    .action((options: Options) => run(options, terminal));
  // The options of `session` itself are taken before and after the name of what it does.
  command
    .command('status')
    .description('show what is set where, what was there before, and what comes back')
    .addOption(systemOption())
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(sessionStateOption())
    .action((_: Options, self: Command) => status(self.optsWithGlobals(), terminal));
  command
    .command('restore')
    .description('put back what a killed session has left')
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(sessionStateOption())
    .action((_: Options, self: Command) => restoreAndShow(self.optsWithGlobals(), terminal));
  return command;
}

function systemOption(): Option {
  return new Option(
    '--system <kind>',
    'which proxy setting; else the one of your platform and desktop',
  ).choices(systemKinds);
}

function sessionStateOption(): Option {
  return stateDirOption('where the session keeps its state');
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const { environment } = terminal;
  const stateDir = stateDirectory(options.stateDir, environment);
  const machine = thisMachine(environment);
  const system = openSystem(options.system ?? chooseSystem(machine), machine);
  const saved = savedFile(stateDir);
  const stop = AbortSignal.any([terminal.stop, hangUp()]);
  let report: SessionReport | null = null;
  const socket = await openSessionSocket(stateDir, () => report);
  const server = await openPacServer(stateDir, randomBytes);
  const guardian = startGuardian(restoreCommand(stateDir), process.env);
  try {
    // A session of another desktop was killed: its setting is not this one's to change.
    await saved.tidy();
    const left = await saved.read();
    if (left !== null && left.system !== system.kind) await restoreSaved(stateDir, terminal);
    const session = startSession({
      ...{ system, saved, pid: process.pid, clock: systemClock, marks: [server.mark] },
      chain: createChain(server, systemClock, readPac),
      wanted: () => proxyWanted(agent.sight(), systemClock.monotonic()),
      changed(next) {
        report = next;
        show(next, options, terminal);
      },
    });
    const agent = followAgent({
      socketPath: socketOf(options, terminal),
      program: 'opengsa session',
      clock: systemClock,
      stop,
      changed: relevant(
        () => agent.sight(),
        () => void session.look(),
      ),
      refused: (cause) => terminal.errorLine(`opengsa: ${cause}`),
    });
    const stopped = new Promise<void>((resolve) => {
      if (stop.aborted) resolve();
      stop.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([agent.tried, stopped]);
    await session.look();
    await stopped;
    await session.end();
  } finally {
    guardian?.end();
    await server.close();
    await socket.close();
  }
}

/** A status comes with each moved counter; only some of it concerns the proxy. */
function relevant(sight: () => AgentSight, act: () => void): () => void {
  let last = '';
  return () => {
    const seen = sight();
    const status = seen.kind === 'never-seen' ? null : seen.status;
    const words = JSON.stringify([seen.kind, status?.connection.kind, status?.capture, status?.profiles]);
    if (words !== last) act();
    last = words;
  };
}

function show(report: SessionReport, { json }: Options, terminal: Terminal): void {
  if (json === true) terminal.line(JSON.stringify(report));
  else {
    terminal.line(`${clockTime(new Date().toISOString())}  proxy`);
    sessionText(report).forEach((line) => terminal.line(`  ${line}`));
  }
}

/** This very program; `process.argv[1]` may be a link that npm made. */
function restoreCommand(stateDir: string): readonly [string, ...string[]] {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  return [process.execPath, main, 'session', 'restore', '--state-dir', stateDir];
}

async function status(options: Options, terminal: Terminal): Promise<void> {
  const stateDir = stateDirectory(options.stateDir, terminal.environment);
  const live = await askSession(stateDir);
  if (live === 'starting')
    throw new OpenGsaError('too-busy', 'the session has only begun; ask again in a second');
  print(live ?? (await lookFromOutside(stateDir, options, terminal)), options, terminal);
}

async function lookFromOutside(
  stateDir: string,
  options: Options,
  { environment }: Terminal,
): Promise<SessionReport> {
  const machine = thisMachine(environment);
  const saved = await savedFile(stateDir).read();
  const system = openSystem(saved?.system ?? options.system ?? chooseSystem(machine), machine);
  const current = await system.read();
  const facts = { saved, current, neutral: system.neutral(current), foreign: 'leave' as const };
  return {
    ...{ version: 1, pid: null, system: system.kind, place: system.place, chained: null, warnings: [] },
    state: saved === null ? { kind: 'absent', reason: 'not-running' } : { kind: 'left-behind' },
    current: meaningText(system.meaning(current)),
    before: meaningText(system.meaning(settingBefore(facts, []))),
  };
}

async function restoreAndShow(options: Options, terminal: Terminal): Promise<void> {
  const stateDir = stateDirectory(options.stateDir, terminal.environment);
  const socket = await openSessionSocket(stateDir, () => null);
  try {
    await restoreSaved(stateDir, terminal);
    print(await lookFromOutside(stateDir, options, terminal), options, terminal);
  } finally {
    await socket.close();
  }
}

async function restoreSaved(stateDir: string, { environment }: Terminal): Promise<void> {
  const saved = savedFile(stateDir);
  await saved.tidy();
  const left = await saved.read();
  if (left === null) return;
  const system = openSystem(left.system, thisMachine(environment));
  await restore({ system, saved, clock: systemClock });
}

function print(report: SessionReport, { json }: Options, terminal: Terminal): void {
  if (json === true) terminal.line(JSON.stringify(report, null, 2));
  else sessionText(report).forEach(terminal.line);
}
