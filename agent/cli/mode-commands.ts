// `opengsa connect`, `disconnect`, `pause` and `resume`: whether traffic goes through the edge.
import { Command } from 'commander';
import type { Status } from '../../protocol/status.ts';
import type { ManagementClient } from '../management/client.ts';
import { askAgent } from './ask-agent.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption, wholeNumber } from './options.ts';
import { headline } from './status-text.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & { readonly json?: true };
type PauseOptions = Options & { readonly minutes: number };

export function modeCommands(terminal: Terminal): readonly Command[] {
  const change = async (
    options: Options,
    ask: (agent: ManagementClient) => Promise<Status>,
  ): Promise<void> => {
    printStatus(await askAgent(options, terminal, ask), options, terminal);
  };
  return [
    modeCommand('connect', 'let traffic go through the edge, and try to reach one now').action(
      (options: Options) => change(options, (agent) => agent.call('connect', {})),
    ),
    modeCommand('disconnect', 'let all traffic leave directly, across restarts, until connect').action(
      (options: Options) => change(options, (agent) => agent.call('disconnect', {})),
    ),
    modeCommand('pause', 'let all traffic leave directly for a while')
      .option('--minutes <number>', 'how long, 1 to 1440', wholeNumber(1, 1440), 10)
      .action((options: PauseOptions) =>
        change(options, (agent) => agent.call('pause', { minutes: options.minutes })),
      ),
    modeCommand('resume', 'end a pause').action((options: Options) =>
      change(options, (agent) => agent.call('resume', {})),
    ),
  ];
}

/** What holds after a change. */
export function printStatus(status: Status, options: Options, terminal: Terminal): void {
  if (options.json === true) terminal.line(JSON.stringify(status, null, 2));
  else headline(status).forEach(terminal.line);
}

function modeCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption());
}
