// `opengsa-edge logs`: the newest flows with both addresses, and everything about those of one trace.
import { Command, InvalidArgumentError, Option } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { loadConfig } from '../load-config.ts';
import { typedPath } from '../paths.ts';
import type { FlowLogRecord } from '../telemetry/flow-log.ts';
import { followFlowLog } from '../telemetry/follow-flow-log.ts';
import { type FlowLogPage, readFlowLog } from '../telemetry/read-flow-log.ts';
import {
  addressArgument,
  classArgument,
  type FlowFilter,
  flowLogQuery,
  momentArgument,
} from './flow-filter.ts';
import { createFlowLogLines, flowLogSheets, flowLogTable } from './flow-log-text.ts';
import { configOption, jsonOption, type PlaceOptions, placesOf, stateDirOption } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = PlaceOptions &
  FlowFilter & {
    readonly limit: number;
    readonly file?: string;
    readonly follow?: boolean;
    readonly json?: boolean;
  };

const maxFlows = 10_000;

export function logsCommand(terminal: Terminal): Command {
  return new Command('logs')
    .description(
      'show the newest flows of the flow log: who, where to, which address was seen and which was told',
    )
    .option(
      '--trace <id>',
      'only the flows of this trace, with everything that is known: a traceparent, a trace id (as in the log of an ' +
        'identity provider), or at least 8 digits of it',
    )
    .option('--device <name>', "only this device's, by its name or its certificate's thumbprint")
    .option('--destination <host>', 'only those to this host, with or without a port')
    .option(
      '--address <address>',
      'only those with this address: seen, signed, told or dialled',
      addressArgument,
    )
    .option('--class <class>', 'only those of this restoration class', classArgument)
    .addOption(
      new Option('--action <action>', 'only what was let through, or refused').choices(['allow', 'block']),
    )
    .option('--reason <reason>', 'only those with this reason, error, flag or fault of a statement')
    .option('--since <time>', 'only those that ended then or later: a time, or 15m, 2h, 7d ago', moment)
    .option('--until <time>', 'only those that ended before', moment)
    .addOption(
      new Option(
        '--follow',
        'then show further ones as they end, the newest last, until Ctrl+C; with --json, one record a line',
      ).conflicts('until'),
    )
    .option('--limit <number>', `how many, 1 to ${maxFlows}; with --follow 0 as well`, limit, 50)
    .option('--file <file>', "another file than the edge's, such as one that was rotated away")
    .addOption(configOption())
    .addOption(stateDirOption())
    .addOption(jsonOption())
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const file = logFile(options, terminal);
  if (options.follow === true) {
    await follow(file, options, terminal);
    return;
  }
  if (options.limit === 0) throw new OpenGsaError('bad-usage', '--limit 0 is for --follow');
  const page = readFlowLog(file, { ...flowLogQuery(options), limit: options.limit });
  if (options.json === true) {
    terminal.line(JSON.stringify(page));
    return;
  }
  if (page.flows.length === 0) terminal.line(`no flow in ${file} is one of these`);
  else textOf(page.flows, options).forEach(terminal.line);
  concerns(page).forEach(terminal.errorLine);
}

async function follow(file: string, options: Options, terminal: Terminal): Promise<void> {
  const lines = createFlowLogLines();
  const isTable = options.json !== true && options.trace === undefined;
  if (isTable) terminal.line(lines.header);
  const write = (flow: FlowLogRecord): void => {
    if (options.json === true) terminal.line(JSON.stringify(flow));
    else if (isTable) terminal.line(lines.lineOf(flow));
    else flowLogSheets([flow]).forEach(terminal.line);
  };
  const query = { ...flowLogQuery(options), limit: options.limit };
  await followFlowLog(file, query, terminal.stop, (news) => {
    news.flows.forEach(write);
    concerns({ ...news, complete: true }).forEach(terminal.errorLine);
  });
}

function textOf(flows: readonly FlowLogRecord[], { trace }: Options): readonly string[] {
  return trace === undefined ? flowLogTable(flows) : flowLogSheets(flows);
}

function logFile(options: Options, terminal: Terminal): string {
  if (options.file !== undefined) return typedPath(options.file, terminal.environment);
  const { config, files } = placesOf(options, terminal);
  const { flows } = loadConfig(config).log;
  if (flows !== '-') return flows ?? files.flowLog;
  throw new OpenGsaError(
    'not-found',
    `${config}: log.flows is "-": the flow log went to the standard output of the edge; name a file of it with --file`,
  );
}

function concerns({ dropped, unreadable, complete }: FlowLogPage): string[] {
  return [
    ...(dropped === 0 ? [] : [`${dropped} records are missing there: the disk or the reader was too slow`]),
    ...(unreadable === 0 ? [] : [`${unreadable} lines there are no records`]),
    ...(complete
      ? []
      : ['older flows were not searched: the file is too long; name a part of it with --file']),
  ];
}

function moment(text: string): number {
  return momentArgument(text, Date.now());
}

function limit(text: string): number {
  const value = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (text === '0' || (value >= 1 && value <= maxFlows)) return value;
  throw new InvalidArgumentError(`It must be a whole number from 1 to ${maxFlows}.`);
}
