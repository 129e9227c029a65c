// `opengsa-edge invite`: one-time invitations, by which devices enrol themselves.
import { Command } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { systemUser } from '../administration.ts';
import { longestInvitationDays } from '../enrollment/inviting.ts';
import type { InvitationRecord } from '../store/invitation-store.ts';
import { administer } from './administrator.ts';
import { actingCommand, expiresOption, numberOf, type PlaceOptions, placesOf } from './options.ts';
import type { Terminal } from './terminal.ts';

type Options = PlaceOptions & { readonly json?: boolean };
type InviteOptions = Options & {
  readonly name?: string;
  readonly profile?: string;
  readonly expires: number;
  readonly signIn?: true;
};

export function inviteCommand(terminal: Terminal): Command {
  const command = actingCommand(
    'invite',
    'make an invitation: one text by which one device enrols itself, once; or by which people enrol theirs by signing in',
  )
    .option('--name <device>', 'what the device will be called (default: it chooses)')
    .option('--profile <name>', 'the only traffic profile that it may use (default: all of the edge)')
    .addOption(expiresOption('how long the invitation is good', '24h', longestInvitationDays))
    .option(
      '--sign-in',
      'print the text by which people enrol devices by signing in: it is no secret, and stays the same',
    )
    .helpCommand(false)
    .action((options: InviteOptions, self: Command) =>
      options.signIn === true ? inviteAll(options, self, terminal) : invite(options, terminal),
    );
  // The options of `invite` itself are taken before and after the name of what it does.
  command.addCommand(
    actingCommand('list', 'show all invitations, used and expired ones too; never their secrets').action(
      (_: Options, self: Command) => list(self.optsWithGlobals(), terminal),
    ),
  );
  command.addCommand(
    actingCommand('revoke', 'take an invitation back that was not used')
      .argument('<id>', 'its number in the list')
      .action((id: string, _: Options, self: Command) => revoke(id, self.optsWithGlobals(), terminal)),
  );
  return command;
}

async function invite(options: InviteOptions, terminal: Terminal): Promise<void> {
  const wish = {
    device: options.name ?? null,
    profile: options.profile ?? null,
    lifetimeMs: options.expires,
  };
  const { invitation, text } = await administer(
    placesOf(options, terminal),
    'invitations.add',
    { ...wish, uid: terminal.uid },
    (administration) => administration.invite(wish, systemUser(terminal.uid)),
  );
  if (options.json === true) {
    terminal.line(JSON.stringify({ invitation, text }));
    return;
  }
  const { id, device, expiresAt } = invitation;
  // Facts on standard error, so that standard output is the text to hand over and nothing else.
  terminal.errorLine(
    `Invitation ${id} for ${device ?? 'one device'}: good once, until ${moment(expiresAt)}. ` +
      'Hand this text over by a safe way; on the device: opengsa enroll',
  );
  terminal.line(text);
}

async function inviteAll(options: InviteOptions, self: Command, terminal: Terminal): Promise<void> {
  for (const name of ['name', 'profile', 'expires']) {
    if (self.getOptionValueSource(name) !== 'cli') continue;
    throw new OpenGsaError(
      'bad-usage',
      `--${name} is for invitations of one device; what signing in is good for is set in enrollment.signIn`,
    );
  }
  const { text } = await administer(
    placesOf(options, terminal),
    'invitations.open',
    {},
    (administration) => ({ text: administration.openInvitation() }),
  );
  if (options.json === true) {
    terminal.line(JSON.stringify({ text }));
    return;
  }
  terminal.errorLine(
    'For everybody who may sign in, and no secret; on the device: opengsa enroll. Publish it where nobody else can write:',
  );
  terminal.line(text);
}

async function list(options: Options, terminal: Terminal): Promise<void> {
  const { invitations } = await administer(
    placesOf(options, terminal),
    'invitations.list',
    {},
    (administration) => ({ invitations: [...administration.invitations()] }),
  );
  if (options.json === true) {
    terminal.line(JSON.stringify({ invitations }));
    return;
  }
  if (invitations.length === 0) terminal.line('no invitations; make one with: opengsa-edge invite');
  const now = new Date().toISOString();
  for (const one of invitations) terminal.line(describe(one, now));
}

async function revoke(text: string, options: Options, terminal: Terminal): Promise<void> {
  const id = numberOf(text, 'an invitation');
  const { invitation } = await administer(
    placesOf(options, terminal),
    'invitations.revoke',
    { id, uid: terminal.uid },
    (administration) => ({ invitation: administration.revokeInvitation(id, systemUser(terminal.uid)) }),
  );
  terminal.line(
    options.json === true ? JSON.stringify({ invitation }) : `Invitation ${id} cannot be used any more`,
  );
}

function describe(invitation: InvitationRecord, now: string): string {
  const { id, device, profile, createdAt } = invitation;
  const bound = [device ?? 'any name', ...(profile === null ? [] : [`profile ${profile}`])].join(', ');
  return `${String(id).padStart(5)}  ${state(invitation, now).padEnd(30)} made ${moment(createdAt)}  ${bound}`;
}

function state({ redeemedAt, revokedAt, expiresAt }: InvitationRecord, now: string): string {
  if (redeemedAt !== null) return `used at ${moment(redeemedAt)}`;
  if (revokedAt !== null) return `revoked at ${moment(revokedAt)}`;
  return now < expiresAt ? `good until ${moment(expiresAt)}` : `expired at ${moment(expiresAt)}`;
}

/** To the minute, in UTC as the store has it. */
function moment(iso: string): string {
  return `${iso.slice(0, 16)}Z`;
}
