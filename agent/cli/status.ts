// `opengsa status`: what holds at this moment, and with --watch each change of it.
import { Command } from 'commander';
import type { Status } from '../../protocol/status.ts';
import { agentEnded, connectToAgent } from '../management/client.ts';
import { askAgent } from './ask-agent.ts';
import { type ClientOptions, jsonOption, socketOf, socketOption, stateDirOption } from './options.ts';
import { headline, statusText } from './status-text.ts';
import { clockTime } from './table.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & { readonly json?: true; readonly watch?: true };

export function statusCommand(terminal: Terminal): Command {
  return new Command('status')
    .description('show which address each service sees, and why')
    .addOption(jsonOption())
    .option('--watch', 'print each change until interrupted (with --json one line each)')
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((options: Options) =>
      options.watch === true ? watch(options, terminal) : show(options, terminal),
    );
}

async function show(options: Options, terminal: Terminal): Promise<void> {
  const status = await askAgent(options, terminal, (agent) => agent.call('status.get', {}));
  if (options.json === true) terminal.line(JSON.stringify(status, null, 2));
  else statusText(status).forEach(terminal.line);
}

async function watch(options: Options, terminal: Terminal): Promise<void> {
  let shown = '';
  const print = (status: Status): void => {
    // For people a change is one of the words; counters move all the time.
    const text = options.json === true ? JSON.stringify(status) : headline(status).join('\n          ');
    if (text === shown) return;
    shown = text;
    terminal.line(options.json === true ? text : `${clockTime(status.at)}  ${text}`);
  };
  const agent = await connectToAgent({
    socketPath: socketOf(options, terminal),
    program: 'opengsa status',
    status: print,
  });
  terminal.stop.addEventListener('abort', () => agent.close());
  print(await agent.call('status.subscribe', {}));
  const reason = await agent.closed;
  // Asked to stop, or the agent has: only the second is worth an exit code.
  if (terminal.stop.aborted) return;
  throw agentEnded(reason);
}
