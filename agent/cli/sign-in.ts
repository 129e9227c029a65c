// `opengsa sign-in` and `opengsa sign-out`: tells the edge who is at this device, for as long as the person wants.
import { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import type { ManagementClient } from '../management/client.ts';
import { askAgent } from './ask-agent.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption } from './options.ts';
import { showSignIn } from './show-sign-in.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & {
  readonly json?: true;
  readonly deviceCode?: true;
  readonly open: boolean;
  readonly issuer?: string;
};

export function signInCommands(terminal: Terminal): readonly Command[] {
  return [
    new Command('sign-in')
      .description('sign in at this device, in your browser: the edge then knows whose traffic is whose')
      .option('--device-code', 'print a code to enter in a browser on any other device')
      .option('--no-open', 'print the address instead of opening the browser')
      .option('--issuer <url>', 'where to sign in, if the edge has more than one issuer')
      .addOption(jsonOption())
      .addOption(socketOption())
      .addOption(stateDirOption())
      .action((options: Options) => signIn(options, terminal)),
    new Command('sign-out')
      .description('end the sign-in at this device')
      .addOption(socketOption())
      .addOption(stateDirOption())
      .action((options: ClientOptions) => signOut(options, terminal)),
  ];
}

async function signIn(options: Options, terminal: Terminal): Promise<void> {
  const name = await askAgent(options, terminal, async (agent) => {
    const started = await agent.call('person.sign-in', {
      how: options.deviceCode === true ? 'device-code' : 'browser',
      uid: process.getuid?.() ?? null,
      issuer: options.issuer ?? null,
    });
    const shown = await showSignIn(started, 'sign-in', options, terminal);
    try {
      return await outcome(agent, terminal);
    } finally {
      await shown.remove();
    }
  });
  terminal.line(
    options.json === true ? JSON.stringify({ event: 'signed-in', name }) : `Signed in as ${name}.`,
  );
}

async function outcome(agent: ManagementClient, terminal: Terminal): Promise<string> {
  while (!terminal.stop.aborted) {
    const progress = await agent.call('person.progress', {});
    if (progress.kind === 'signed-in') return progress.name;
    if (progress.kind === 'failed')
      throw new OpenGsaError('access-denied', `not signed in: ${progress.cause}`);
  }
  throw new OpenGsaError('access-denied', 'not signed in: interrupted');
}

async function signOut(options: ClientOptions, terminal: Terminal): Promise<void> {
  const { person } = await askAgent(options, terminal, (agent) => agent.call('status.get', {}));
  await askAgent(options, terminal, (agent) => agent.call('person.sign-out', {}));
  terminal.line(person === null ? 'Nobody was signed in.' : `${person.name} is signed out.`);
}
