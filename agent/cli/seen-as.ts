// `opengsa seen-as`: which address each destination will see, by which class, and the named location it falls into.
import { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { readAskedDestination } from '../policy/asked-destination.ts';
import { askAgent } from './ask-agent.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption } from './options.ts';
import { seenAsText } from './seen-as-text.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & { readonly json?: true; readonly verify?: true; readonly all?: true };

export function seenAsCommand(terminal: Terminal): Command {
  return new Command('seen-as')
    .description('show which address each destination will see, why, and in which named location that lies')
    .argument('[host...]', 'host, host:port or address; default: your own services and all of sign-in')
    .option('--verify', 'ask the reflection services of agent.yaml and compare')
    .option('--all', 'show every host in a line of its own')
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((hosts: string[], options: Options) => run(hosts, options, terminal));
}

async function run(hosts: readonly string[], options: Options, terminal: Terminal): Promise<void> {
  for (const host of hosts) refuseFault(host);
  const verified = options.verify === true;
  const method = verified ? 'seen-as.verify' : 'seen-as.get';
  const report = await askAgent(options, terminal, (agent) =>
    agent.call(method, { destinations: [...hosts] }),
  );
  if (options.json === true) {
    terminal.line(JSON.stringify(report, null, 2));
    return;
  }
  const lines = seenAsText(report, { named: hosts.length > 0, all: options.all === true, verified });
  lines.forEach(terminal.line);
}

/** A pattern may stand in the agent's list, as the table shows it; the agent judges those. */
function refuseFault(host: string): void {
  const read = readAskedDestination(host);
  if (read.kind === 'fault' && !host.includes('*'))
    throw new OpenGsaError('bad-usage', `${host}: ${read.fault}`);
}
