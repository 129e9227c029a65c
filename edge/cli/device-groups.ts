// `opengsa-edge devices groups`: the groups of a device, which profiles can be assigned to. Acts on the running edge.
import type { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { callEdge } from '../control/client.ts';
import { actingCommand, type PlaceOptions, socketOf } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = PlaceOptions & { readonly json?: boolean; readonly none?: boolean };

export function deviceGroupsCommand(terminal: Terminal): Command {
  return actingCommand('groups', 'show or set the groups that a device is in, for `profiles assign --group`')
    .argument('<name>', 'the name of the device')
    .argument('[groups...]', 'all of its groups from then on; without any they are shown')
    .option('--none', 'it is in no group from then on')
    .action(async (device: string, wanted: string[], options: Options) => {
      if (options.none === true && wanted.length > 0) {
        throw new OpenGsaError('bad-usage', 'name groups or --none, not both');
      }
      const groups = wanted.length > 0 || options.none === true ? wanted : null;
      const params = { device, groups, uid: terminal.uid };
      const answer = await callEdge(socketOf(options, terminal), 'devices.groups', params);
      if (options.json === true) terminal.line(JSON.stringify(answer));
      else terminal.line(`${device}: ${answer.groups.length === 0 ? 'no group' : answer.groups.join(', ')}`);
    });
}
