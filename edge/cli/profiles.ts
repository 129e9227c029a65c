// `opengsa-edge profiles`: which traffic profiles there are, who gets them, and the ways back. Acts on the running edge.
import { basename, extname } from 'node:path';
import { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { importProfile } from '../../protocol/profiles/profile-format.ts';
import { callEdge } from '../control/client.ts';
import type { ControlResult } from '../control/requests.ts';
import { assignCommands } from './profile-assign.ts';
import { readJsonFile } from './json-file.ts';
import { actingCommand, numberOf, type PlaceOptions, socketOf } from './options.ts';
import { deviceProfilesText, profilesText, revisionText } from './profiles-text.ts';
import type { Terminal } from './terminal.ts';

type Options = PlaceOptions & { readonly json?: boolean };
type ShowOptions = Options & { readonly revision?: string; readonly device?: string };

export function profilesCommand(terminal: Terminal): Command {
  const command = new Command('profiles')
    .description('traffic profiles and who gets them; needs the running edge')
    .helpCommand(false);
  for (const child of [...readingCommands(terminal), ...publishingCommands(terminal)])
    command.addCommand(child);
  for (const child of assignCommands(terminal)) command.addCommand(child);
  return command.addCommand(breakGlassCommand(terminal));
}

function readingCommands(terminal: Terminal): readonly Command[] {
  return [
    actingCommand('list', 'show profiles, their revisions and to whom they are assigned').action(
      async (options: Options) => {
        const answer = await callEdge(socketOf(options, terminal), 'profiles.list', {});
        if (options.json === true) terminal.line(JSON.stringify(answer));
        else profilesText(answer).forEach(terminal.line);
      },
    ),
    actingCommand('show', 'print a profile as JSON, or what a device is told')
      .argument('[profile]', 'its id or name in `profiles list`')
      .option('--revision <number>', 'as it was then, without what was switched since')
      .option('--device <name>', 'the profiles that this device gets, in the order in which they are asked')
      .action((profile: string | undefined, options: ShowOptions) => show(profile, options, terminal)),
    actingCommand('history', 'the revisions of a profile, the latest first')
      .argument('<profile>', 'its id or name')
      .action(async (profile: string, options: Options) => {
        const { revisions } = await callEdge(socketOf(options, terminal), 'profiles.history', { profile });
        if (options.json === true) terminal.line(JSON.stringify({ revisions }));
        else if (revisions.length === 0) terminal.line('never published: it is as its file has it');
        else revisions.map(revisionText).forEach(terminal.line);
      }),
  ];
}

async function show(profile: string | undefined, options: ShowOptions, terminal: Terminal): Promise<void> {
  const socket = socketOf(options, terminal);
  if (options.device !== undefined) {
    const told = await callEdge(socket, 'profiles.showDevice', { device: options.device });
    if (options.json === true) terminal.line(JSON.stringify(told));
    else deviceProfilesText(options.device, told).forEach(terminal.line);
    return;
  }
  if (profile === undefined) throw new OpenGsaError('bad-usage', 'name a profile, or a device with --device');
  const revision = options.revision === undefined ? null : numberOf(options.revision, 'a revision');
  const answer = await callEdge(socket, 'profiles.show', { profile, revision });
  terminal.line(JSON.stringify(answer.profile, null, options.json === true ? 0 : 2));
}

function publishingCommands(terminal: Terminal): readonly Command[] {
  return [
    actingCommand('publish', 'put a profile in force at the edge and at the devices that it is assigned to')
      .argument(
        '<file>',
        'in any format that `opengsa profile import` takes; one of the same id (else name) is replaced',
      )
      .action(async (file: string, options: Options) => {
        const names = { name: basename(file, extname(file)), version: 'unknown' };
        const { profile: content } = importProfile(readJsonFile(file, terminal), file, names);
        const params = { content, note: `from ${file}`.slice(0, 512), uid: terminal.uid };
        tellRevision(
          await callEdge(socketOf(options, terminal), 'profiles.publish', params),
          options,
          terminal,
        );
      }),
    actingCommand('rollback', 'publish an earlier revision once more; devices get it as the next')
      .argument('<profile>', 'its id or name')
      .argument('<revision>', 'its number in `profiles history`')
      .action(async (profile: string, text: string, options: Options) => {
        const params = { profile, revision: numberOf(text, 'a revision'), uid: terminal.uid };
        tellRevision(
          await callEdge(socketOf(options, terminal), 'profiles.rollback', params),
          options,
          terminal,
        );
      }),
  ];
}

function tellRevision(
  { revision }: ControlResult<'profiles.publish'>,
  options: Options,
  terminal: Terminal,
): void {
  terminal.line(
    options.json === true
      ? JSON.stringify({ revision })
      : `The profile ${revision.profile} is in force as revision ${revision.revision}`,
  );
}

function breakGlassCommand(terminal: Terminal): Command {
  const set = async (on: boolean, options: Options): Promise<void> => {
    const answer = await callEdge(socketOf(options, terminal), 'profiles.breakGlass', {
      on,
      uid: terminal.uid,
    });
    if (options.json === true) {
      terminal.line(JSON.stringify(answer));
      return;
    }
    const already = answer.changed ? '' : ' already';
    terminal.line(
      on
        ? `All profiles are off${already}: devices send everything directly, those that are away when they are back`
        : `Profiles hold${already}: devices get them as they are assigned`,
    );
  };
  return new Command('break-glass')
    .description('turn all profiles of all devices off, and on again')
    .helpCommand(false)
    .addCommand(
      actingCommand('on', 'all profiles off, at once: devices take nothing up any more').action(
        (options: Options) => set(true, options),
      ),
    )
    .addCommand(
      actingCommand('off', 'profiles hold again').action((options: Options) => set(false, options)),
    );
}
