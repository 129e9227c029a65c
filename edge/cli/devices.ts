// `opengsa-edge devices`: which devices may use the edge.
import { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { systemUser } from '../administration.ts';
import { createPrivateDirectory, refuseNonEmptyDirectory } from '../private-files.ts';
import { typedPath } from '../paths.ts';
import type { Device } from '../store/device-store.ts';
import { administer } from './administrator.ts';
import { deviceGroupsCommand } from './device-groups.ts';
import { actingCommand, type PlaceOptions, placesOf } from './options.ts';
import { devicesOfPerson } from './person-devices.ts';
import type { Terminal } from './terminal.ts';

type Options = PlaceOptions & { readonly json?: boolean };
type AddOptions = Options & { readonly out: string };
type RevokeOptions = Options & { readonly person?: string };

export function devicesCommand(terminal: Terminal): Command {
  return new Command('devices')
    .description('add, list and revoke devices, which works whether or not the edge runs; and their groups')
    .helpCommand(false)
    .addCommand(
      actingCommand('add', 'make the files that a device needs: key, certificate, authority, addresses')
        .argument('<name>', 'how the device is called: letters, digits, dots, dashes, underscores')
        .requiredOption('--out <directory>', 'where the files go; absent or empty before (0700)')
        .action((name: string, options: AddOptions) => add(name, options, terminal)),
    )
    .addCommand(
      actingCommand('list', 'show all devices, revoked ones too').action((options: Options) =>
        list(options, terminal),
      ),
    )
    .addCommand(
      actingCommand(
        'revoke',
        'take the right to use the edge away; a running edge ends its sessions and flows',
      )
        .argument('[name]', 'the name that it was added with')
        .option('--person <name>', 'all devices that somebody enrolled by signing in, by name or identifier')
        .action((name: string | undefined, options: RevokeOptions) => revoke(name, options, terminal)),
    )
    .addCommand(deviceGroupsCommand(terminal));
}

async function add(name: string, options: AddOptions, terminal: Terminal): Promise<void> {
  const places = placesOf(options, terminal);
  const out = typedPath(options.out, terminal.environment);
  refuseNonEmptyDirectory(out);
  const { device, files } = await administer(
    places,
    'devices.add',
    { name, uid: terminal.uid },
    (administration) => administration.addDevice(name, systemUser(terminal.uid)),
  );
  try {
    createPrivateDirectory(out, files);
  } catch (error) {
    // Nobody holds its key: it must not stay on the list.
    await revokeDevice(name, options, terminal);
    throw error;
  }
  if (options.json === true) {
    terminal.line(JSON.stringify({ device, directory: out, files: Object.keys(files) }));
    return;
  }
  terminal.line(`${name} may use the edge until ${device.expiresAt.slice(0, 10)}. Its files: ${out}`);
  terminal.line(
    'Bring them to the device by a safe way, and name their directory as credentials in agent.yaml.',
  );
}

async function list(options: Options, terminal: Terminal): Promise<void> {
  const devices = await devicesOf(options, terminal);
  if (options.json === true) {
    terminal.line(JSON.stringify({ devices }));
    return;
  }
  if (devices.length === 0)
    terminal.line('no devices; add one with: opengsa-edge devices add NAME --out DIR');
  for (const device of devices) terminal.line(describe(device));
}

async function devicesOf(options: Options, terminal: Terminal): Promise<readonly Device[]> {
  const { devices } = await administer(placesOf(options, terminal), 'devices.list', {}, (administration) => ({
    devices: [...administration.devices()],
  }));
  return devices;
}

async function revoke(name: string | undefined, options: RevokeOptions, terminal: Terminal): Promise<void> {
  const { person } = options;
  if (name !== undefined && person !== undefined) {
    throw new OpenGsaError('bad-usage', 'either the name of a device or --person, not both');
  }
  if (person !== undefined) return revokeAllOf(person, options, terminal);
  if (name === undefined) {
    throw new OpenGsaError('bad-usage', 'which device? Its name, or --person for all of somebody');
  }
  const { device } = await revokeDevice(name, options, terminal);
  terminal.line(options.json === true ? JSON.stringify({ device }) : revokedText(name));
}

/** One after the other: what was told is done, also where a later one fails. */
async function revokeAllOf(person: string, options: Options, terminal: Terminal): Promise<void> {
  const revoked: Device[] = [];
  for (const { name } of devicesOfPerson(person, await devicesOf(options, terminal))) {
    revoked.push((await revokeDevice(name, options, terminal)).device);
    if (options.json !== true) terminal.line(revokedText(name));
  }
  if (options.json === true) terminal.line(JSON.stringify({ devices: revoked }));
}

function revokedText(name: string): string {
  return `${name} may not use the edge any more`;
}

function revokeDevice(name: string, options: Options, terminal: Terminal): Promise<{ device: Device }> {
  return administer(
    placesOf(options, terminal),
    'devices.revoke',
    { name, uid: terminal.uid },
    (administration) => ({ device: administration.revokeDevice(name, systemUser(terminal.uid)) }),
  );
}

function describe({ name, thumbprint, createdAt, expiresAt, revokedAt, owner }: Device): string {
  const state =
    revokedAt === null ? `good until ${expiresAt.slice(0, 10)}` : `revoked on ${revokedAt.slice(0, 10)}`;
  const whose = owner === null ? '' : `  by ${owner.name}`;
  return `${name.padEnd(24)} ${state.padEnd(24)} added ${createdAt.slice(0, 10)}  ${thumbprint}${whose}`;
}
