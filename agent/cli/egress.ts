// `opengsa egress`: the addresses this network shows to the outside, how sure that is, and who said so.
import { Command } from 'commander';
import type { EgressAddressStatus, Status } from '../../protocol/status.ts';
import { askAgent } from './ask-agent.ts';
import { faultText } from './egress-faults.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption } from './options.ts';
import { addressText } from './status-text.ts';
import { clockTime, facts, table } from './table.ts';
import type { Terminal } from './terminal.ts';

type Options = ClientOptions & { readonly json?: true; readonly refresh?: true };

export function egressCommand(terminal: Terminal): Command {
  return new Command('egress')
    .description("show this network's egress addresses, their confidence and evidence")
    .option('--refresh', 'ask every source that is enabled again first')
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action((options: Options) => run(options, terminal));
}

async function run(options: Options, terminal: Terminal): Promise<void> {
  const method = options.refresh === true ? 'egress.refresh' : 'status.get';
  const { egress } = await askAgent(options, terminal, (agent) => agent.call(method, {}));
  if (options.json === true) terminal.line(JSON.stringify(egress, null, 2));
  else egressText(egress).forEach(terminal.line);
}

export function egressText(egress: Status['egress']): readonly string[] {
  return [...family('IPv4', egress.ipv4), '', ...family('IPv6', egress.ipv6)];
}

function family(name: string, status: EgressAddressStatus): readonly string[] {
  const times: (readonly [string, string])[] = [];
  if (status.checkedAt !== null) times.push(['Checked', clockTime(status.checkedAt)]);
  if (status.expiresAt !== null) times.push(['Holds until', clockTime(status.expiresAt)]);
  return [`${name}: ${addressText(status)}`, ...facts(times, '  '), ...evidence(status.evidence)];
}

function evidence(list: EgressAddressStatus['evidence']): readonly string[] {
  if (list.length === 0) return [];
  const columns = ['Source', 'Asked', 'Operator', 'Address', 'Signed', 'At', 'Fault'].map((title) => ({
    title,
  }));
  return table(
    columns,
    list.map((one) => [
      sourceNames[one.source] ?? one.source,
      one.asked,
      one.operator,
      one.address ?? '-',
      one.signed ? 'yes' : 'no',
      clockTime(one.at),
      one.error === null ? '-' : faultText(one.error),
    ]),
  ).map((line) => `  ${line}`);
}

/** Others are words already. */
const sourceNames: Readonly<Record<string, string>> = {
  reflection: 'edge',
  stun: 'STUN',
  https: 'HTTPS echo',
  dns: 'DNS',
};
