// `opengsa profile …`: which destinations go through the tunnel. All but enable and disable need no running agent.
import { Command, Option } from 'commander';
import { exportGraph } from '../../protocol/graph-export.ts';
import { OpenGsaError } from '../../protocol/error.ts';
import { parseAuthority } from '../../protocol/destination.ts';
import type { Profile } from '../../protocol/profile.ts';
import { diffProfiles, formatDiff } from '../../protocol/profiles/profile-diff.ts';
import { renderMicrosoftProfile } from '../../protocol/profiles/microsoft-profile.ts';
import { renderPac } from '../policy/pac.ts';
import { formatProfile } from '../policy/profile-text.ts';
import { stateDirectory } from '../paths.ts';
import { microsoftProfileName } from '../policy/profile-set.ts';
import { isProfileName, loadProfile } from '../profile-store.ts';
import { machineProfiles } from './machine-profiles.ts';
import { type ClientOptions, jsonOption, socketOption, stateDirOption } from './options.ts';
import { readProfileFile } from './profile-files.ts';
import { profileImportCommand } from './profile-import.ts';
import { profileListCommand } from './profile-list.ts';
import { profileSwitchCommands } from './profile-switch.ts';
import { profileTestCommand } from './profile-test.ts';
import type { Terminal } from './terminal.ts';

type CommonOptions = ClientOptions & { readonly json?: true };

export function profileCommands(terminal: Terminal): Command {
  const profile = new Command('profile')
    .description('traffic profiles: which destinations go through the tunnel')
    .helpCommand(false);
  const commands = [
    profileListCommand(terminal),
    profileImportCommand(terminal),
    exportCommand(terminal),
    diffCommand(terminal),
    profileTestCommand(terminal),
    ...profileSwitchCommands(terminal),
  ];
  for (const command of commands) profile.addCommand(command);
  return profile;
}

type ExportOptions = CommonOptions & {
  readonly format: 'graph' | 'pac' | 'json' | 'microsoft';
  readonly profile?: string;
  readonly proxy: string;
};

function exportCommand(terminal: Terminal): Command {
  return new Command('export')
    .description('print a profile in another format')
    .argument('[name]', 'the name of a profile of this machine', microsoftProfileName)
    .addOption(
      new Option('--format <format>', 'microsoft: the built-in selection, made from an endpoint list')
        .choices(['graph', 'pac', 'json', 'microsoft'])
        .makeOptionMandatory(),
    )
    .option('--profile <file>', 'a file in any format that import takes, in place of a name')
    .option('--proxy <address>', 'for pac: where the HTTP proxy listens', '127.0.0.1:8088')
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action(async (name: string, options: ExportOptions) => {
      const profile =
        options.profile === undefined
          ? await namedProfile(name, options, terminal)
          : (await readProfileFile(options.profile, terminal)).profile;
      terminal.line(exportText(profile, options).trimEnd());
    });
}

function exportText(profile: Profile, { format, proxy }: ExportOptions): string {
  switch (format) {
    case 'json':
      return formatProfile(profile);
    case 'graph':
      return JSON.stringify(exportGraph(profile), null, 2);
    case 'microsoft':
      return formatProfile(renderMicrosoftProfile(profile));
    case 'pac':
      if (parseAuthority(proxy) === null) {
        throw new OpenGsaError('bad-usage', `--proxy: ${proxy} is not address:port`);
      }
      return renderPac({ profiles: [profile], proxy, ownHosts: [] });
  }
}

function diffCommand(terminal: Terminal): Command {
  return new Command('diff')
    .description('what differs between two profiles, by endpoint set and destination')
    .argument('<before>', 'a file in any format that import takes, or the name of a profile')
    .argument('<after>', 'the same')
    .addOption(jsonOption())
    .addOption(socketOption())
    .addOption(stateDirOption())
    .action(async (before: string, after: string, options: CommonOptions) => {
      const changes = diffProfiles(
        await fileOrName(before, options, terminal),
        await fileOrName(after, options, terminal),
      );
      if (options.json === true) terminal.line(JSON.stringify({ changes }, null, 2));
      else formatDiff(changes).forEach(terminal.line);
    });
}

/** A name has neither dot nor slash, a file nearly always has one. */
async function fileOrName(text: string, options: CommonOptions, terminal: Terminal): Promise<Profile> {
  if (!isProfileName(text)) return (await readProfileFile(text, terminal)).profile;
  return namedProfile(text, options, terminal);
}

/** What the running agent knows by that name, else what its files hold. */
async function namedProfile(name: string, options: CommonOptions, terminal: Terminal): Promise<Profile> {
  const { profiles } = await machineProfiles(options, terminal);
  const known = profiles.find((one) => one.name === name)?.profile ?? null;
  return known ?? loadProfile(stateDirectory(options.stateDir, terminal.environment), name);
}
