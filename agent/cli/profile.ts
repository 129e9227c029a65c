// `opengsa profile …`: which destinations go through the tunnel. These commands need no running agent.
import { Command, Option } from 'commander';
import { OpenGsaError } from '../../protocol/error.ts';
import { parseAuthority } from '../../protocol/destination.ts';
import type { Profile } from '../../protocol/profile.ts';
import { diffProfiles, formatDiff } from '../policy/profile-diff.ts';
import { exportGraph } from '../policy/graph-profile.ts';
import { renderMicrosoftProfile } from '../policy/microsoft-profile.ts';
import { renderPac } from '../policy/pac.ts';
import { formatProfile } from '../policy/profile-text.ts';
import { stateDirectory } from '../paths.ts';
import {
  isProfileName,
  listProfiles,
  loadProfile,
  microsoftProfileName,
  saveProfile,
} from '../profile-store.ts';
import { jsonOption, stateDirOption } from './options.ts';
import { nameFromFile, readProfileFile } from './profile-files.ts';
import { profileTestCommand } from './profile-test.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

type CommonOptions = { readonly json?: true; readonly stateDir?: string };

export function profileCommands(terminal: Terminal): Command {
  const profile = new Command('profile').description('traffic profiles: which destinations are acquired');
  const commands = [
    listCommand(terminal),
    importCommand(terminal),
    exportCommand(terminal),
    diffCommand(terminal),
    profileTestCommand(terminal),
  ];
  for (const command of commands) profile.addCommand(command);
  return profile;
}

function listCommand(terminal: Terminal): Command {
  return new Command('list')
    .description('the profiles on this machine')
    .addOption(jsonOption())
    .addOption(stateDirOption())
    .action(async (options: CommonOptions) => {
      const stored = await listProfiles(stateDirectory(options.stateDir, terminal.environment));
      const rows = stored.map(({ name, source, path, profile, fault }) => ({
        name,
        title: profile?.name ?? null,
        source,
        state: profile?.state ?? null,
        version: profile?.version ?? null,
        priority: profile?.priority ?? null,
        policies: profile?.policies.length ?? null,
        rules: profile?.policies.reduce((sum, { rules }) => sum + rules.length, 0) ?? null,
        path,
        fault,
      }));
      if (options.json === true) {
        terminal.line(JSON.stringify({ profiles: rows }, null, 2));
        return;
      }
      const columns = ['Name', 'Title', 'Source', 'State', 'Version', 'Priority', 'Policies', 'Rules'];
      const cells = rows.map((row) => [
        ...[row.name, row.title ?? row.fault ?? '', row.source, row.state ?? 'refused', row.version ?? ''],
        ...[row.priority, row.policies, row.rules].map((count) => (count === null ? '' : String(count))),
      ]);
      table(
        columns.map((title) => ({ title })),
        cells,
      ).forEach(terminal.line);
    });
}

type ImportOptions = CommonOptions & { readonly name?: string };

function importCommand(terminal: Terminal): Command {
  return new Command('import')
    .description('keep a profile: our own format, the Microsoft 365 endpoint list, or an answer of Graph')
    .argument('<file>', 'the JSON file')
    .option('--name <name>', 'what to call it; default: the name of the file')
    .addOption(jsonOption())
    .addOption(stateDirOption())
    .action(async (file: string, options: ImportOptions) => {
      const { format, profile } = await readProfileFile(file, terminal);
      const name = options.name ?? nameFromFile(file);
      const path = await saveProfile(stateDirectory(options.stateDir, terminal.environment), name, profile);
      const rules = profile.policies.flatMap((policy) => policy.rules);
      const facts = { name, format, path, policies: profile.policies.length, rules: rules.length };
      if (options.json === true) {
        terminal.line(JSON.stringify(facts, null, 2));
        return;
      }
      terminal.line(
        `Imported ${file} as ${name}: ${facts.policies} policies, ${facts.rules} rules. A running agent takes it at its next start.`,
      );
    });
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
    .addOption(stateDirOption())
    .action(async (name: string, options: ExportOptions) => {
      const profile =
        options.profile === undefined
          ? await loadProfile(stateDirectory(options.stateDir, terminal.environment), name)
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
  return loadProfile(stateDirectory(options.stateDir, terminal.environment), text);
}
