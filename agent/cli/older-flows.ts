// `opengsa flows --older`: connections that go past the agent although new ones would not, and `--close`, which ends them.
import type { CloseOutcome, OlderConnections } from '../../protocol/older-connection.ts';
import { askAgent } from './ask-agent.ts';
import type { ClientOptions } from './options.ts';
import { openerText } from './process-text.ts';
import { counted, table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { type NameOfUser, userNames } from './user-names.ts';

export type OlderOptions = ClientOptions & { readonly json?: true; readonly close?: true };

export async function runOlderFlows(options: OlderOptions, terminal: Terminal): Promise<void> {
  const { older, outcomes } = await askAgent(options, terminal, async (agent) => {
    const found = await agent.call('connections.older', {});
    if (options.close !== true || found.connections.length === 0) return { older: found, outcomes: [] };
    const connections = found.connections.map(({ local, remote }) => ({ local, remote }));
    return { older: found, ...(await agent.call('connections.close', { connections })) };
  });
  if (options.json === true) {
    const closed = options.close === true ? { outcomes } : {};
    terminal.line(JSON.stringify({ ...older, ...closed }, null, 2));
    return;
  }
  olderText(older, userNames()).forEach(terminal.line);
  closeText(outcomes).forEach(terminal.line);
}

export function olderText(
  { connections, namesKnown }: OlderConnections,
  nameOf: NameOfUser,
): readonly string[] {
  const scope = namesKnown
    ? []
    : [
        'Only destinations that rules name by address are recognised: what names stand for is not known here.',
      ];
  if (connections.length === 0) return ['No open connection goes past the agent.', ...scope];
  const rows = connections.map(({ local, remote, process }) => [remote, local, openerText(process, nameOf)]);
  return [
    ...table([{ title: 'Destination' }, { title: 'From' }, { title: 'Opened by' }], rows),
    namesKnown
      ? 'These go past the agent: they are older than the capture. opengsa flows --older --close ends them.'
      : 'These go past the agent: they are older than it, or their programs do not use its proxy.',
    ...scope,
  ];
}

export function closeText(outcomes: readonly CloseOutcome[]): readonly string[] {
  if (outcomes.length === 0) return [];
  const count = (wanted: CloseOutcome['outcome']): number =>
    outcomes.filter(({ outcome }) => outcome === wanted).length;
  const kept = count('kept');
  return [
    `${counted(count('closed'), 'connection was', 'connections were')} closed.`,
    ...(count('gone') === 0 ? [] : [`${count('gone')} had ended by then.`]),
    ...(kept === 0 ? [] : [`${counted(kept, 'is', 'are')} still open; end the programs, or try again.`]),
  ];
}
