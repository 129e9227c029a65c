// `opengsa-edge signaling`: whether destinations are told people's addresses. One switch, in the running edge.
import { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { callEdge } from '../control/client.ts';
import type { LocationPolicy } from '../control/requests.ts';
import type { SignalingStatus } from '../store/settings-store.ts';
import { actingCommand, type PlaceOptions, socketOf } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = PlaceOptions & { readonly json?: boolean; readonly confirm?: boolean };

export function signalingCommand(terminal: Terminal): Command {
  return new Command('signaling')
    .description("whether destinations are told the device's address; needs the running edge")
    .helpCommand(false)
    .addCommand(
      actingCommand('status', 'show how it stands, and why statements of the witness did not count').action(
        (options: Options) => showStatus(options, terminal),
      ),
    )
    .addCommand(
      actingCommand('enable', 'tell it, for flows that open from then on').action((options: Options) =>
        set('enabled', options, terminal),
      ),
    )
    .addCommand(
      actingCommand('disable', 'tell nothing, for flows that open from then on: destinations see the edge')
        .option('--confirm', 'although access policies use named locations')
        .action((options: Options) => set('disabled', options, terminal)),
    );
}

async function showStatus(options: Options, terminal: Terminal): Promise<void> {
  const standing = await callEdge(socketOf(options, terminal), 'signaling.get', {});
  const { signaling, locationPolicies, attestationFaults } = standing;
  if (options.json === true) {
    terminal.line(JSON.stringify({ ...signaling, locationPolicies, attestationFaults }));
    return;
  }
  terminal.line(`signalling is ${signaling.status} since ${signaling.since}`);
  if (locationPolicies.length > 0) terminal.line(`policies that depend on it: ${names(locationPolicies)}`);
  const faults = Object.entries(attestationFaults).map(([reason, count]) => `${reason} ${count}`);
  if (faults.length > 0) {
    terminal.line(
      `statements of the witness that did not count since the edge started: ${faults.join(', ')}`,
    );
  }
}

async function set(status: SignalingStatus, options: Options, terminal: Terminal): Promise<void> {
  const outcome = await callEdge(socketOf(options, terminal), 'signaling.set', {
    status,
    confirm: options.confirm === true,
    uid: terminal.uid,
  });
  if (outcome.kind === 'conflict') {
    if (options.json === true) {
      const { code, locationPolicies } = outcome;
      terminal.line(JSON.stringify({ error: { code, locationPolicies } }));
    }
    throw new OpenGsaError(
      'conflict',
      `${outcome.code}: these policies would judge the address of the edge: ${names(outcome.locationPolicies)}; ` +
        'to do it all the same, add --confirm',
    );
  }
  const { signaling, changed } = outcome;
  if (options.json === true) {
    terminal.line(JSON.stringify({ ...signaling, changed }));
    return;
  }
  terminal.line(
    changed
      ? `signalling is ${signaling.status}; it holds for flows that open from now on`
      : `signalling was ${signaling.status} already, since ${signaling.since}`,
  );
}

function names(policies: readonly LocationPolicy[]): string {
  return policies.map(({ policy, location }) => `${policy} (${location})`).join(', ');
}
