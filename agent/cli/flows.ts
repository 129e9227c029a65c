// `opengsa flows`: the newest captured connections, what was decided for each, and why.
import { Command } from 'commander';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import { askAgent } from './ask-agent.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption, wholeNumber } from './options.ts';
import { bytes, clockTime, table } from './table.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & { readonly json?: true; readonly limit: number };

export function flowsCommand(terminal: Terminal): Command {
  return new Command('flows')
    .description('list the newest flows: destination, path, reason, state')
    .option('--limit <number>', 'how many, 1 to 10000', wholeNumber(1, 10_000), 50)
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const { flows } = await askAgent(options, terminal, (agent) =>
    agent.call('flows.list', { limit: options.limit }),
  );
  if (options.json === true) terminal.line(JSON.stringify({ flows }, null, 2));
  else flowsText(flows).forEach(terminal.line);
}

export function flowsText(flows: readonly FlowRecord[]): readonly string[] {
  if (flows.length === 0) return ['No flow has come to the agent since it started.'];
  return table(
    [
      { title: 'Started' },
      { title: 'Destination' },
      { title: 'Path' },
      { title: 'Reason' },
      { title: 'State' },
      { title: 'Out', align: 'right' },
      { title: 'In', align: 'right' },
      { title: 'Detail' },
    ],
    flows.map((flow) => [
      clockTime(flow.startedAt),
      flow.destination,
      pathOf(flow),
      flow.reason,
      flow.state,
      bytes(flow.bytesSent),
      bytes(flow.bytesReceived),
      flow.detail ?? '',
    ]),
  );
}

function pathOf({ action, edge }: FlowRecord): string {
  if (action !== 'tunnel') return action === 'direct' ? 'direct' : 'blocked';
  return edge === null ? 'edge' : `via ${edge}`;
}
