// `opengsa flows`: the newest captured connections, what was decided for each, and why.
import { Command } from 'commander';
import type { FlowRecord } from '../../protocol/flow-record.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { isOfTrace, parseTraceSearch, shortTraceId } from '../../protocol/traceparent.ts';
import { askAgent } from './ask-agent.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption, wholeNumber } from './options.ts';
import { runOlderFlows } from './older-flows.ts';
import { openerSentence, openerText } from './process-text.ts';
import { bytes, clockTime, facts, table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { type NameOfUser, userNames } from './user-names.ts';

type Options = ClientOptions & {
  readonly json?: true;
  readonly limit: number;
  readonly trace?: string;
  readonly older?: true;
  readonly close?: true;
};

/** More than the agent keeps. */
const everyFlow = 10_000;

export function flowsCommand(terminal: Terminal): Command {
  return new Command('flows')
    .description('list the newest flows: destination, path, reason, who opened it, state')
    .option('--limit <number>', 'how many, 1 to 10000', wholeNumber(1, everyFlow), 50)
    .option(
      '--trace <id>',
      'only the flow of this trace, with everything that is known; at least 8 digits of the id',
    )
    .option('--older', 'instead: open connections that go past the agent although new ones would not')
    .option('--close', 'with --older: close them; their programs find them aborted')
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  if (options.older === true) return runOlderFlows(options, terminal);
  if (options.close === true) {
    throw new OpenGsaError('bad-usage', '--close goes with --older: nothing else is closed');
  }
  const search = options.trace === undefined ? null : parseTraceSearch(options.trace);
  const limit = search === null ? options.limit : everyFlow;
  const answer = await askAgent(options, terminal, (agent) => agent.call('flows.list', { limit }));
  const flows =
    search === null ? answer.flows : answer.flows.filter(({ traceparent }) => isOfTrace(traceparent, search));
  if (options.json === true) terminal.line(JSON.stringify({ flows }, null, 2));
  else if (search === null) flowsText(flows, userNames()).forEach(terminal.line);
  else flowSheets(flows, userNames()).forEach(terminal.line);
}

export function flowsText(flows: readonly FlowRecord[], nameOf: NameOfUser): readonly string[] {
  if (flows.length === 0) return ['No flow has come to the agent since it started.'];
  return table(
    [
      { title: 'Started' },
      { title: 'Destination' },
      { title: 'Path' },
      { title: 'Reason' },
      { title: 'Opened by' },
      { title: 'State' },
      { title: 'Out', align: 'right' },
      { title: 'In', align: 'right' },
      { title: 'Trace' },
      { title: 'Detail' },
    ],
    flows.map((flow) => [
      clockTime(flow.startedAt),
      flow.destination,
      pathOf(flow),
      reasonOf(flow),
      openerText(flow.process, nameOf),
      flow.state,
      bytes(flow.bytesSent),
      bytes(flow.bytesReceived),
      flow.traceparent === null ? '-' : shortTraceId(flow.traceparent),
      flow.detail ?? '',
    ]),
  );
}

/** Everything that this end knows of a flow; the edge knows the rest under the same trace. */
export function flowSheets(flows: readonly FlowRecord[], nameOf: NameOfUser): readonly string[] {
  if (flows.length === 0) return ['No flow of this trace is among those that the agent remembers.'];
  return flows.flatMap((flow) => [
    `${flow.startedAt}  ${flow.destination}`,
    ...facts(
      [
        ['Path', `${pathOf(flow)} (${reasonOf(flow)}${flow.ruleId === null ? '' : `, rule ${flow.ruleId}`})`],
        ['Opened by', openerSentence(flow.process, nameOf)],
        ['Person', flow.person ?? 'nobody signed in, or not known'],
        ['Sign-in', flow.authentication ?? 'no'],
        ['Seen by the edge', flow.egressObserved ?? 'not known'],
        ['State', flow.detail === null ? flow.state : `${flow.state}: ${flow.detail}`],
        ['Bytes', `${bytes(flow.bytesSent)} out, ${bytes(flow.bytesReceived)} in`],
        ['Traceparent', flow.traceparent ?? 'none'],
      ],
      '  ',
    ),
  ]);
}

/** With a note where rules were passed over. */
function reasonOf({ reason, note }: FlowRecord): string {
  return note === null ? reason : `${reason}, ${note}`;
}

function pathOf({ action, edge }: FlowRecord): string {
  if (action !== 'tunnel') return action === 'direct' ? 'direct' : 'blocked';
  return edge === null ? 'edge' : `via ${edge}`;
}
