// `opengsa hostnames`: the names that programs asked for last, and which of them the agent took upon itself.
import { Command, Option } from 'commander';
import type { HostnameRecord } from '../../protocol/hostname-record.ts';
import type { ManagementResult } from '../../protocol/management.ts';
import { askAgent } from './ask-agent.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption, wholeNumber } from './options.ts';
import { openerText } from './process-text.ts';
import { clockTime, table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { type NameOfUser, userNames } from './user-names.ts';

type Options = ClientOptions &
  HostnameFilter & { readonly json?: true; readonly limit: number; readonly clear?: true };

export type HostnameFilter = { readonly acquired?: true; readonly search?: string };

/** More than the agent keeps. */
const everyName = 10_000;

export function hostnamesCommand(terminal: Terminal): Command {
  return new Command('hostnames')
    .description('list the hostnames that programs asked for last, and which are acquired')
    .option('--limit <number>', 'how many, 1 to 10000', wholeNumber(1, everyName), 50)
    .option('--acquired', 'only names that the agent answers itself')
    .option('--search <text>', 'only what has the text in its name, addresses, rule or program')
    .addOption(new Option('--clear', 'empty the table').conflicts(['limit', 'acquired', 'search']))
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const answer = await askAgent(options, terminal, async (agent) => {
    if (options.clear === true) await agent.call('hostnames.clear', {});
    return agent.call('hostnames.list', { limit: everyName });
  });
  const hostnames = answer.hostnames.filter((record) => isWanted(record, options)).slice(0, options.limit);
  if (options.json === true) terminal.line(JSON.stringify({ ...answer, hostnames }, null, 2));
  else if (options.clear === true) terminal.line('The table of hostnames is empty.');
  else hostnamesText({ ...answer, hostnames }, userNames(), options).forEach(terminal.line);
}

/** Case does not matter, as it does not in names. */
export function isWanted(record: HostnameRecord, { acquired, search }: HostnameFilter): boolean {
  if (acquired === true && !record.acquired) return false;
  if (search === undefined) return true;
  const { name, syntheticAddress, originals, ruleId, process } = record;
  const texts = [name, syntheticAddress, ruleId, process?.executable];
  return [...texts, ...(originals.ipv4 ?? []), ...(originals.ipv6 ?? [])].some(
    (text) => text?.toLowerCase().includes(search.toLowerCase()) === true,
  );
}

export function hostnamesText(
  { acquiring, hostnames }: ManagementResult<'hostnames.list'>,
  nameOf: NameOfUser,
  filter: HostnameFilter = {},
): readonly string[] {
  const note = acquiring
    ? []
    : ['No hostname is acquired: this agent captures by proxy only, and does not see DNS questions.'];
  if (hostnames.length === 0) return acquiring ? [nothingText(filter)] : note;
  return [
    ...note,
    ...table(
      columns,
      hostnames.map((record) => rowOf(record, nameOf)),
    ),
  ];
}

const columns = [
  { title: 'Asked' },
  { title: 'Name' },
  { title: 'Acquired' },
  { title: 'Synthetic' },
  { title: 'Original' },
  { title: 'Rule' },
  { title: 'Questions', align: 'right' },
  { title: 'Asked by' },
] as const;

function rowOf(record: HostnameRecord, nameOf: NameOfUser): readonly string[] {
  return [
    clockTime(record.lastAskedAt),
    record.name,
    record.acquired ? 'yes' : 'no',
    record.syntheticAddress ?? '-',
    record.originalAddress ?? record.originals.ipv6?.[0] ?? '-',
    record.ruleId ?? '-',
    String(record.questions),
    openerText(record.process, nameOf),
  ];
}

function nothingText({ acquired, search }: HostnameFilter): string {
  return acquired === undefined && search === undefined
    ? 'No program has asked for a hostname since the agent started or the table was cleared.'
    : 'No hostname in the table fits.';
}
