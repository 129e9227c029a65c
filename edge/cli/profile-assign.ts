// `opengsa-edge profiles assign` and `unassign`: who gets a profile, and who does not.
import { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { platforms } from '../../protocol/profile-document.ts';
import { callEdge } from '../control/client.ts';
import { type AssignmentTarget, assignmentText } from '../core/assignment.ts';
import { actingCommand, numberOf, type PlaceOptions, socketOf } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = PlaceOptions & { readonly json?: boolean };
type AssignOptions = Options & {
  readonly all?: boolean;
  readonly group?: string;
  readonly person?: string;
  readonly device?: string;
  readonly platform?: string;
  readonly exclude?: boolean;
  readonly priority?: string;
};

export function assignCommands(terminal: Terminal): readonly Command[] {
  return [
    actingCommand('assign', 'give a profile to devices; the most particular assignment of a profile decides')
      .argument('<profile>', 'its id or name')
      .option('--all', 'every device')
      .option('--platform <name>', platforms.join(', '))
      .option('--group <name>', 'a group of devices (`devices groups`) or of people')
      .option('--person <name>', 'who is signed in there: name or subject')
      .option('--device <name>', 'one device')
      .option('--exclude', 'these do not get it; wins among assignments of one kind')
      .option('--priority <number>', "the smallest is asked first; default: the profile's own")
      .action((profile: string, options: AssignOptions) => assign(profile, options, terminal)),
    actingCommand('unassign', 'take an assignment back')
      .argument('<number>', 'its number in `profiles list`')
      .action((text: string, options: Options) => unassign(text, options, terminal)),
  ];
}

async function assign(profile: string, options: AssignOptions, terminal: Terminal): Promise<void> {
  const { assignment } = await callEdge(socketOf(options, terminal), 'profiles.assign', {
    ...{ profile, ...targetOf(options), priority: priorityOf(options.priority) },
    effect: options.exclude === true ? 'exclude' : 'include',
    uid: terminal.uid,
  });
  terminal.line(options.json === true ? JSON.stringify({ assignment }) : assignmentText(assignment));
}

async function unassign(text: string, options: Options, terminal: Terminal): Promise<void> {
  const params = { number: numberOf(text, 'an assignment'), uid: terminal.uid };
  const { assignment, left } = await callEdge(socketOf(options, terminal), 'profiles.unassign', params);
  if (options.json === true) {
    terminal.line(JSON.stringify({ assignment, left }));
    return;
  }
  terminal.line(`taken back: ${assignmentText(assignment)}`);
  if (left === 0)
    terminal.line('Nothing is assigned to anybody any more: devices use profiles of their own.');
}

function targetOf(options: AssignOptions): { readonly target: AssignmentTarget; readonly name: string } {
  const { all, platform, group, person, device } = options;
  const given = Object.entries({ platform, group, person, device }).flatMap(([target, name]) =>
    name === undefined ? [] : [{ target: target as AssignmentTarget, name }],
  );
  const targets = [...(all === true ? [{ target: 'all' as const, name: '' }] : []), ...given];
  const [only] = targets;
  if (only !== undefined && targets.length === 1) return only;
  throw new OpenGsaError(
    'bad-usage',
    'say to whom: one of --all, --platform, --group, --person, --device; assign again for another',
  );
}

function priorityOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new OpenGsaError('bad-usage', `--priority: ${JSON.stringify(text)} is no number from 0 to 999999`);
}
